"""Reminders: what staff must not forget about a customer."""
