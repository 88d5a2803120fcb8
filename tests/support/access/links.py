"""Links and forms to files, found in answers and read as S3 reads them."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SIGNED = "X-Amz-Signature"


@dataclass(frozen=True)
class Link:
    """A file that may be read: its bucket, its key, for how many seconds, and what a browser is told of it."""

    bucket: str
    key: str
    seconds: int
    disposition: str
    content_type: str


@dataclass(frozen=True)
class Form:
    """A file that may be written: until when, and what it must be."""

    expires: datetime
    conditions: tuple[Any, ...]
    fields: Mapping[str, str]

    def fixed(self, name: str) -> str | None:
        """The one value that a field may have; None when others would be taken, too."""
        said = [each[name] for each in self.conditions if isinstance(each, dict) and name in each]
        return str(said[0]) if len(said) == 1 else None

    @property
    def most_bytes(self) -> int:
        """How large the file may be."""
        return next(int(each[2]) for each in self.conditions if next(iter(each)) == "content-length-range")


def links_in(answer: Any) -> Iterator[Link]:
    """Every link that opens a file to whoever holds it."""
    for text in _texts(answer):
        if text.startswith("http") and SIGNED in text:
            yield _link(text)


def forms_in(answer: Any) -> Iterator[Form]:
    """Every form that lets whoever holds it write a file."""
    if isinstance(answer, Mapping):
        if "policy" in answer:
            policy = json.loads(base64.b64decode(answer["policy"]))
            yield Form(datetime.fromisoformat(policy["expiration"]), tuple(policy["conditions"]), answer)
        for each in answer.values():
            yield from forms_in(each)
    elif isinstance(answer, list):
        for each in answer:
            yield from forms_in(each)


def _texts(answer: Any) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, Mapping):
        for each in answer.values():
            yield from _texts(each)
    elif isinstance(answer, list):
        for each in answer:
            yield from _texts(each)


def _link(text: str) -> Link:
    parts = urlsplit(text)
    said = {name: values[0] for name, values in parse_qs(parts.query).items()}
    host, path = parts.netloc.split(".")[0], unquote(parts.path).lstrip("/")
    bucket, key = path.split("/", 1) if host == "memory" else (host, path)
    lasts = int(said["X-Amz-Expires"])
    return Link(bucket, key, lasts, said["response-content-disposition"], said["response-content-type"])
