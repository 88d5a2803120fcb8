"""What a sender works with during one turn, and what becomes of a message in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.messages.checking import Ready, Recipients
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.outgoing import House
from chalicelib.domain.messages.pace import Pacer
from chalicelib.domain.messages.policy import Reach, Sends
from chalicelib.domain.messages.providing import Provider
from chalicelib.domain.shop.model import Shop


@dataclass(frozen=True)
class Counted:
    """Which of a customer's messages count from now on; `reach` is what that was worked out from."""

    reach: Reach
    sends: Sends


class SendingStore(Recipients, Protocol):
    """All that one message needs of the table. Every method that writes is one transaction."""

    def message(self, message_id: str) -> Message | None:
        """The message; None when there is none."""

    def claim(self, before: Message, after: Message, grounds: Ready) -> bool:
        """Write the claimed message, if message, consents, customer, suppressions and sends are as they were read.

        Returns False when something is not.
        """

    def write(self, before: Message, after: Message, *, told: bool, counted: Counted | None = None) -> bool:
        """Write the next version, when `told` with event and audit entry.

        Returns False when message or sends are not as they were read.
        """


@dataclass(frozen=True)
class Lane:
    """One channel: who sends it, and how fast."""

    provider: Provider
    pacer: Pacer


@dataclass(frozen=True)
class Sender:
    """One turn of a sender. It certainly ends at `deadline`; `new_claim` names an attempt unlike any other."""

    store: SendingStore
    lanes: Mapping[str, Lane]
    shop: Shop
    house: House
    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    chance: Callable[[], float]
    new_claim: Callable[[], str]
    deadline: datetime


@dataclass(frozen=True)
class Turn:
    """What became of it: the message's status, or `gone`, `no_time` (give it back) and `unrecorded`.

    `later` is when to come again with a message that stays queued.
    """

    status: str
    later: datetime | None = None
