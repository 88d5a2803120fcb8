"""Imports: a list of customers from a file, row by row, each with its result."""
