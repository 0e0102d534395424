"""Where a value might stand: one kind of candidate a file."""
