"""What a view gives back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """Status, headers and a body that is JSON already, or becomes it."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The body as it is sent."""
        if self.body is None:
            return ""
        return self.body if isinstance(self.body, str) else to_json(self.body)


def to_json(value: Any) -> str:
    """Compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def ok(body: Any, version: int | None = None) -> Answer:
    """200, with an ETag for a record that has a version."""
    return Answer(200, body, _etag(version))


def created(location: str, body: Any, version: int | None = None) -> Answer:
    """201 and where the new record is."""
    return Answer(201, body, {"Location": location, **_etag(version)})


def no_content() -> Answer:
    """204."""
    return Answer(204)


def _etag(version: int | None) -> dict[str, str]:
    return {} if version is None else {"ETag": f'"{version}"'}
