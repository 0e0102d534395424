"""How far a document can be relied on, and which others it is like."""
