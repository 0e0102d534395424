"""Documents in chunks, and which of them answer a question."""
