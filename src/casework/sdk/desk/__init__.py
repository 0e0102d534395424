"""The review desk: one cell after another before a person."""
