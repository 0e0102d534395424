"""Words in pictures of pages: which pages need it, which engine does it, and behind which fence."""
