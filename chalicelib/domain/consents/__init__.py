"""Consents: what a customer agrees to, by channel and purpose."""
