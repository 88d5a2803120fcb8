"""A look over contact details under faults, at once with another, and with decisions: findings, queue, counts agree."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.support import contacts, imports, jobs
from tests.support.faults import FAULTS, Died, Fault, injected, places
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


class Shop:
    """A customer whose finding changes each time, and others who come with one and lose it the next time."""

    def __init__(self, manager: Any, sales: Any) -> None:
        self._manager, self._sales = manager, sales
        self.changing = wrong(sales)
        self.others: list[str] = []

    def prepare(self) -> str:
        """Make findings that are new, changed and settled; a check that is not begun."""
        self._sales.patch(f"/v1/customers/{self.changing}", typo())
        if len(self.others) % 2:
            self._sales.patch(f"/v1/customers/{self.others[-1]}", {"emails": []})
        elif self.others:
            self._manager.delete(f"/v1/customers/{self.others[-1]}")
        self.others.append(wrong(self._sales))
        return str(self._manager.post("/v1/contact-checks", {}).json["id"])

    def whole(self) -> None:
        """Two findings are left, and everything says so."""
        contacts.consistent([self.changing, *self.others])
        assert contacts.counts(self._sales) == {"email_typo": (2, 0)}
        found = {finding["customer"]["id"] for finding in contacts.findings(self._sales)}
        assert found == {self.changing, self.others[-1]}


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


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_killed_at_every_call(manager: Any, sales: Any, fault: Fault) -> None:
    shop = Shop(manager, sales)
    deliver(shop.prepare())
    job_id = shop.prepare()
    with injected() as watch:
        deliver(job_id)
    until_done(manager, job_id)
    shop.whole()
    for place in places(watch.calls, fault):
        job_id = shop.prepare()
        with injected(fault, place):
            deliver(job_id)
        until_done(manager, job_id)
        shop.whole()


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


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_decision_and_a_verification_are_made_once(manager: Any, sales: Any, fault: Fault) -> None:
    customer_id = wrong(sales)
    contacts.check(manager)
    (finding,) = contacts.findings(sales)
    path, status = f"/v1/contact-findings/{finding['id']}", "open"
    for place in range(8):
        status = "dismissed" if status == "open" else "open"
        with injected(fault, place), contextlib.suppress(Died):
            sales.patch(path, {"status": status})
        assert sales.patch(path, {"status": status}).json["status"] == status
        contacts.consistent([customer_id])
    entries = manager.get(f"/v1/audit?entity={customer_id}&action=contact_finding.change").json["items"]
    assert len(entries) == 8
