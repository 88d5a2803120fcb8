"""What there is in the made-up shop: a record of every kind, in every state that a route asks for.

Everything is made by the shop's own API and its own functions. A new feature adds its records here, and says of which
kind the ids are that its routes name.
"""

from datetime import timedelta
from typing import Any, Protocol

from chalicelib.domain.staff.directory import user_id_of
from tests.support.api import Api, Reply

# The kind of id that a parameter of a path stands for.
KINDS = {
    "audit_id": "aud",
    "bulk_id": "blk",
    "call_id": "cal",
    "check_id": "chk",
    "customer_id": "cus",
    "device_id": "dev",
    "duplicate_id": "dup",
    "export_id": "exp",
    "finding_id": "fnd",
    "import_id": "imp",
    "inquiry_id": "inq",
    "location_id": "loc",
    "mapping_id": "map",
    "message_id": "msg",
    "note_id": "nte",
    "reminder_id": "rem",
    "run_id": "dpr",
    "tag_id": "tag",
    "template_id": "tpl",
    "undo_id": "und",
    "user_id": "usr",
}
# The kind of id that a field of a query or a body stands for, at whatever depth.
NAMING = {
    "actor": "usr",
    "assignee": "usr",
    "customer_id": "cus",
    "default_location": "loc",
    "home_location": "loc",
    "ids": "cus",
    "import_id": "imp",
    "location": "loc",
    "locations": "loc",
    "mapping_id": "map",
}
# Bodies beside the example, for fields that exclude each other.
BODIES: dict[str, tuple[dict[str, Any], ...]] = {
    "POST /v1/customers/bulk": (
        {"selection": {"filter": {"city": "Mumbai"}}, "action": {"kind": "tag", "tags": ["Gold"]}},
        {"selection": {"filter": {"city": "Mumbai"}}, "action": {"kind": "assign", "assignee": None}},
        {"selection": {"filter": {"city": "Mumbai"}}, "action": {"kind": "change", "fields": {"language": "en"}}},
    ),
    "POST /v1/exports": ({"kind": "customers", "format": "csv", "ids": ["cus_01kexamp1e0000000000000000"]},),
    "PUT /v1/imports/{import_id}/mapping": ({"mapping_id": "map_01kexamp1e0000000000000000"},),
}
# Ids that others give.
FREE = frozenset(("external_id", "product_ids", "sms_sender_id", "dlt_entity_id", "dlt_template_id"))
# What parameters of a path may be that are no ids.
WORDS = {
    "address": ("lost@shop.example",),
    "channel": ("email",),
    "external_id": ("EXT-1",),
    "name": ("birthdays", "follow-ups", "index", "pending", "seal", "duplicates", "contact-checks"),
    "version": ("1",),
}
# Routes whose query must say something.
QUERIES = {
    "GET /v1/customers/duplicates": {"phone": "+919810000001"},
    "GET /v1/messages/figures": {"from": "2026-11-20", "to": "2026-11-24"},
    "GET /v1/birthdays": {"from": "2026-11-20", "to": "2026-11-27"},
}
OWN_LIST = "external_id,given_name,family_name,phone\nOLD-1,Nila,Iyer,+919810000101\nOLD-2,Om,Das,broken\n"
FOREIGN_LIST = "First name,Last name,Mobile\nTara,Sen,+919810000102\n"


class Shop(Protocol):
    """What the arrangement needs of the made-up shop."""

    def api(self, name: str) -> Api:
        """A person of this name."""

    def deliver(self) -> None:
        """Work off everything that is under way."""

    def upload(self, form: dict[str, Any], content: str) -> None:
        """Send the file of an import."""

    def sweep(self, name: str) -> Any:
        """What the schedule starts."""

    def pass_time(self, step: timedelta) -> None:
        """Let time pass."""


def made(reply: Reply) -> Any:
    """What was made. Raises AssertionError when it was refused."""
    assert reply.status < 300, f"{reply.status} {reply.text}"
    return reply.json if reply.text else None


def arrange(shop: Shop) -> None:
    """Fill the shop."""
    _house(shop)
    customers = _customers(shop)
    _history(shop, customers[0])
    _messages(shop, customers[0])
    _imports(shop)
    _jobs(shop, customers)
    for sweep in ("birthdays", "follow-ups", "pending"):
        shop.sweep(sweep)
    shop.deliver()


def _house(shop: Shop) -> None:
    admin, manager = shop.api("admin"), shop.api("manager")
    fort = {"name": "Mumbai Fort", "time_zone": "Asia/Kolkata", "country": "IN", "city": "Mumbai"}
    location = made(admin.post("/v1/locations", fort))
    closed = made(admin.post("/v1/locations", {**fort, "name": "Pune"}))
    made(admin.patch(f"/v1/locations/{closed['id']}", {"status": "closed"}))
    made(admin.patch("/v1/settings", {"default_country": "IN", "default_location": location["id"]}))
    for name, visibility in (("VIP", "everyone"), ("Bridal", "everyone"), ("Slow payer", "managers")):
        manager.post("/v1/tags", {"name": name, "visibility": visibility})  # some are there from the beginning
    template = {
        "name": "autumn",
        "purpose": "promotions",
        "channel": "email",
        "language": "en",
        "subject": "Autumn at {{ shop_name }}",
        "text": "Dear {{ first_name }}, come and see.",
    }
    path = made(manager.post("/v1/templates", template))["id"]
    made(manager.patch(f"/v1/templates/{path}", {"text": "Dear {{ first_name }}, come soon."}))
    made(manager.post("/v1/suppressions", {"channel": "email", "address": "lost@shop.example"}))


def _customers(shop: Shop) -> list[str]:
    """One with everything, one who looks like them, one in the archive, one whose details need a look."""
    sales, manager = shop.api("sales"), shop.api("manager")
    place = {"kind": "home", "line1": "1 Hill Road", "city": "Mumbai", "postal_code": "400050", "country": "IN"}
    full = {
        "given_name": "Meera",
        "family_name": "Shah",
        "phones": [{"number": "+919810000001"}],
        "emails": [{"address": "meera@shop.example"}],
        "birthday": "1988-11-23",
        "anniversary": "2015-02-14",
        "addresses": [place],
        "external_id": "EXT-1",
        "tags": ["VIP", "Bridal"],
        "custom": {"ring_size": 52},
        "language": "en",
    }
    alike = {
        **{name: full[name] for name in ("given_name", "family_name", "birthday")},
        "phones": [{"number": "+919810000002"}],
    }
    odd = {
        "given_name": "Kiran",
        "phones": [{"number": "+919810000003"}],
        "emails": [{"address": "kiran@gmial.com"}],
        "addresses": [{**place, "postal_code": "1"}],
    }
    gone = {"given_name": "Zoya", "family_name": "Khan", "phones": [{"number": "+919810000004"}]}
    ids = [str(made(sales.post("/v1/customers", body))["id"]) for body in (full, alike, odd, gone)]
    manager.delete(f"/v1/customers/{ids[3]}")
    return ids


def _history(shop: Shop, customer_id: str) -> None:
    sales, path = shop.api("sales"), f"/v1/customers/{customer_id}"
    made(sales.post(f"{path}/notes", {"text": "Prefers rose gold"}))
    made(sales.post(f"{path}/inquiries", {"text": "Any solitaires?", "channel": "web"}))
    made(sales.post(f"{path}/calls", {"direction": "in", "duration_s": 60, "outcome": "Will visit"}))
    made(sales.post(f"{path}/inquiries", {"text": "Any pearls?", "channel": "phone"}))
    due = {"type": "other", "due_at": "2026-11-24T10:00:00Z", "note": "Call about the ring"}
    made(sales.post(f"{path}/reminders", due))
    for channel, purpose in (("email", "birthday"), ("email", "promotions"), ("push", "birthday")):
        word = {"channel": channel, "purpose": purpose, "granted": True, "source": "in_store"}
        made(sales.post(f"{path}/consents", word))
    made(sales.post(f"{path}/devices", {"platform": "apns", "token": "a1b2c3d4"}))
    shop.pass_time(timedelta(minutes=1))


def _messages(shop: Shop, customer_id: str) -> None:
    """One that has left, one that was called off and one that waits."""
    sales = shop.api("sales")
    letter = {"customer_id": customer_id, "channel": "email", "subject": "Your ring", "text": "It is ready."}
    made(sales.post("/v1/messages", letter))
    shop.deliver()
    later = {**letter, "send_at": "2026-11-25T10:00:00Z"}
    off = made(sales.post("/v1/messages", later))
    made(sales.post(f"/v1/messages/{off['id']}/cancel"))
    made(sales.post("/v1/messages", later))


def _imports(shop: Shop) -> None:
    """Done, waiting for its file, for a mapping, and for its start after a dry run."""
    manager = shop.api("manager")
    body = {"kind": "customers", "format": "csv", "file_name": "list.csv"}
    shop.upload(made(manager.post("/v1/imports", body))["upload"], OWN_LIST)
    shop.upload(made(manager.post("/v1/imports", body))["upload"], FOREIGN_LIST)
    shop.upload(made(manager.post("/v1/imports?dry_run=true", body))["upload"], OWN_LIST)
    shop.deliver()
    made(manager.post("/v1/imports", body))
    mapping = {"given_name": "First name", "family_name": "Last name", "phone": "Mobile"}
    made(manager.post("/v1/imports/mappings", {"name": "Till", "mapping": mapping}))


def _jobs(shop: Shop, customers: list[str]) -> None:
    manager = shop.api("manager")
    made(manager.post("/v1/exports", {"format": "csv"}))
    tag = {"selection": {"ids": customers[:2]}, "action": {"kind": "tag", "tags": ["Bridal"]}}
    first = made(manager.post("/v1/customers/bulk", tag))
    made(manager.post("/v1/duplicates/runs"))
    made(manager.post("/v1/contact-checks"))
    shop.deliver()
    made(manager.post(f"/v1/customers/bulk/{first['id']}/undo"))
    made(manager.post("/v1/customers/bulk", {**tag, "action": {"kind": "untag", "tags": ["VIP"]}}))
    shop.deliver()


def dismiss(shop: Shop, subject: str) -> None:
    """Somebody may not sign in any more."""
    admin = shop.api("admin")
    made(admin.patch(f"/v1/users/{user_id_of(subject)}", {"disabled": True}))
