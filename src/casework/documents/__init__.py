"""Floor 3: bytes in, documents out; quotes found in them, values compared with them."""
