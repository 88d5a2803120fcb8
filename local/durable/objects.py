"""S3: buckets, objects and their versions; the bytes of an object are written once, whatever happens to it later."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator
from typing import Any

from ministack.services import s3

from local.durable.encoding import Codec
from local.durable.general import Entries

_PER_OBJECT = (
    "_object_versions",
    "_object_tags",
    "_object_acl",
    "_object_annotations",
    "_object_retention",
    "_object_legal_hold",
    "_multipart_uploads",
)


def _signature(value: Any) -> Any:
    """Equal for equal values; quick to compare, because byte strings are compared by identity first."""
    if isinstance(value, dict):
        return tuple((key, _signature(held)) for key, held in value.items())
    if isinstance(value, list):
        return tuple(map(_signature, value))
    return value


def _rows() -> Iterator[tuple[str, Any]]:
    """All entries as (key, value)."""
    for scope, bucket in list(s3._buckets._data.items()):
        yield f"b\x00{scope!r}", {name: value for name, value in bucket.items() if name != "objects"}
        for key, record in list(bucket["objects"].items()):
            yield f"o\x00{scope!r}\x00{key}", record
    for store in _PER_OBJECT:
        for place, held in list(getattr(s3, store)._data.items()):
            yield f"{store}\x00{place!r}", held
    for store, entries in s3._PERSISTED_BUCKET_DICTS.items():
        for place, held in list(entries._data.items()):
            yield f"{store}\x00{place!r}", held


class Objects:
    """Tracks S3."""

    service = "s3"

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._seen: dict[str, Any] = {}

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """All entries with their texts."""
        for key, value in _rows():
            yield key, self._codec.dump(value)

    def changed(self) -> list[tuple[str, bytes | None]]:
        """Entries that are new, different or gone since the last call."""
        found: list[tuple[str, bytes | None]] = []
        seen = {}
        for key, value in _rows():
            seen[key] = _signature(value)
            if key not in self._seen or self._seen[key] != seen[key]:
                found.append((key, self._codec.dump(value)))
        found += [(key, None) for key in self._seen.keys() - seen.keys()]
        self._seen = seen
        return found

    def restore(self, entries: Entries) -> None:
        """Puts buckets and objects back."""
        for key in sorted(entries, key=lambda key: not key.startswith("b\x00")):
            kind, place, *rest = key.split("\x00")
            value, scope = self._codec.load(entries[key]), literal_eval(place)
            if kind == "b":
                s3._buckets._data[scope] = {"objects": {}, **value}
            elif kind == "o":
                s3._buckets._data[scope]["objects"]["\x00".join(rest)] = value
            elif kind in s3._PERSISTED_BUCKET_DICTS:
                s3._PERSISTED_BUCKET_DICTS[kind]._data[scope] = value
            else:
                if kind == "_multipart_uploads":  # numbered parts, which JSON turned into texts
                    value["parts"] = {int(number): part for number, part in value["parts"].items()}
                getattr(s3, kind)._data[scope] = value
        self.changed()
