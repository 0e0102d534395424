"""Floor 4: typed values from documents without a language model; knows no step and no store."""
