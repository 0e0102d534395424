"""Floor 11: every action of casework exists here once; people and machines come in by `cli`."""
