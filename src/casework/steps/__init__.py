"""Floor 7: the kinds of column; each turns inputs into an outcome with its proof."""
