"""REST: everything that the pages can do, for programs. One noun a file; each route one action."""
