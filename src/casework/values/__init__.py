"""Floor 2: text, value and JSON: reads, checks, compares and shows typed values."""
