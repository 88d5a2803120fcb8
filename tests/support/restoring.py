"""A shop with everything in it, all of it taken out, put into an empty table, and compared."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item
from chalicelib.wiring.store import table
from tests.support import contacts, duplicates, exports, imports, sending, sweeping
from tests.support.invariants import everything

# What belongs to the installation and not to the shop's data, or tells what was done to it.
APART = ("AUDIT#", "IDEMPOTENCY#", "JOBS#", "IMPORTED#", "STAFF", "SWEEP#", "imp_", "exp_", "dpr_", "chk_", "usr_")
NEWEST = (keys.duplicate_run(), keys.contact_check())  # the jobs that ran last
TOLD_AGAIN = ("publish", "request_id", "pending_pk", "pending_sk")  # how an event was written, not what it says


def unique() -> str:
    """A word that nobody else has."""
    return uuid.uuid4().hex[:10]


def a_shop(admin: Any, staff_id: str) -> dict[str, str]:
    """Stores, settings, tags, templates and customers with everything; ids by what they are."""
    store = _made(admin, "/v1/locations", {"name": "Bandra", "time_zone": "Asia/Kolkata", "country": "IN"})
    assert admin.patch("/v1/settings", {"shop_name": "Rao & Söhne", "default_location": store}).status == 200
    tag = _made(admin, "/v1/tags", {"name": "Sammler 💍", "colour": "#123456", "visibility": "managers"})
    template = _made(
        admin,
        "/v1/templates",
        {"name": "spring", "purpose": "care", "channel": "sms", "language": "en", "text": "Hello {{ first_name }}"},
    )
    assert admin.patch(f"/v1/templates/{template}", {"text": "Dear {{ first_name }}"}).status == 200
    mapping: dict[str, Any] = {"phone": {"position": 2}, "given_name": "Vorname", "birthday": {"column": "Geb"}}
    _made(admin, "/v1/imports/mappings", {"name": "Till: München", "mapping": mapping})
    full = _full(admin, store, staff_id)
    return {"store": store, "tag": tag, "template": template, "full": full, **_others(admin)}


def _full(admin: Any, store: str, staff_id: str) -> str:
    today = datetime.now(UTC)
    address = f"Asha.{unique()}@Example.com"
    body = {
        "title": "Ms",
        "given_name": "Aşa “=cmd”",
        "family_name": "O'Brien-Rao 🎉",
        "nickname": "अशा",
        "phones": [{"number": imports.fresh_phone(), "label": "mobile"}, {"number": imports.fresh_phone()}],
        "emails": [{"address": address}],
        "birthday": f"--{today:%m-%d}",
        "anniversary": "2016-11-20",
        "important_dates": [{"label": "Diwali", "date": "--11-08"}],
        "addresses": [
            {"kind": "billing", "city": "Mumbai", "country": "IN"},
            {"kind": "home", "line1": "4, Hill Road", "city": "Pune", "region": "MH"},
            {"kind": "home", "city": "Goa"},
        ],
        "tags": ["VIP", "Sammler 💍"],
        "home_location": store,
        "assignee": staff_id,
        "external_id": f"old-{unique()}",
        "custom": {"ring": 12.5, "stones": ["ruby", {"carat": "0.5"}], "said": '"no"\nthen yes', "=1+1": None},
    }
    customer = _made(admin, "/v1/customers", body)
    path = f"/v1/customers/{customer}"
    assert admin.patch(path, {"occupation": "=HYPERLINK(1)"}).status == 200
    note = _made(admin, f"{path}/notes", {"text": "Prefers rose gold"})
    assert admin.patch(f"{path}/notes/{note}", {"text": "Prefers white gold"}).status == 200
    gone = _made(admin, f"{path}/notes", {"text": "Wrong customer"})
    assert admin.delete(f"{path}/notes/{gone}").status == 204
    _made(admin, f"{path}/inquiries", {"text": "Any studs?\n- in gold"})
    _made(admin, f"{path}/calls", {"direction": "out", "duration_s": 60, "outcome": "Will come"})
    _made(admin, f"{path}/inquiries", {"text": "Any rings?"})
    _reminders(admin, path)
    _agreed(admin, customer)
    _made(admin, f"{path}/devices", {"platform": "apns", "token": unique()})
    _wrote(admin, customer, address)
    return customer


def _reminders(admin: Any, path: str) -> None:
    due = {"type": "other", "due_at": datetime.now(UTC).isoformat(), "note": "Call"}
    _made(admin, f"{path}/reminders", due)
    done = _made(admin, f"{path}/reminders", {**due, "due_at": "2027-03-08T10:00:00Z"})
    assert admin.patch(f"/v1/reminders/{done}", {"status": "done"}).status == 200
    cancelled = _made(admin, f"{path}/reminders", {**due, "due_at": "2027-03-09T10:00:00Z"})
    assert admin.delete(f"/v1/reminders/{cancelled}").status == 204


def _agreed(admin: Any, customer: str) -> None:
    for what in ("email.birthday", "email.promotions", "sms.service"):
        sending.say(admin, customer, what, granted=True)
    sending.say(admin, customer, "email.promotions", granted=False)


def _wrote(admin: Any, customer: str, address: str) -> None:
    letter = {"customer_id": customer, "channel": "letter", "text": "Dear Ms Rao", "direction": "in"}
    assert admin.post("/v1/messages", letter).status == 201
    sent = sending.queued(customer, address, automatic=True)
    noon = datetime.now(UTC).replace(hour=12) + timedelta(days=1)  # in nobody's quiet hours, and after it was queued
    assert sending.deliver(sent.id, clock=lambda: noon) == []
    assert admin.post("/v1/suppressions", {"channel": "email", "address": address}).status == 201


def _others(admin: Any) -> dict[str, str]:
    """Two with one number, of whom the younger owns it, and an archived one."""
    shared, own = imports.fresh_phone(), imports.fresh_phone()
    first = _made(admin, "/v1/customers", {"company": "Rao Ltd", "phones": [{"number": shared}]})
    both = {"given_name": "Ravi", "phones": [{"number": shared}], "allow_duplicate": True}
    second = _made(admin, "/v1/customers", both)
    third = _made(admin, "/v1/customers", {**both, "given_name": "Uma"})
    assert admin.patch(f"/v1/customers/{first}", {"phones": [{"number": own}]}).status == 200
    again = {"phones": [{"number": own}, {"number": shared}], "allow_duplicate": True}
    assert admin.patch(f"/v1/customers/{first}", again).status == 200
    old = _made(admin, "/v1/customers", {"given_name": "Olga", "phones": [{"number": imports.fresh_phone()}]})
    _made(admin, f"/v1/customers/{old}/notes", {"text": "Moved away"})
    assert admin.delete(f"/v1/customers/{old}").status == 204
    return {"first": first, "second": second, "third": third, "archived": old}


def looked_over(admin: Any, full: str) -> None:
    """Doubts about details and pairs of customers, some decided; details that were confirmed, before and after."""
    body: dict[str, Any] = {"given_name": "DOUBTFUL", "family_name": "DETAILS", "emails": [{"address": "a@gmial.com"}]}
    doubted = _made(admin, "/v1/customers", {**body, "assignee": admin.get("/v1/me").json["id"]})
    twins = [duplicates.twins(admin) for _ in range(3)]
    contacts.check(admin)
    found = contacts.findings(admin, status="open")
    kinds = {each["kind"]: each["id"] for each in found if each["customer"]["id"] == doubted}
    reply = admin.patch(
        f"/v1/contact-findings/{kinds['email_typo']}", {"status": "dismissed", "note": "It is Ms Müller's\nown domain"}
    )
    assert reply.status == 200, reply.text
    mended = admin.patch(f"/v1/customers/{doubted}", {"given_name": "Dora", "family_name": "Dill"})
    assert mended.status == 200
    contacts.check(admin)
    assert admin.post(f"/v1/customers/{full}/verifications", {"note": "By telephone"}).status == 201
    duplicates.run(admin)
    first, second, _ = [duplicates.pair(admin, *each) for each in twins]
    for pair, status in ((first, "different"), (second, "different"), (second, "open")):
        assert duplicates.decide(admin, pair, status).status == 200


def _made(api: Any, path: str, body: Any) -> str:
    reply = api.post(path, body)
    assert reply.status == 201, reply.text
    return str(reply.json["id"])


def swept() -> None:
    """The sweeps of a day, so that birthdays are seen to and people are told."""
    today = datetime.now(UTC)
    for sweep in ("birthdays", "follow-ups"):
        sweeping.tick(sweep, today.replace(hour=12, minute=0))


def taken_out(admin: Any) -> bytes:
    """Everything, as an export has it."""
    return exports.content(exports.run(admin, kind="everything", format="jsonl"))


def put_in(deployment: Mapping[str, str], admin: Any, content: bytes) -> Any:
    """The import of it; its last state."""
    import_id = begin(admin)
    imports.put(dict(deployment), import_id, content)
    assert imports.deliver(imports.arrival(import_id)) == []
    return imports.state(admin, import_id)


def begin(admin: Any) -> str:
    """A new import of all data."""
    begun = admin.post("/v1/imports", {"kind": "everything", "format": "jsonl"})
    assert begun.status == 201, begun.text
    return str(begun.json["id"])


def snapshot() -> dict[Key, Item]:
    """Every item of the table that is the shop's data, in comparable form."""
    found = {Key(item["pk"], item["sk"]): item for item in everything(table())}
    return {key: _comparable(key, item) for key, item in found.items() if _counts(key, item)}


def _counts(key: Key, item: Item) -> bool:
    if key.sk.startswith(keys.AUDIT) or key in (keys.shop_defaults(), *NEWEST):
        return False
    if key.pk == keys.CONTACT and not any(item.get(status) for status in ("open", "dismissed")):
        return False  # a count of nothing any more
    recipient = str(item.get("recipient_id", ""))
    return not key.pk.startswith(APART) and not recipient.startswith("usr_")


def _comparable(key: Key, item: Item) -> Item:
    """Without what is only a count of writes, and with counts of nothing left out."""
    kept = dict(item)
    if key.sk.startswith((keys.EVENT, keys.SYSTEM_EVENT)):
        for name in TOLD_AGAIN:
            kept.pop(name, None)
    if key == keys.consents(key.pk):
        kept.pop("version")  # one for each time that words were written
        kept["doc"] = json.loads(kept["doc"])  # whose order is that in which they were written
    if key == keys.settings():
        kept["doc"] = json.loads(kept["doc"])  # whose order is that of the defaults when it was written
    counted = [name for name in kept if name.endswith("_count") or key.pk in (keys.COUNTERS, keys.CONTACT)]
    for name in counted:
        if kept[name] == 0:
            del kept[name]
    return kept


def line_of(content: bytes, kind: str, **facts: Any) -> dict[str, Any]:
    """The first line of a kind that says this."""
    for text in content.splitlines():
        line: dict[str, Any] = json.loads(text)
        if line["record"] == kind and facts.items() <= line.items():
            return line
    raise AssertionError(f"no {kind} with {facts}")


def rejected(admin: Any, done: Any) -> list[tuple[Any, ...]]:
    """The lines that were refused, and why."""
    return [(row["row"], row["field"], row["reason"]) for row in imports.rows(admin, done["id"], "rejected")]
