"""Floor 12: the door for people at a terminal and for scripts. Asks `sdk`, draws the answer."""
