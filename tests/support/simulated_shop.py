"""Customers of a made-up shop and their messages, made as they are needed and forgotten when they are at rest."""

import random
from dataclasses import replace
from datetime import datetime

from chalicelib.domain import ids, instants
from chalicelib.domain.consents.model import Consent, Consents
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.messages.model import Content, Message
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Shop
from chalicelib.domain.signature import Signature

CONTENT = Content("Happy birthday", "All the best.", "<p>All the best.</p>")
SHOP = Shop({**DEFAULT_SETTINGS, "quiet_hours": {"from": "10:00", "to": "10:20"}})
PURPOSES = ("birthday", "promotions", "service")


def word(customer_id: str, purpose: str, *, granted: bool) -> Consent:
    """What the customer said."""
    at = "2026-01-01T00:00:00.000Z" if granted else "2026-11-22T00:00:00.000Z"
    return Consent("con_1", customer_id, "email", purpose, granted, "in_store", None, at, at, ("usr_1", "Meera"))


def reach(chance: random.Random, number: int) -> Reach:
    """A customer of whom some never agreed, and some live where it is quiet for a while."""
    customer_id = f"cus_{number:0{ids.LENGTH}d}"
    doc = {
        "emails": [{"address": f"c{number}@example.com", "normalized": f"c{number}@example.com"}],
        "phones": [],
        "language": chance.choice(("en", "de", "hi")),
        "time_zone": chance.choice(("UTC", "Asia/Kolkata", "Europe/Berlin")),
        "home_location": None,
    }
    consents = Consents()
    for purpose in ("birthday", "promotions"):
        if chance.random() < 0.97:
            consents = consents.with_word(word(customer_id, purpose, granted=True))
    return Reach(Customer(customer_id, doc, 1, "active", "", ""), replace(consents, version=1))


def message(chance: random.Random, now: datetime, customer_id: str, number: int) -> Message:
    """A mail to the customer, queued."""
    own = f"msg_{number:0{ids.LENGTH}d}{customer_id.removeprefix('cus_')}"
    return Message(
        id=own,
        recipient_id=customer_id,
        channel="email",
        purpose=chance.choice(PURPOSES),
        status="queued",
        address=f"old{number}@example.com",  # not the customer's any more: the first of the channel is taken
        content=CONTENT,
        by=Signature("usr_1", "Meera", instants.to_text(now)),
        automatic=chance.random() < 0.5,
        check_at=instants.to_text(now),
    )


def withdrawn(before: Reach, purpose: str) -> Reach:
    """The customer after taking consent back."""
    consents = before.consents.with_word(word(before.customer.id, purpose, granted=False))
    return replace(before, consents=replace(consents, version=before.consents.version + 1))
