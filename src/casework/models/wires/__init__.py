"""How requests and answers look on each wire: pure functions, no network."""
