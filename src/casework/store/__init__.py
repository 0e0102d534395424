"""Floor 3: what a workspace remembers: a database, blobs by hash, one file for each noun."""
