"""Birthdays: on which days they are kept, and the list of those that are near."""
