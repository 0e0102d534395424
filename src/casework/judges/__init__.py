"""Floor 5: one answer judged."""
