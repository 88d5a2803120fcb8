"""What the sender works with."""

import random
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from chalicelib.config import settings
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.consents.links import unsubscribe_token
from chalicelib.domain.messages.outgoing import House
from chalicelib.domain.messages.pace import Pacer
from chalicelib.domain.messages.providing import Provider
from chalicelib.domain.messages.turns import Lane, Sender
from chalicelib.domain.shop.model import StaffMember
from chalicelib.repos import email, push, sms
from chalicelib.repos.queues import Queue
from chalicelib.repos.sending import Sending
from chalicelib.wiring import clients, shop
from chalicelib.wiring.signing import signing_key
from chalicelib.wiring.store import table

SENDER = Actor(id="sys_sender", name="Sender")
SENDERS = 2  # so many at once, by the queue's mapping: each keeps to its share of a provider's rate
LIMIT_SECONDS = 600.0
RATE_UNKNOWN = 1.0  # messages per second: what SES gives a new account
Clock = Callable[[], datetime]


class MailLimit:
    """The rate that SES allows, asked for every ten minutes; the last known one while SES does not say."""

    def __init__(self, ask: Callable[[], float], clock: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._clock = ask, clock
        self._rate, self._asked = RATE_UNKNOWN, float("-inf")

    def __call__(self) -> float:
        """Mails per second, of all senders together."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- loaded with the client

        if self._clock() - self._asked > LIMIT_SECONDS:
            self._asked = self._clock()
            try:
                self._rate = max(self._ask(), RATE_UNKNOWN)
            except (BotoCoreError, ClientError):
                return self._rate
        return self._rate


@cache
def mail_limit() -> MailLimit:
    """Kept for the life of the process."""
    return MailLimit(lambda: email.most_per_second(clients.mail_account()))


@cache
def _pacers() -> Mapping[str, Pacer]:
    share = 1 / SENDERS
    return {
        "email": Pacer(mail_limit(), time.monotonic, time.sleep, share),
        "sms": Pacer(lambda: sms.MOST_PER_SECOND, time.monotonic, time.sleep, share),
        "push": Pacer(lambda: push.MOST_PER_SECOND, time.monotonic, time.sleep, share),
    }


def lanes(clock: Clock) -> Mapping[str, Lane]:
    """Each channel with its provider and its pace."""
    providers: dict[str, Provider] = {
        "email": email.Email(clients.mail(), settings().configuration_set, clock),
        "sms": sms.Sms(clients.texts()),
        "push": push.Push(clients.texts()),
    }
    return {channel: Lane(provider, _pacers()[channel]) for channel, provider in providers.items()}


@cache
def queue() -> Queue:
    """The queue of messages to be sent."""
    return Queue(clients.sqs(), settings().sending_queue_url)


def fresh_connections() -> None:
    """Close what was kept open since the turn before: a connection that died meanwhile is noticed only by a send."""
    clients.mail().close()
    clients.texts().close()


def sender(request_id: str, clock: Clock, deadline: datetime) -> Sender:
    """One turn, for the message of one request."""
    return Sender(
        store=Sending(table(), lambda: Call(SENDER, clock(), request_id), _staff),
        lanes=lanes(clock),
        shop=shop.shop.get(),
        house=house(),
        clock=clock,
        pause=time.sleep,
        chance=random.random,
        new_claim=lambda: secrets.token_hex(8),
        deadline=deadline,
    )


def house() -> House:
    """What this deployment puts into its messages."""
    return House(settings().public_url, settings().sender_email, _unsubscribe_token)


def _unsubscribe_token(customer_id: str, channel: str, purpose: str) -> str:
    return unsubscribe_token(signing_key(), customer_id, channel, purpose)


def _staff() -> Mapping[str, StaffMember]:
    return shop.staff.fresh()
