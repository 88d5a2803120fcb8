"""What the relay, the worker and the sender have to do: events, letters of providers, messages of every kind."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import partial

from chalicelib.domain.consents.model import PURPOSES
from chalicelib.domain.messages.model import SENT_CHANNELS, STAFF_PURPOSE
from chalicelib.domain.messages.provider_events import DETAILS
from chalicelib.domain.staff.directory import user_id_of
from tests.support.faulting.functions import Arrangement
from tests.support.faulting.letters import notification, ses_event, waiting
from tests.support.faulting.mornings import next_morning
from tests.support.faulting.play import PROVIDER_EVENTS, URLS
from tests.support.faults import FAULTS, injected
from tests.support.world import World, delivery
from tests.support.world.arrangement import made

LATER = timedelta(hours=1)  # a clock that is behind is still after what was agreed
# The provider takes every mail and never says so.
SILENT = replace(next(each for each in FAULTS if each.name == "timeout after the commit"), times=1000, only="SendEmail")
TEXTS = {"stop": "STOP", "start": "START", "words": "Is my ring ready?"}


def agree(world: World, customer_id: str, *channels: str) -> None:
    """Let a customer accept everything on these channels."""
    for channel in channels:
        for purpose in PURPOSES:
            word = {"channel": channel, "purpose": purpose, "granted": True, "source": "in_store"}
            made(world.api("sales").post(f"/v1/customers/{customer_id}/consents", word))


def settle(world: World) -> None:
    """What the preparation left under way is done, but for what comes next."""
    world.deliver()


def _send(channel: str, purpose: str, world: World) -> None:
    customer_id = world.records["cus"][0]
    agree(world, customer_id, channel)
    settle(world)
    world.pass_time(LATER)
    to_staff = purpose == STAFF_PURPOSE
    recipient = user_id_of(world.subjects["sales"]) if to_staff else customer_id
    waiting(world, recipient, channel, purpose)


def _told(kind: str, detail: str, world: World) -> None:
    """A mail has left; this is what SES says of it. That it was sent is news only of one whose fate nobody knows."""
    customer_id = world.records["cus"][0]
    message = waiting(world, customer_id, "email", "birthday")
    with injected(SILENT, 0) if kind == "Send" else nullcontext():
        world.deliver()
    world.pass_time(LATER)
    world.cloud.send_message(URLS[PROVIDER_EVENTS], notification(ses_event(kind, detail, message.id)))


def _text(words: str, world: World) -> None:
    """A customer who agreed, and stopped once before, writes."""
    customer_id = world.records["cus"][0]
    agree(world, customer_id, "sms")
    if words == TEXTS["start"]:
        _came(world, TEXTS["stop"], 1)
        delivery_of(world)
    settle(world)
    world.pass_time(LATER)
    _came(world, words, 2)


def _came(world: World, words: str, number: int) -> None:
    said = {"originationNumber": "+919810000001", "messageBody": words, "inboundMessageId": f"inbound-{number}"}
    world.cloud.send_message(URLS[PROVIDER_EVENTS], notification(said, number))


def delivery_of(world: World) -> None:
    """The worker takes in what providers told."""
    (message,) = world.cloud.take_messages(URLS[PROVIDER_EVENTS])
    answer = delivery.call("Worker", delivery.sqs_event([message], PROVIDER_EVENTS))
    assert not delivery.failed(answer)


def _due(world: World) -> None:
    """A morning with birthdays and a digest, planned by nobody yet."""
    next_morning(world)
    for name in ("birthdays", "follow-ups"):
        world.sweep(name)


WORKER = (
    Arrangement("what is due in the morning", "Worker", _due),
    *(
        Arrangement(f"SES tells {kind}", "Worker", partial(_told, kind, detail))
        for kind, (_, detail) in DETAILS.items()
    ),
    *(Arrangement(f"a customer writes {name}", "Worker", partial(_text, words)) for name, words in TEXTS.items()),
)
TO_SEND = (*((channel, purpose) for channel in SENT_CHANNELS for purpose in PURPOSES), ("email", STAFF_PURPOSE))
SENDER = tuple(
    Arrangement(
        f"{channel} {purpose}",
        "Sender",
        partial(_send, channel, purpose),
        covers=frozenset((f"channel {channel}", f"purpose {purpose}")),
        sends=True,
        alike=purpose != PURPOSES[0],
    )
    for channel, purpose in TO_SEND
)


def _every_kind(world: World) -> None:
    """The events of a full morning, and of a day's work."""
    _due(world)
    customer_id, sales = world.records["cus"][0], world.api("sales")
    made(sales.post(f"/v1/customers/{customer_id}/notes", {"text": "Likes opals"}))
    letter = {"customer_id": customer_id, "channel": "email", "subject": "Your ring", "text": "It is ready."}
    made(sales.post("/v1/messages", letter))
    made(world.api("manager").post("/v1/contact-checks"))


RELAY = (Arrangement("events for every queue and the bus", "Relay", _every_kind),)
