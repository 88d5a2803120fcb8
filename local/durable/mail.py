"""SES: each mail that was sent is written once, and mail is never changed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from local.durable.encoding import Codec
from local.durable.general import Entries, General

_SENT = "sent\x00"
_LIST = "entries"  # the one key under which MiniStack keeps the list of an account and region
Counts = dict[tuple[str, str], int]


class Mail:
    """Tracks SES: identities and templates as any service's, and the sent mail that MiniStack itself never saves."""

    service = "ses"

    def __init__(self, codec: Codec, module: ModuleType) -> None:
        self._codec = codec
        self._module = module
        self._rest = General(self.service, codec, module.get_state, module.load_persisted_state)
        self._noted: Counts = {}

    def _mails(self, since: Counts) -> Iterator[tuple[str, bytes]]:
        for (account, region, _), mails in list(self._module._sent_emails._data.items()):
            first = since.get((account, region), 0)
            for number, mail in enumerate(mails[first:], first):
                yield f"{_SENT}{account}\x00{region}\x00{number}", self._codec.dump(mail)

    def _counts(self) -> Counts:
        return {scope[:2]: len(mails) for scope, mails in list(self._module._sent_emails._data.items())}

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """All entries, mail in the order it was sent."""
        yield from self._rest.entries()
        yield from self._mails({})

    def changed(self) -> list[tuple[str, bytes | None]]:
        """What is new, different or gone since the last call."""
        found = [*self._rest.changed(), *self._mails(self._noted)]
        self._noted = self._counts()
        return found

    def restore(self, entries: Entries) -> None:
        """Puts identities, templates and sent mail back."""
        self._rest.restore({key: raw for key, raw in entries.items() if not key.startswith(_SENT)})
        for key, raw in entries.items():
            if key.startswith(_SENT):
                _, account, region, _ = key.split("\x00")
                held = self._module._sent_emails._data.setdefault((account, region, _LIST), [])
                held.append(self._codec.load(raw))
        self._noted = self._counts()
