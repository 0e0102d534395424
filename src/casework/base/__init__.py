"""Floor 0: what every room stands on and that knows no room."""
