"""What a PDF page holds: words, hidden text, forms, comments, files."""
