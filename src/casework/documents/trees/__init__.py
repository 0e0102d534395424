"""JSON and XML as trees, and trees as pages."""
