"""Writes as clients make them: what is there before, the request, and what must be true once it went through."""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.api import Reply

_numbers = itertools.count(9_700_000_000)


def number() -> str:
    """A number that nobody has."""
    return f"+91{next(_numbers)}"


def unique() -> str:
    """A word that nobody else uses."""
    return "z" + uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))[:12]


@dataclass(frozen=True)
class Attempt:
    """One write that may be sent again, and the check of its effect."""

    send: Callable[[], Reply]
    check: Callable[[], None]


@dataclass(frozen=True)
class Scenario:
    """A write by a person of a role; `prepare` makes a fresh attempt."""

    name: str
    role: str
    prepare: Callable[[Any], Attempt]


def customer(api: Any, **fields: Any) -> dict[str, Any]:
    """A customer made for an attempt."""
    reply = api.post("/v1/customers", {"given_name": "Asha", "phones": [{"number": number()}], **fields})
    assert reply.status == 201, reply.text
    made: dict[str, Any] = reply.json
    return made


def kinds(api: Any, customer_id: str) -> list[str]:
    """What the timeline says, oldest first."""
    items = api.get(f"/v1/customers/{customer_id}/timeline?limit=100").json["items"]
    return [item["kind"] for item in reversed(items)]


def found(api: Any, query: str) -> list[str]:
    """Ids that a search finds."""
    return [item["id"] for item in api.get(f"/v1/customers?{query}").json["items"]]


def _create(api: Any) -> Attempt:
    name, mobile, key = unique(), number(), unique()
    body = {"given_name": name, "phones": [{"number": mobile}], "emails": [{"address": f"{name}@shop.example"}]}

    def check() -> None:
        (only,) = found(api, f"q={name}")
        assert found(api, f"q={mobile[1:]}") == [only]
        assert kinds(api, only) == ["customer_created"]

    return Attempt(lambda: api.post("/v1/customers", body, Idempotency_Key=key), check)


def _create_without_key(api: Any) -> Attempt:
    """The claim of the number is the guard: a second try is told about the first."""
    name, mobile = unique(), number()
    body = {"given_name": name, "phones": [{"number": mobile}]}

    def check() -> None:
        assert len(found(api, f"q={name}")) == 1

    return Attempt(lambda: api.post("/v1/customers", body), check)


def _create_shared(api: Any) -> Attempt:
    mobile, key = number(), unique()
    first = customer(api, phones=[{"number": mobile}])
    body = {"given_name": "Second", "phones": [{"number": mobile}], "allow_duplicate": True}

    def check() -> None:
        holders = found(api, f"q={mobile[1:]}")
        assert len(holders) == 2
        assert first["id"] in holders

    return Attempt(lambda: api.post("/v1/customers", body, Idempotency_Key=key), check)


def _change(api: Any) -> Attempt:
    old, new, key = number(), number(), unique()
    made = customer(api, phones=[{"number": old}])
    path = f"/v1/customers/{made['id']}"

    def check() -> None:
        assert api.get(path).json["version"] == 2
        assert (found(api, f"q={old[1:]}"), found(api, f"q={new[1:]}")) == ([], [made["id"]])
        assert kinds(api, made["id"]) == ["customer_created", "customer_changed"]

    return Attempt(lambda: api.patch(path, {"phones": [{"number": new}]}, Idempotency_Key=key), check)


def _archive(api: Any) -> Attempt:
    mobile = number()
    owner = customer(api, phones=[{"number": mobile}])
    heir = customer(api, phones=[{"number": mobile}], allow_duplicate=True)

    def check() -> None:
        assert found(api, f"q={mobile[1:]}") == [heir["id"]]
        assert kinds(api, owner["id"]) == ["customer_created", "customer_archived"]

    return Attempt(lambda: api.delete(f"/v1/customers/{owner['id']}"), check)


def _restore(api: Any) -> Attempt:
    made = customer(api)
    api.delete(f"/v1/customers/{made['id']}")

    def check() -> None:
        assert kinds(api, made["id"]) == ["customer_created", "customer_archived", "customer_restored"]

    return Attempt(lambda: api.post(f"/v1/customers/{made['id']}/restore"), check)


def _tags(api: Any) -> Attempt:
    made, tag = customer(api), unique()

    def check() -> None:
        assert found(api, f"tag={tag}") == [made["id"]]
        assert kinds(api, made["id"]) == ["customer_created", "tag_changed"]

    return Attempt(lambda: api.put(f"/v1/customers/{made['id']}/tags", {"tags": [tag]}), check)


def _upsert(api: Any) -> Attempt:
    name, external = unique(), unique()
    body = {"given_name": name, "phones": [{"number": number()}]}

    def check() -> None:
        assert len(found(api, f"q={name}")) == 1

    return Attempt(lambda: api.put(f"/v1/customers/by-external-id/{external}", body), check)


def _note(api: Any) -> Attempt:
    made, key = customer(api), unique()
    path = f"/v1/customers/{made['id']}/notes"

    def check() -> None:
        assert [note["text"] for note in api.get(path).json["items"]] == ["Prefers rose gold"]
        assert kinds(api, made["id"]) == ["customer_created", "note_added"]

    return Attempt(lambda: api.post(path, {"text": "Prefers rose gold"}, Idempotency_Key=key), check)


def _call(api: Any) -> Attempt:
    made, key = customer(api), unique()
    api.post(f"/v1/customers/{made['id']}/inquiries", {"text": "Any solitaires?", "channel": "web"})
    body = {"direction": "out", "duration_s": 60, "outcome": "Will visit"}

    def check() -> None:
        timeline = kinds(api, made["id"])
        assert sorted(timeline) == sorted(["customer_created", "inquiry_received", "call_logged", "inquiry_answered"])

    return Attempt(lambda: api.post(f"/v1/customers/{made['id']}/calls", body, Idempotency_Key=key), check)


SCENARIOS = (
    Scenario("create", "sales", _create),
    Scenario("create without a key", "sales", _create_without_key),
    Scenario("create with a number that is held", "sales", _create_shared),
    Scenario("change the number", "sales", _change),
    Scenario("archive the owner of a shared number", "manager", _archive),
    Scenario("restore", "manager", _restore),
    Scenario("set a new tag", "manager", _tags),
    Scenario("upsert", "sales", _upsert),
    Scenario("note", "sales", _note),
    Scenario("call", "sales", _call),
)
