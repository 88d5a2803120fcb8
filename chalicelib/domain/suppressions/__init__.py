"""Suppressions: addresses to which nothing is sent, whoever holds them."""
