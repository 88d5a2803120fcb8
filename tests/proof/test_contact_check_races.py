"""Looks over contact details at once, and with decisions: findings, queue and counts agree."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.support import contacts, imports, jobs
from tests.support.faults import Died
from tests.support.history import a_number
from tests.support.race import conflicts, together
from tests.support.sweeping import own_table

pytestmark = [pytest.mark.emulator, pytest.mark.race, pytest.mark.fault]


@pytest.fixture(autouse=True)
def _own(deployment: dict[str, str], people: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("chalicelib.wiring.jobs.FIRST_PAUSE", 0.0)
    with own_table(f"facet-contacts-{uuid4().hex[:8]}", checked=False):
        assert people["admin"].patch("/v1/settings", {"default_country": "IN"}).status == 200
        yield


def wrong(sales: Any) -> str:
    """A customer with a finding that every look changes: the address is another one each time."""
    reply = sales.post("/v1/customers", {"given_name": "Asha", "phones": [{"number": a_number()}], **typo()})
    assert reply.status == 201, reply.text
    return str(reply.json["id"])


def typo() -> dict[str, Any]:
    return {"emails": [{"address": f"a{uuid4().hex[:10]}@gmial.com"}]}


def deliver(job_id: str, at: datetime | None = None) -> None:
    """One delivery; the queue brings a message that failed again."""
    clock = imports.later(at) if at else None
    with contextlib.suppress(Died, AssertionError):
        jobs.run(job_id, clock=clock)


def until_done(manager: Any, job_id: str) -> None:
    for delivery in range(1, 4):
        if manager.get(f"/v1/contact-checks/{job_id}").json["status"] == "done":
            return
        deliver(job_id, contacts.now() + delivery * timedelta(minutes=15))
    assert manager.get(f"/v1/contact-checks/{job_id}").json["status"] == "done"


@pytest.mark.parametrize("seed", range(3))
def test_workers_at_once_and_somebody_who_decides(manager: Any, sales: Any, seed: int) -> None:
    people = [wrong(sales) for _ in range(8)]
    contacts.check(manager)
    found = contacts.findings(sales)
    for customer_id in people[::2]:
        sales.patch(f"/v1/customers/{customer_id}", typo())
    job_id = manager.post("/v1/contact-checks", {}).json["id"]

    def decide() -> None:
        for finding in found:
            sales.patch(f"/v1/contact-findings/{finding['id']}", {"status": "dismissed"})

    def verify() -> None:
        for customer_id in people:
            sales.post(f"/v1/customers/{customer_id}/verifications", {})

    with conflicts(seed):
        doing: list[Callable[[], None]] = [partial(deliver, job_id), partial(deliver, job_id), decide, verify]
        together(doing)
    until_done(manager, job_id)
    contacts.consistent(people)
    assert {each["customer"]["id"] for each in contacts.findings(sales)} == set(people[::2])
