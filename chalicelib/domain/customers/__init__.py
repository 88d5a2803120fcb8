"""Customers: who they are, how they are found, what each role sees of them."""
