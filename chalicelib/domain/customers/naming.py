"""What a customer is called in one line."""

from collections.abc import Mapping
from typing import Any


def display_name(doc: Mapping[str, Any]) -> str:
    """Given and family name, else the company."""
    names = (doc.get("given_name"), doc.get("family_name"))
    return " ".join(name for name in names if name) or str(doc.get("company") or "")
