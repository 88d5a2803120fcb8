"""A customer's own partition, and the entries under which customers are found."""

from chalicelib.repos.keys.base import (
    AUDIT,
    CLAIM,
    COUNTER_SHARDS,
    COUNTERS,
    CUSTOMER_COUNTERS,
    EVENT,
    PHONE_TAIL,
    PROFILE,
    SYSTEM_EVENT,
    Key,
    shard_of,
)


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
    return counter(shard_of(customer_id, COUNTER_SHARDS))


def counter(shard: int) -> Key:
    """One of the eight counters, for those who write many customers at once: the same one for all of a transaction."""
    return Key(COUNTERS, f"{CUSTOMER_COUNTERS}{shard % COUNTER_SHARDS}")
