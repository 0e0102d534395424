"""One reader a file: bytes of one format in, pages out. Readers do not know each other."""
