"""Writing steps: a draft tried on a few cases while one types, its impact, its way into force."""
