"""Duplicates: how likely two records are one person, and what a person decides about it."""
