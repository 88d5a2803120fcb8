"""What each operation costs at DynamoDB: calls and units, held against the budgets of docs/architecture.md.

Reads of cached reference data and of the idempotency record come on top, as the budgets say. The units are what a
customer of ordinary size takes (one phone, one email, one address, two tags); they are ceilings, not targets.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.domain.consents.links import unsubscribe_token
from chalicelib.handlers.forms import URL_ENCODED
from chalicelib.wiring import clients
from chalicelib.wiring.signing import signing_key
from tests.proof.scenarios import customer, number, unique
from tests.support.meter import Meter
from tests.support.templates import GOOD
from tests.support.world import World

YES = {"channel": "email", "purpose": "birthday", "granted": True, "source": "in_store"}
GET, QUERY, BATCH, WRITE = "GetItem", "Query", "BatchGetItem", "TransactWriteItems"


@dataclass(frozen=True)
class Shop:
    """A customer with everything, and how to reach the API."""

    api: Any
    customer_id: str
    name: str
    mobile: str
    email: str
    city: str
    tag: str
    other_tag: str
    reminder_id: str
    template: str

    @property
    def path(self) -> str:
        """The customer's address."""
        return f"/v1/customers/{self.customer_id}"


@dataclass(frozen=True)
class Operation:
    """A request, the calls it may make, and the units it may take."""

    name: str
    run: Callable[[Shop], Any]
    calls: list[str]
    read_units: float
    write_units: float = 0


OPERATIONS = (
    Operation("read a customer", lambda s: s.api.get(s.path), [GET], 1),
    Operation("360 view", lambda s: s.api.get(f"{s.path}/overview"), [QUERY, QUERY], 8),
    Operation("history of 20", lambda s: s.api.get(f"{s.path}/timeline?limit=20"), [QUERY], 4),
    Operation("search by name", lambda s: s.api.get(f"/v1/customers?q={s.name}"), [QUERY, GET], 3),
    Operation(
        "search by name with a typo",
        lambda s: s.api.get(f"/v1/customers?q={s.name[:-2]}x{s.name[-1]}"),
        [QUERY, QUERY, QUERY, GET],
        8,
    ),
    Operation("search by phone", lambda s: s.api.get(f"/v1/customers?q={s.mobile[1:]}"), [QUERY, GET], 3),
    Operation("search by last digits", lambda s: s.api.get(f"/v1/customers?q={s.mobile[-5:]}"), [QUERY, GET], 3),
    Operation("search by email", lambda s: s.api.get(f"/v1/customers?q={s.email}"), [QUERY, GET], 3),
    Operation("list by tag", lambda s: s.api.get(f"/v1/customers?tag={s.tag}"), [QUERY, GET], 3),
    Operation("list by tag and city", lambda s: s.api.get(f"/v1/customers?tag={s.tag}&city={s.city}"), [QUERY, GET], 3),
    Operation(
        "list by two tags", lambda s: s.api.get(f"/v1/customers?tags_all={s.tag}&tags_all=VIP"), [QUERY, QUERY], 2
    ),
    Operation(
        "list by either of two tags",
        lambda s: s.api.get(f"/v1/customers?tags_any={s.tag}&tags_any={s.other_tag}"),
        [QUERY, QUERY, GET],
        3,
    ),
    Operation(
        "list by tag and consent",
        lambda s: s.api.get(f"/v1/customers?tag={s.tag}&consent=email.birthday"),
        [QUERY, GET, GET],
        3,
    ),
    Operation("list by external id", lambda s: s.api.get(f"/v1/customers?external_id={s.tag}&gender=x"), [GET, GET], 2),
    Operation("list all", lambda s: s.api.get("/v1/customers?limit=5"), [QUERY, BATCH], 12),
    Operation(
        "birthdays of a week",
        lambda s: s.api.get("/v1/birthdays?from=2027-09-10&to=2027-09-16&limit=100"),
        [QUERY],
        6,
    ),
    Operation("dashboard", lambda s: s.api.get("/v1/dashboard"), [QUERY], 1),
    Operation("notes", lambda s: s.api.get(f"{s.path}/notes"), [QUERY], 2),
    Operation(
        "create a customer",
        lambda s: s.api.post("/v1/customers", {"given_name": unique(), "phones": [{"number": number()}]}),
        [WRITE],
        0,
        36,
    ),
    Operation("change a customer", lambda s: s.api.patch(s.path, {"nickname": unique()}), [GET, WRITE], 1, 40),
    Operation("add a note", lambda s: s.api.post(f"{s.path}/notes", {"text": "Likes pearls"}), [GET, WRITE], 1, 16),
    Operation(
        "set a reminder",
        lambda s: s.api.post(f"{s.path}/reminders", {"type": "other", "due_at": "2027-03-08T10:00:00Z", "note": "x"}),
        [GET, WRITE],
        1,
        18,
    ),
    Operation(
        "complete a reminder",
        lambda s: s.api.patch(f"/v1/reminders/{s.reminder_id}", {"status": "done"}),
        [GET, WRITE],
        1,
        22,
    ),
    Operation(
        "log a call",
        lambda s: s.api.post(f"{s.path}/calls", {"direction": "in", "duration_s": 60, "outcome": "x"}),
        [QUERY, WRITE],
        4,
        18,
    ),
    Operation(
        "record an inquiry",
        lambda s: s.api.post(f"{s.path}/inquiries", {"text": "Any pearls?", "channel": "web"}),
        [GET, WRITE],
        1,
        20,
    ),
    Operation(
        "send a message",
        lambda s: s.api.post("/v1/messages", {"customer_id": s.customer_id, "subject": "x", "text": "Ready"}),
        [QUERY, GET, WRITE],
        5,
        22,
    ),
    Operation(
        "write contact down",
        lambda s: s.api.post("/v1/messages", {"customer_id": s.customer_id, "channel": "letter", "text": "A card"}),
        [QUERY, WRITE],
        4,
        20,
    ),
    Operation("messages of a customer", lambda s: s.api.get(f"{s.path}/messages"), [QUERY, GET], 2),
    Operation("record a consent", lambda s: s.api.post(f"{s.path}/consents", YES), [GET, WRITE], 1, 16),
    Operation("consents of a customer", lambda s: s.api.get(f"{s.path}/consents"), [QUERY, GET], 2),
    Operation("look at an unsubscribe link", lambda s: s.api.get(link(s)), [GET], 1),
    Operation(
        "unsubscribe",
        lambda s: s.api("POST", link(s), raw="scope=purpose", Content_Type=URL_ENCODED),
        [GET, GET, WRITE],
        2,
        16,
    ),
    Operation(
        "unsubscribe from all",
        lambda s: s.api("POST", link(s), raw="scope=channel", Content_Type=URL_ENCODED),
        [GET, GET, WRITE],
        2,
        28,
    ),
    Operation(
        "suppress an address",
        lambda s: s.api.post("/v1/suppressions", {"channel": "email", "address": s.email}),
        [GET, QUERY, WRITE],
        2,
        24,
    ),
    Operation("list suppressed addresses", lambda s: s.api.get("/v1/suppressions?channel=email&limit=1"), [QUERY], 1),
    Operation("devices of a customer", lambda s: s.api.get(f"{s.path}/devices"), [QUERY], 2),
    Operation("set tags", lambda s: s.api.put(f"{s.path}/tags", {"tags": []}), [GET, WRITE], 1, 22),
    Operation("archive", lambda s: s.api.delete(s.path), [GET, WRITE], 1, 44),
    Operation("list templates", lambda s: s.api.get("/v1/templates"), [QUERY], 1),
    Operation("read a template", lambda s: s.api.get(s.template), [GET], 1),
    Operation("versions of a template", lambda s: s.api.get(f"{s.template}/versions"), [QUERY], 1),
    Operation(
        "write a template",
        lambda s: s.api.post("/v1/templates", {**GOOD, "name": unique()}),
        [WRITE],
        0,
        12,
    ),
    Operation("change a template", lambda s: s.api.patch(s.template, {"text": unique()}), [GET, WRITE], 1, 10),
    Operation("archive a template", lambda s: s.api.delete(s.template), [GET, WRITE], 1, 12),
    Operation(
        "preview a template",
        lambda s: s.api.post(f"{s.template}/preview", {"customer_id": s.customer_id}),
        [GET, GET],
        2,
    ),
    Operation("send a test", lambda s: s.api.post(f"{s.template}/test"), [GET, WRITE], 1, 16),
)


def link(shop: Shop) -> str:
    """The link under a birthday mail."""
    return f"/v1/unsubscribe?token={unsubscribe_token(signing_key(), shop.customer_id, 'email', 'birthday')}"


@pytest.fixture
def shop(world: World) -> Shop:
    """One customer of ordinary size; the reference data is read before the count begins."""
    manager = world.api("manager")
    name, city, tag, other = unique(), unique(), unique(), unique()
    mobile = f"+9196{uuid.uuid4().int % 10**8:08}"  # its last digits are nobody else's
    email = f"{name}@shop.example"
    made = customer(
        manager,
        given_name=name,
        phones=[{"number": mobile}],
        emails=[{"address": email}],
        addresses=[{"kind": "home", "line1": "1 Hill Road", "city": city, "country": "IN"}],
        tags=[tag, other],
        external_id=tag,
        occupation=tag,
    )
    path = f"/v1/customers/{made['id']}"
    due = {"type": "birthday", "due_at": "2027-03-08T10:00:00Z", "note": "Call"}
    reminder = manager.post(f"{path}/reminders", due)
    for text in ("Prefers rose gold", "Wants solitaires"):
        manager.post(f"{path}/notes", {"text": text})
    manager.post(f"{path}/consents", YES)
    manager.get(f"{path}?")
    template = manager.post("/v1/templates", {**GOOD, "name": unique()}).headers["Location"]
    manager.get("/v1/templates?limit=1")
    return Shop(manager, made["id"], name, mobile, email, city, tag, other, reminder.json["id"], template)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_stays_within_its_budget(shop: Shop, operation: Operation) -> None:
    with Meter(clients.dynamodb()) as meter:
        reply = operation.run(shop)
    assert reply.status < 300, reply.text
    assert meter.operations == operation.calls
    assert meter.read_units <= operation.read_units
    assert meter.write_units <= operation.write_units


def test_a_search_examines_at_most_a_thousand_entries() -> None:
    from chalicelib.repos import all_customers, name_search, under_tags

    assert 2 * name_search.EXAMINED_A_QUERY <= 1000
    assert all_customers.EXAMINED <= 1000
    assert under_tags.EXAMINED <= 1000


def test_no_code_of_ours_scans(root: Any) -> None:
    sources = [path.read_text() for path in (root / "chalicelib").rglob("*.py")]
    assert not [source for source in sources if '"scan"' in source or ".scan(" in source]
