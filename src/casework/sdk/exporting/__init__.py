"""A worksheet written to a file, a block of cases at a time."""
