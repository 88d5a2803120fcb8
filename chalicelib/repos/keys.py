"""Every key of the single table is built here; docs/architecture.md lists the access pattern of each with its cost.

A partition key is an aggregate's own id (`cus_…`) or starts with an upper-case name and `#`. What a person typed
stands last in its key, or is folded to letters and digits first, so no separator of theirs can leave its place.
"""

import hashlib
from typing import NamedTuple

PROFILE = "PROFILE"
EVENT = "EVENT#"
SYSTEM_EVENT = "SYSTEM#"
AUDIT = "AUDIT#"
CLAIM = "CLAIM"
MESSAGE = "MESSAGE#"
NO_LOCATION = "-"
COUNTERS = "COUNTERS"
CUSTOMER_COUNTERS = "customers#"
SHARDS = 4
COUNTER_SHARDS = 8
PHONE_TAIL = 4
LAST = "~"  # sorts behind every id and instant


class Key(NamedTuple):
    """Partition key and sort key."""

    pk: str
    sk: str


def shard_of(text: str, shards: int = SHARDS) -> int:
    """A stable number below `shards`."""
    return hashlib.sha256(text.encode()).digest()[0] % shards


# --- a customer's own partition -------------------------------------------------------------------------------


def profile(customer_id: str) -> Key:
    """The customer; everything that is open sorts right behind it."""
    return Key(customer_id, PROFILE)


def open_item(customer_id: str, item_id: str) -> Key:
    """An open reminder or inquiry, shown with the profile."""
    return Key(customer_id, f"{PROFILE}#OPEN#{item_id}")


def event(aggregate_id: str, event_id: str, audience: str) -> Key:
    """One thing that happened; staff read the EVENT# line, the system's own stand apart."""
    return Key(aggregate_id, f"{EVENT if audience == 'staff' else SYSTEM_EVENT}{event_id}")


def owned(customer_id: str, kind: str, item_id: str) -> Key:
    """A record of a customer: kind is NOTE, CALL, INQUIRY or REMINDER."""
    return Key(customer_id, f"{kind}#{item_id}")


def audit_values(entity: str, audit_id: str) -> Key:
    """Values before and after a change, with the record they belong to, so erasing a person takes them along."""
    return Key(entity, f"{AUDIT}{audit_id}")


# --- finding customers ----------------------------------------------------------------------------------------


def listed(status: str, customer_id: str, month: str) -> Key:
    """The list of all customers, one partition a month of creation (`2026-11`)."""
    return Key(f"CUSTOMERS#{status}#{month}", customer_id)


def tagged(tag_id: str, customer_id: str) -> Key:
    """A customer under one tag."""
    return Key(f"TAG#{tag_id}", customer_id)


def in_city(city: str, customer_id: str) -> Key:
    """A customer under a folded city name."""
    return Key(f"CITY#{city}", customer_id)


def name_word(word: str, customer_id: str) -> Key:
    """A folded word of the name, found by its beginning."""
    return Key(f"NAME#{word[0]}", f"{word}#{customer_id}")


def name_word_reversed(word: str, customer_id: str) -> Key:
    """The same word back to front, found by its end."""
    backwards = word[::-1]
    return Key(f"EMAN#{backwards[0]}", f"{backwards}#{customer_id}")


def phone_claim(e164: str) -> Key:
    """Who owns a number: the first active holder."""
    return Key(f"PHONE#{e164}", CLAIM)


def phone_holder(e164: str, customer_id: str) -> Key:
    """A holder of a number, found by the whole number or by its last digits."""
    backwards = e164[:0:-1]
    return Key(f"PHONES#{backwards[:PHONE_TAIL]}", f"{backwards}#{customer_id}")


def email_claim(address: str) -> Key:
    """Who owns an address."""
    return Key(f"EMAIL#{address}", CLAIM)


def email_holder(address: str, customer_id: str) -> Key:
    """A holder of an address."""
    return Key(f"EMAIL#{address}", customer_id)


def external_claim(external_id: str) -> Key:
    """The customer that another system knows by this id."""
    return Key(f"EXTERNAL#{external_id}", CLAIM)


def customer_counter(customer_id: str) -> Key:
    """One of eight counters of active and archived customers."""
    return Key(COUNTERS, f"{CUSTOMER_COUNTERS}{shard_of(customer_id, COUNTER_SHARDS)}")


# --- work to do across customers ------------------------------------------------------------------------------


def due_partition(status: str, shard: int) -> str:
    """Reminders of one status, by when they fall due."""
    return f"REMINDERS#{status}#{shard}"


def due(status: str, due_at: str, reminder_id: str) -> Key:
    """A reminder in the list of its status."""
    return Key(due_partition(status, shard_of(reminder_id)), f"{due_at}#{reminder_id}")


def inquiry_partition(shard: int) -> str:
    """Open inquiries, by when they came."""
    return f"INQUIRIES#open#{shard}"


def open_inquiry(received_at: str, inquiry_id: str) -> Key:
    """An inquiry that nobody has answered yet, by when it came."""
    return Key(inquiry_partition(shard_of(inquiry_id)), f"{received_at}#{inquiry_id}")


def birthday_partition(month: str) -> str:
    """Birthdays of active customers, one partition a month (`03`)."""
    return f"BIRTHDAYS#{month}"


def birthday(month: str, day: str, home_location: str | None, customer_id: str) -> Key:
    """A customer's birthday, by day and then by store, so that a store's birthdays of a day are one range."""
    return Key(birthday_partition(month), f"{day}#{home_location or NO_LOCATION}#{customer_id}")


def once(aggregate_id: str, what: str) -> Key:
    """The mark that something was done for a record (`birthday#2027`), so that it is not done again."""
    return Key(aggregate_id, f"ONCE#{what}")


def sweep_run(name: str, day: str, location: str | None) -> Key:
    """What became of a sweep on a local day at one location."""
    return Key(f"SWEEP#{name}#{day}", location or NO_LOCATION)


def sweep_run_by_hand(name: str, day: str, location: str | None, started_at: str) -> Key:
    """What became of a run that somebody started: it stands beside that of the day, which is done all the same."""
    scheduled = sweep_run(name, day, location)
    return Key(scheduled.pk, f"{scheduled.sk}#{started_at}")


def sweep_state(name: str) -> Key:
    """When a sweep last looked around."""
    return Key(f"SWEEP#{name}", "STATE")


# --- messages, consent ----------------------------------------------------------------------------------------


def message(recipient_id: str, message_id: str) -> Key:
    """A message to a customer, or a notification to a member of staff."""
    return Key(recipient_id, f"{MESSAGE}{message_id}")


def message_logged(day: str, message_id: str) -> Key:
    """A message in the log of the UTC day on which it was made."""
    return Key(f"MESSAGES#{day}", message_id)


def outgoing_partition(shard: int) -> str:
    """Messages on their way, by when somebody must look at them again."""
    return f"OUTGOING#{shard}"


def outgoing(check_at: str, message_id: str) -> Key:
    """A message on its way."""
    return Key(outgoing_partition(shard_of(message_id)), f"{check_at}#{message_id}")


def consents(customer_id: str) -> Key:
    """What the customer agrees to now; read with the profile."""
    return Key(customer_id, f"{PROFILE}#CONSENTS")


def consent(customer_id: str, consent_id: str) -> Key:
    """One thing the customer said about one channel and purpose; never changed."""
    return Key(customer_id, f"CONSENT#{consent_id}")


def recent_sends(customer_id: str) -> Key:
    """The latest messages that count towards the customer's cap; read with the profile."""
    return Key(customer_id, f"{PROFILE}#SENDS")


def device(customer_id: str, device_id: str) -> Key:
    """A phone or tablet that shows push messages; read with the profile."""
    return Key(customer_id, f"{PROFILE}#DEVICE#{device_id}")


def device_token(digest: str) -> Key:
    """Which device holds a token of a push platform, told apart by its SHA-256 digest."""
    return Key(f"DEVICES#{digest}", "HOLDER")


def suppressions(channel: str) -> str:
    """Addresses of a channel to which nothing is sent."""
    return f"SUPPRESSIONS#{channel}"


def suppression(channel: str, address: str) -> Key:
    """An address to which nothing is sent."""
    return Key(suppressions(channel), address)


TEMPLATES = "TEMPLATES"


def template(template_id: str) -> Key:
    """A template as it stands."""
    return Key(TEMPLATES, template_id)


def template_version(template_id: str, version: int) -> Key:
    """A template as it was."""
    return Key(template_id, f"VERSION#{version:04d}")


def template_name(name: str, channel: str, language: str) -> Key:
    """Keeps a template unique in name, channel and language."""
    return Key("TEMPLATENAMES", f"{name}#{channel}#{language.lower()}")


# --- the shop -------------------------------------------------------------------------------------------------

STAFF = "STAFF"
SHOP = "SHOP"


def staff(user_id: str) -> Key:
    """A member of staff."""
    return Key(STAFF, user_id)


def settings() -> Key:
    """The shop's settings."""
    return Key(SHOP, "SETTINGS")


def shop_defaults() -> Key:
    """The mark that the ready-made tags were written."""
    return Key(SHOP, "DEFAULTS")


def location(location_id: str) -> Key:
    """A store."""
    return Key(SHOP, f"LOCATION#{location_id}")


def tag(tag_id: str) -> Key:
    """A tag's definition."""
    return Key(SHOP, f"TAG#{tag_id}")


def tag_name(folded: str) -> Key:
    """Keeps a tag's name unique without case and accents."""
    return Key(SHOP, f"TAGNAME#{folded}")


# --- imports, audit, idempotency ------------------------------------------------------------------------------


def import_job(import_id: str) -> Key:
    """An import and how far it has come."""
    return Key(import_id, "IMPORT")


def import_listed(import_id: str, month: str) -> Key:
    """An import in the list of its month."""
    return Key(f"IMPORTS#{month}", import_id)


def import_row(import_id: str, number: int) -> Key:
    """What became of one row; written in the row's own transaction, so a row is never done twice."""
    return Key(import_id, f"ROW#{number:07d}")


def audit_day(day: str) -> str:
    """The audit partition of a UTC day (`2026-11-22`)."""
    return f"AUDIT#{day}"


def audit_entry(day: str, audit_id: str) -> Key:
    """The core of an audit entry."""
    return Key(audit_day(day), audit_id)


def idempotency(caller: str, route: str, key: str) -> Key:
    """The answer kept for an Idempotency-Key; hashed, as the key is the caller's text."""
    digest = hashlib.sha256("\n".join((caller, route, key)).encode("utf-8", "surrogatepass")).hexdigest()
    return Key(f"IDEMPOTENCY#{digest}", "ANSWER")


# --- the sparse index of events that are not relayed yet ------------------------------------------------------

PENDING_INDEX = "pending"
PENDING_ASIDE = "PENDING#aside"  # events that could not be relayed ten times: out of the way of the others


def pending_partition(shard: int) -> str:
    """Events that wait to be relayed, oldest first."""
    return f"PENDING#{shard}"


def pending(event_id: str) -> tuple[str, str]:
    """Partition and sort key of an event in the `pending` index, oldest first."""
    return pending_partition(shard_of(event_id)), event_id
