"""Floor 3: code that we do not trust, run behind a fence. Here: the rules of procedures."""
