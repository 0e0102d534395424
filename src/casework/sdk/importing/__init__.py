"""Decisions that people took before casework, taken in from files of theirs."""
