"""What the outreach queue brings is looked at before anything is read or written."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.relaying.model import Unreadable
from chalicelib.handlers import outreach

NOON = datetime(2027, 3, 15, 12, tzinfo=UTC)
EVENT: dict[str, Any] = {
    "id": "evt_1",
    "kind": "birthday_due",
    "aggregate": "cus_1",
    "at": "2027-03-15T12:00:00.000Z",
    "request_id": "req_1",
    "data": {"customer_id": "cus_1", "year": 2027, "date": "2027-03-15", "location_id": None, "by_hand": False},
}


@pytest.mark.parametrize("given", [(), (None,), (7,), (["evt_1"],)], ids=str)
@pytest.mark.parametrize("name", [*outreach.TEXTS, "data"])
def test_an_event_that_lacks_something_is_none(name: str, given: tuple[Any, ...]) -> None:
    event = {each: value for each, value in EVENT.items() if each != name}
    event.update(zip([name], given, strict=False))
    with pytest.raises(Unreadable, match=r"no event$"):
        outreach.plan(event, NOON)
