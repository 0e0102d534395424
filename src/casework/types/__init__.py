"""Floor 1: the shared vocabulary, frozen and without input or output."""
