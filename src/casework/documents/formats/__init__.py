"""Which format a file has and who reads it; bytes as text."""
