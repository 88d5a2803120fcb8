"""Mappings of imports that were saved."""

from chalicelib.repos.keys.base import Key

MAPPINGS = "MAPPINGS"


def saved_mapping(folded_name: str) -> Key:
    """A saved mapping; its place keeps its name unique without case and accents."""
    return Key(MAPPINGS, folded_name)
