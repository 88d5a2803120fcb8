"""The people who work with Facet: directory, roles, sign-in."""
