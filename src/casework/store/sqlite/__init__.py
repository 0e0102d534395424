"""The store on SQLite: one file in the workspace folder."""
