"""Exports: the list of customers as a file that other programs read, or all of the shop's data without loss."""
