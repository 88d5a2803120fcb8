"""Inquiries: what a customer asks, who sees to it, and whether they have been answered."""
