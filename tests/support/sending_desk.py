"""One message, a made-up customer and a provider that answers as it is told: for the rules of sending."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import instants
from chalicelib.domain.consents.model import Consent, Consents
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.messages.model import Content, Message
from chalicelib.domain.messages.outgoing import House
from chalicelib.domain.messages.pace import Pacer
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.messages.providing import Outgoing
from chalicelib.domain.messages.sending import send_one
from chalicelib.domain.messages.turns import Lane, Sender, Turn
from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Shop, StaffMember
from chalicelib.domain.signature import Signature
from tests.support.fakes import MUMBAI, NOW
from tests.support.memory_sending import MemoryStore

CUSTOMER = f"cus_{'0' * 26}"
MESSAGE = f"msg_{'1' * 26}{'0' * 26}"
MEMBER = StaffMember(
    f"usr_{'2' * 26}", 1, "sub", "Meera", "meera@shop.example", frozenset(("sales",)), (), False, 0, 0, "", ""
)
NOTIFICATION = f"ntf_{'1' * 26}{'2' * 26}"
ADDRESS = "Asha@example.com"
DOC: Mapping[str, Any] = {
    "emails": [
        {"address": ADDRESS, "normalized": "asha@example.com"},
        {"address": "old@example.com", "normalized": "old@example.com"},
    ],
    "phones": [{"number": "+91 98765 43210", "e164": "+919876543210"}],
    "language": "en",
    "time_zone": "Asia/Kolkata",
    "home_location": MUMBAI.id,
}


def said(channel: str, purpose: str, *, granted: bool = True) -> Consent:
    """A word of the customer."""
    at = "2026-01-01T00:00:00.000Z"
    return Consent("con_1", CUSTOMER, channel, purpose, granted, "in_store", None, at, at, ("usr_1", "Meera"))


def a_reach(**changes: Any) -> Reach:
    """A customer who agreed to birthday mails and promotional texts."""
    consents = Consents(version=1).with_word(said("email", "birthday")).with_word(said("sms", "promotions"))
    return replace(Reach(Customer(CUSTOMER, DOC, 1, "active", "", ""), consents), **changes)


def a_message(**changes: Any) -> Message:
    """A birthday mail of a person, queued."""
    message = Message(
        id=MESSAGE,
        recipient_id=CUSTOMER,
        channel="email",
        purpose="birthday",
        status="queued",
        address=ADDRESS,
        content=Content("Happy birthday", "All the best.", "<p>All the best.</p>"),
        by=Signature("usr_1", "Meera", instants.to_text(NOW)),
        automatic=False,
        check_at=instants.to_text(NOW),
    )
    return replace(message, **changes)


def a_notification(**changes: Any) -> Message:
    """A digest to a member of staff."""
    return a_message(
        **{"id": NOTIFICATION, "recipient_id": MEMBER.id, "purpose": "staff", "address": MEMBER.email, **changes}
    )


def outgoing(**changes: Any) -> Outgoing:
    """A mail that may leave."""
    fields: dict[str, Any] = {
        "message_id": f"msg_{'0' * 52}",
        "address": "asha@example.com",
        "content": Content("Happy birthday", "All the best.", "<p>All the best.</p>"),
        "sender": "hello@shop.example",
        "sender_name": "Chandni Jewellers",
    }
    return Outgoing(**{**fields, **changes})


@dataclass
class Says:
    """A provider; `answers` are returned or raised one after the other, then it accepts."""

    answers: list[Any] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> str:
        """Answer."""
        self.sent.append(outgoing)
        answer = self.answers.pop(0) if self.answers else "ses-1"
        if isinstance(answer, BaseException):
            raise answer
        return str(answer)


def a_shop(**settings: Any) -> Shop:
    """A shop in Mumbai without quiet hours."""
    quiet = {"from": "00:00", "to": "00:00"}
    return Shop({**DEFAULT_SETTINGS, "quiet_hours": quiet, **settings}, 1, {MUMBAI.id: MUMBAI})


@dataclass
class Bench:
    """A sender's turn."""

    store: MemoryStore = field(default_factory=MemoryStore)
    provider: Says = field(default_factory=Says)
    shop: Shop = field(default_factory=a_shop)
    house: House = field(
        default_factory=lambda: House("https://shop.example/api", "hello@shop.example", lambda *parts: ".".join(parts))
    )
    now: datetime = NOW
    deadline: datetime = NOW + timedelta(seconds=60)
    paused: list[float] = field(default_factory=list)
    pacer: Pacer = field(default_factory=lambda: Pacer(lambda: 10, lambda: 0.0, lambda _: None))

    def put(self, message: Message, reach: Reach | None = None) -> "Bench":
        """A message, and its customer if there is one."""
        self.store.messages[message.id] = message
        if reach is not None:
            self.store.reaches[CUSTOMER] = reach
        self.store.members[MEMBER.id] = MEMBER
        return self

    def send(self, message_id: str = MESSAGE) -> Turn:
        """One attempt."""
        lane, names = Lane(self.provider, self.pacer), iter(range(1000))
        sender = Sender(
            store=self.store,
            lanes={"email": lane, "sms": lane, "push": lane},
            shop=self.shop,
            house=self.house,
            clock=lambda: self.now,
            pause=self.paused.append,
            chance=lambda: 0.5,
            new_claim=lambda: f"{id(self)}-{next(names)}",
            deadline=self.deadline,
        )
        return send_one(sender, message_id)

    @property
    def message(self) -> Message:
        """The message as it stands."""
        return self.store.messages[MESSAGE]

    def told(self, message_id: str = MESSAGE) -> dict[str, int]:
        """The events of the message."""
        return dict(self.store.told.kinds[message_id])


def once(what: str, action: Callable[[], None]) -> Callable[[str, str], None]:
    """Something that happens at the first access of this kind."""
    done: list[bool] = []

    def interrupt(kind: str, _: str) -> None:
        if kind == what and not done:
            done.append(True)
            action()

    return interrupt
