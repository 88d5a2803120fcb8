"""The outbox: each message is written once, and what left is never changed afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from local.durable.encoding import Codec
from local.durable.general import Entries
from local.mends import outbox


class Outbox:
    """Tracks what left through a provider."""

    service = "outbox"

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._noted = 0

    def _since(self, first: int) -> Iterator[tuple[str, bytes]]:
        for number, message in enumerate(outbox.sent[first:], first):
            yield f"{number:09d}", self._codec.dump(message)

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """All messages in the order they left."""
        yield from self._since(0)

    def changed(self) -> list[tuple[str, bytes | None]]:
        """What left since the last call."""
        found: list[tuple[str, bytes | None]] = list(self._since(self._noted))
        self._noted += len(found)
        return found

    def restore(self, entries: Entries) -> None:
        """Puts the messages back."""
        outbox.sent[:] = [self._codec.load(entries[number]) for number in sorted(entries)]
        self._noted = len(outbox.sent)
