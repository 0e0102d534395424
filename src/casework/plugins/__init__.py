"""What others may add: the hooks on one page, and how packages that fill them are found."""
