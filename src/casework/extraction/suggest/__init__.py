"""What recurs across documents, proposed as fields. Knows no language model and no procedure."""
