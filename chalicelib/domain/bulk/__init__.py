"""Bulk changes: one action for many customers, chosen by hand or by a filter, each with its result."""
