"""Files inside files: archives and packages, unpacked within limits."""
