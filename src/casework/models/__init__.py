"""Floor 3: calls of language models, over one border and one door."""
