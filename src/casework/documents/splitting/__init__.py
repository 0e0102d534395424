"""Where one document ends and the next begins inside a file."""
