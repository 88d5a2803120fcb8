"""What the relay takes out of a batch of the stream, and which record it gives back."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.domain.relaying.delivery import Exits
from chalicelib.domain.relaying.model import NotSent
from chalicelib.handlers import relay as handler
from chalicelib.repos.keys import Key
from chalicelib.repos.table import encode
from chalicelib.wiring import relay
from tests.support.relaying import batch, record
from tests.unit.test_relaying import BUSY, GOOD, FakeExit, exits

REFUSED = NotSent("InvalidMessageContents", refused=True)


@dataclass
class FakePending:
    """Remembers which events left the index."""

    left: list[str] = field(default_factory=list)

    def relayed(self, key: Key) -> None:
        self.left.append(key.sk)


@pytest.fixture
def pending(monkeypatch: pytest.MonkeyPatch) -> FakePending:
    found = FakePending()
    monkeypatch.setattr(relay, "pending", lambda: found)
    return found


def use(monkeypatch: pytest.MonkeyPatch, outreach: FakeExit) -> FakeExit:
    """Let events leave into this queue; the bus."""
    bus = FakeExit()
    found: Exits = exits(outreach, bus=bus)
    monkeypatch.setattr(relay, "exits", lambda: found)
    return bus


def image(number: int, **changes: Any) -> dict[str, Any]:
    return encode({**GOOD, "sk": f"EVENT#evt_{number}", "kind": "birthday_due", **changes})


def test_the_first_record_that_its_queue_did_not_take_comes_again(
    monkeypatch: pytest.MonkeyPatch, pending: FakePending
) -> None:
    use(monkeypatch, FakeExit({0: REFUSED, 2: BUSY, 3: BUSY}))
    records = [record(image(number)) for number in range(5)]
    answer = handler.handle(batch(*records), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": records[2]["dynamodb"]["SequenceNumber"]}]}
    assert pending.left == ["EVENT#evt_1", "EVENT#evt_4"]


def test_a_refused_record_does_not_hold_the_stream_up(monkeypatch: pytest.MonkeyPatch, pending: FakePending) -> None:
    use(monkeypatch, FakeExit({0: REFUSED}))
    assert handler.handle(batch(record(image(0)), record(image(1))), None) == {"batchItemFailures": []}
    assert pending.left == ["EVENT#evt_1"]


def test_only_new_events_are_passed_on(monkeypatch: pytest.MonkeyPatch, pending: FakePending) -> None:
    outreach = FakeExit()
    bus = use(monkeypatch, outreach)
    records = [
        record(image(0), "MODIFY"),  # such as the relay's own mark
        record(image(1), "REMOVE"),
        record(image(2, publish=False)),
        record(encode({"pk": "cus_1", "sk": "PROFILE", "doc": "{}"})),
        record(image(3)),
    ]
    assert handler.handle(batch(*records), None) == {"batchItemFailures": []}
    assert [event.id for event in bus.sent] == ["evt_3"]
    assert (len(outreach.sent), pending.left) == (1, ["EVENT#evt_3"])


def test_a_record_without_an_image_is_no_refused_event(monkeypatch: pytest.MonkeyPatch, pending: FakePending) -> None:
    said: list[Any] = []
    monkeypatch.setattr(handler, "say", lambda *given: said.append(given))
    use(monkeypatch, FakeExit())
    gone = record(image(0), "REMOVE")
    del gone["dynamodb"]["NewImage"]
    assert handler.handle(batch(gone), None) == {"batchItemFailures": []}
    assert (said, pending.left) == ([], [])
