"""The rooms as the settings want them, for the one builder."""
