"""The store on Postgres: a schema that people and processes on many machines share."""
