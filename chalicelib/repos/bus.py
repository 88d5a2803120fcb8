"""The event bus, for other systems of the shop."""

import json
from collections.abc import Sequence

from chalicelib.domain.relaying.model import NotSent, Relayed
from chalicelib.repos.batches import send_all
from chalicelib.repos.table import Client

SOURCE = "facet"
# Answers for one entry that say "not now"; any other says that the entry is not acceptable.
PASSING = frozenset(("InternalException", "InternalFailure", "ThrottlingException"))


class Bus:
    """One bus of EventBridge."""

    def __init__(self, client: Client, name: str) -> None:
        self._client, self._name = client, name

    def put_many(self, events: Sequence[Relayed]) -> dict[int, NotSent]:
        """Put all on the bus, ten a call; those that did not get there, by their place in `events`."""
        details = [json.dumps(event.as_json()) for event in events]

        def send(places: Sequence[int]) -> dict[int, NotSent]:
            entries = [
                {
                    "EventBusName": self._name,
                    "Source": SOURCE,
                    "DetailType": events[place].kind,
                    "Detail": details[place],
                }
                for place in places
            ]
            answer = self._client.put_events(Entries=entries)
            codes = [entry.get("ErrorCode") for entry in answer["Entries"]]
            return {
                place: NotSent(code, code not in PASSING)
                for place, code in zip(places, codes, strict=True)
                if code is not None
            }

        sizes = [len(SOURCE) + len(event.kind) + len(text) for event, text in zip(events, details, strict=True)]
        return send_all(sizes, send)
