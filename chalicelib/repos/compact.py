"""JSON as it lies in items."""

import json
from collections.abc import Mapping
from typing import Any


def compact(doc: Mapping[str, Any]) -> str:
    """A document as one text."""
    return json.dumps(dict(doc), ensure_ascii=False, separators=(",", ":"))
