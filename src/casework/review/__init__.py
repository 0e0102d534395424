"""Floor 9: people decide what the machine is unsure of."""
