"""What looking over contact details costs: reads by the hundred, writes for what changes alone."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.support import contacts, jobs
from tests.support.faults import injected
from tests.support.history import a_number
from tests.support.sweeping import own_table

pytestmark = pytest.mark.emulator
QUERY, BATCH, GET, WRITE = "Query", "BatchGetItem", "GetItem", "TransactWriteItems"


@pytest.fixture(autouse=True)
def _own(deployment: dict[str, str], people: dict[str, Any]) -> Iterator[None]:
    with own_table(f"facet-contacts-{uuid4().hex[:8]}"):
        assert people["admin"].patch("/v1/settings", {"default_country": "IN"}).status == 200
        yield


def customers(sales: Any, count: int, domain: str) -> list[str]:
    made = []
    for _ in range(count):
        mail = {"emails": [{"address": f"a{uuid4().hex[:10]}@{domain}"}]}
        made.append(
            sales.post("/v1/customers", {"given_name": "Asha", "phones": [{"number": a_number()}], **mail}).json
        )
    return [each["id"] for each in made]


def calls_of_a_check(manager: Any) -> Counter[str]:
    job_id = manager.post("/v1/contact-checks", {}).json["id"]
    with injected() as watch:
        jobs.run(job_id)
    return Counter(watch.calls)


def test_reads_grow_by_the_hundred_and_writes_with_what_changes(manager: Any, sales: Any) -> None:
    customers(sales, 1, "x.example")
    alone = calls_of_a_check(manager)
    customers(sales, 60, "x.example")
    assert calls_of_a_check(manager) - alone == Counter({BATCH: 2})  # of one customer they are GetItems
    customers(sales, 5, "gmial.com")
    found = calls_of_a_check(manager)
    assert found[WRITE] - alone[WRITE] == 5
    assert calls_of_a_check(manager)[WRITE] == alone[WRITE]


@pytest.mark.parametrize("many", [1, 12])
def test_the_queue_its_counts_and_a_decision(manager: Any, sales: Any, many: int) -> None:
    ids = customers(sales, many, "gmial.com")
    contacts.check(manager)
    finding = contacts.findings(sales)[0]["id"]
    requests: dict[str, tuple[Callable[[], Any], list[str]]] = {
        "page": (lambda: sales.get("/v1/contact-findings?limit=50"), [QUERY, BATCH]),
        "counts": (lambda: sales.get("/v1/contact-findings/counts"), [QUERY]),
        "read": (lambda: sales.get(f"/v1/contact-findings/{finding}"), [BATCH]),
        "decision": (lambda: sales.patch(f"/v1/contact-findings/{finding}", {"status": "dismissed"}), [BATCH, WRITE]),
        "verification": (lambda: sales.post(f"/v1/customers/{ids[0]}/verifications", {}), [BATCH, WRITE]),
    }
    for name, (send, calls) in requests.items():
        with injected() as watch:
            assert send().status < 300
        assert watch.calls == calls, name
