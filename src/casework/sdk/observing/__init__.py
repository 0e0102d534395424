"""Runs, calls of models and costs, looked at afterwards and spoken of."""
