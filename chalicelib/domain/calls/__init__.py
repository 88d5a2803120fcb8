"""Calls: who rang whom, how long, and what came of it."""
