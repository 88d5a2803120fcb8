"""Who sees to an inquiry, and what becomes of it."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict, Invalid, Stale
from chalicelib.domain.inquiries import commands
from chalicelib.domain.inquiries.assignment import default_assignees
from chalicelib.domain.inquiries.commands import Desk
from chalicelib.domain.inquiries.model import Inquiry, NewInquiry
from chalicelib.domain.shop.model import Shop, StaffMember
from tests.support import fakes
from tests.support.history import ASHA, archived


def person(user_id: str, *roles: str, locations: tuple[str, ...] = (), disabled: bool = False) -> StaffMember:
    return StaffMember(
        id=user_id,
        version=1,
        sub=user_id,
        name=user_id,
        email=f"{user_id}@shop.example",
        roles=frozenset(roles),
        locations=locations,
        disabled=disabled,
        tokens_valid_from=0,
        roles_at=0,
        updated_at="",
        created_at="",
    )


PEOPLE = {
    each.id: each
    for each in (
        person("usr_all", "manager"),
        person("usr_away", "manager", locations=("loc_pune",)),
        person("usr_gone", "manager", locations=("loc_mumbai",), disabled=True),
        person("usr_here", "manager", locations=("loc_mumbai",)),
        person("usr_here_too", "manager", "sales", locations=("loc_mumbai", "loc_pune")),
        person("usr_meera", "sales", locations=("loc_mumbai",)),
        person("usr_left", "sales", disabled=True),
    )
}


def at_home(**fields: Any) -> Customer:
    return replace(ASHA, doc={**ASHA.doc, "home_location": "loc_mumbai", **fields})


@pytest.mark.parametrize(
    ("customer", "assignees"),
    [
        (at_home(assignee="usr_meera"), ("usr_meera",)),
        (at_home(assignee="usr_left"), ("usr_here", "usr_here_too")),
        (at_home(), ("usr_here", "usr_here_too")),
        (ASHA, ("usr_all",)),
    ],
)
def test_the_assignee_else_the_managers_of_the_location(customer: Customer, assignees: tuple[str, ...]) -> None:
    assert default_assignees(customer, fakes.shop(), PEOPLE) == assignees


def test_the_default_location_counts_for_who_has_none() -> None:
    shop = fakes.shop()
    here = Shop({**shop.settings, "default_location": "loc_mumbai"}, 1, shop.locations, {})
    assert default_assignees(ASHA, here, PEOPLE) == ("usr_here", "usr_here_too")


def test_without_managers_it_is_nobody() -> None:
    assert default_assignees(ASHA, fakes.shop(), {"usr_meera": PEOPLE["usr_meera"]}) == ()


@dataclass
class Inquiries:
    """Inquiries in a dict."""

    of: Customer = ASHA
    kept: dict[str, Inquiry] = field(default_factory=dict)

    def customer(self, _: str) -> Customer:
        return self.of

    def get(self, _: str, inquiry_id: str) -> Inquiry:
        return self.kept[inquiry_id]

    def add(self, _: Customer, inquiry: Inquiry) -> None:
        self.kept[inquiry.id] = inquiry

    def change(self, before: Inquiry, after: Inquiry) -> None:
        assert self.kept[before.id] is before
        self.kept[after.id] = after


@dataclass
class Counter:
    """A desk, what it keeps and what it records."""

    of: Customer = ASHA
    work: fakes.FakeWork = field(default_factory=fakes.FakeWork)

    def __post_init__(self) -> None:
        self.store = Inquiries(self.of)
        self.desk = Desk(fakes.call("sales"), self.work, self.store, fakes.shop(), PEOPLE)

    def receive(self, **fields: Any) -> Inquiry:
        return commands.receive(self.desk, ASHA.id, NewInquiry(**{"text": "Any emerald studs?", **fields}))

    def change(self, inquiry: Inquiry, patch: dict[str, Any], if_match: frozenset[int] | None = None) -> Inquiry:
        return commands.change(self.desk, ASHA.id, inquiry.id, patch, if_match)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.work.events]


def test_what_was_asked_is_content_and_the_rest_are_facts() -> None:
    counter = Counter()
    inquiry = counter.receive(product_ids=["prd_1"], channel="phone")
    (event,) = counter.work.events
    assert event.content == {"text": "Any emerald studs?"}
    assert (event.data["product_ids"], event.data["channel"], event.data["inquiry_id"]) == (
        ["prd_1"],
        "phone",
        inquiry.id,
    )
    assert (inquiry.status, inquiry.assignee) == ("open", "usr_all")


def test_an_assignee_must_be_there() -> None:
    for nobody in ("usr_left", "usr_unknown"):
        with pytest.raises(Invalid) as refusal:
            Counter().receive(assignee=nobody)
        assert refusal.value.errors[0].pointer == "/assignee"
    assert Counter().receive(assignee="usr_meera").assignees == ("usr_meera",)


def test_archived_customers_do_not_ask() -> None:
    with pytest.raises(Conflict):
        Counter(archived()).receive()


def test_answer_reopen_and_answer_again() -> None:
    counter = Counter()
    asked = counter.receive()
    answered = counter.change(asked, {"status": "answered", "answer": "Yes, two pairs"})
    assert answered.given is not None
    assert (answered.status, answered.given.text, answered.given.by.id) == ("answered", "Yes, two pairs", "usr_meera")
    reopened = counter.change(answered, {"status": "open"})
    assert (reopened.status, reopened.given) == ("open", None)
    assert counter.change(reopened, {"status": "answered"}).version == 4
    assert counter.kinds == ["inquiry_received", "inquiry_answered", "inquiry_reopened", "inquiry_answered"]
    assert [change.action for change in counter.work.changes] == ["inquiry.receive", *["inquiry.change"] * 3]


def test_reassigning_is_one_person_or_nobody() -> None:
    counter = Counter(at_home())
    asked = counter.receive()
    assert asked.assignees == ("usr_here", "usr_here_too")
    given = counter.change(asked, {"assignee": "usr_meera"})
    assert given.assignees == ("usr_meera",)
    assert counter.change(given, {"assignee": None}).assignees == ()
    assert counter.kinds == ["inquiry_received", "inquiry_assigned", "inquiry_assigned"]


def test_what_changes_nothing_writes_nothing() -> None:
    counter = Counter()
    asked = counter.receive()
    assert counter.change(asked, {"status": "open", "assignee": "usr_all"}) is asked
    assert counter.kinds == ["inquiry_received"]


@pytest.mark.parametrize(
    ("patch", "refusal"),
    [
        ({"answer": "Yes"}, Invalid),
        ({"status": "open", "answer": "Yes"}, Invalid),
        ({"assignee": "usr_left"}, Invalid),
        ({"status": None}, ValidationError),
        ({"status": "closed"}, ValidationError),
        ({"text": "other"}, ValidationError),
        ({"assignee": ["usr_meera"]}, ValidationError),
    ],
)
def test_what_a_patch_may_not_say(patch: dict[str, Any], refusal: type[Exception]) -> None:
    counter = Counter()
    asked = counter.receive()
    with pytest.raises(refusal):
        counter.change(asked, patch)
    assert counter.store.kept[asked.id] is asked


def test_another_version_is_not_changed() -> None:
    counter = Counter()
    with pytest.raises(Stale):
        counter.change(counter.receive(), {"status": "answered"}, frozenset({2}))
