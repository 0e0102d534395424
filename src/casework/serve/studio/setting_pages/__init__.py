"""The pages of the settings: one noun a file."""
