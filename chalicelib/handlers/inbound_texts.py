"""Texts that customers write: into their thread, and STOP ends what is sent to the number.

Each step is a transaction of its own that is harmless to do again, and the text is kept last: when it is there, all
is done. A word that arrives late never undoes a later one towards sending more.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from chalicelib.domain import ids
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.consents import commands as consents_commands
from chalicelib.domain.consents.model import PURPOSES
from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages.inbound import InboundText, read, receive
from chalicelib.domain.messages.keywords import keyword
from chalicelib.domain.suppressions import commands as suppression_commands
from chalicelib.handlers.log import logger
from chalicelib.repos.messages import AlreadyThere
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import consents, messages, suppressions
from chalicelib.wiring.store import table

CUSTOMER = Actor(id="sys_inbound_text", name="Customer")
STOP_REPLY: Literal["stop_reply"] = "stop_reply"


def now() -> datetime:
    """The clock of the edge."""
    return datetime.now(UTC)


def received(payload: Mapping[str, Any], envelope: Mapping[str, Any], clock: Callable[[], datetime] = now) -> str:
    """Take in one text; returns `kept`, `known`, `unknown_number` or `unreadable`.

    Raises:
        Unavailable, Busy: it is to be delivered again.
    """
    moment = clock()
    call = Call(CUSTOMER, moment, ids.new_id("req", moment))
    came = read(payload, envelope, moment)
    outcome, asked = "unreadable", None
    if came is not None:
        asked = keyword(came.text)
        outcome = _taken_in(call, came, asked)
    logger().info("text received", extra={"event": "inbound_text", "outcome": outcome, "keyword": asked})
    return outcome


def _taken_in(call: Call, came: InboundText, asked: str | None) -> str:
    holders = messages.letters(Transaction(table(), call)).holders(came.number)
    if holders and _is_known(holders[0], came):
        return "known"
    if asked == "stop":
        _stop(call, came.number, holders)
    elif asked == "start":
        _start(call, came)
    if not holders:
        return "unknown_number"
    try:
        commit_with_retry(table(), call, lambda work: _keep(work, came, holders[0]))
    except AlreadyThere:
        return "known"
    except NotFound:
        return "unknown_number"
    return "kept"


def _stop(call: Call, number: str, holders: list[str]) -> None:
    """First the number, which alone is enough; then the consents of everybody who has it."""

    def suppress(work: Transaction) -> None:
        suppression_commands.suppress(suppressions.desk(work), "sms", number, STOP_REPLY)

    commit_with_retry(table(), call, suppress)
    for customer_id in holders:
        commit_with_retry(table(), call, partial(_withdraw, customer_id))


def _withdraw(customer_id: str, work: Transaction) -> None:
    desk = consents.desk(work)
    latest = desk.consents.current(customer_id).latest
    agreed = [each for each in PURPOSES if (said := latest.get(("sms", each))) and said.granted]
    if agreed:
        consents_commands.withdraw(desk, customer_id, "sms", agreed, STOP_REPLY)


def _start(call: Call, came: InboundText) -> None:
    """Lift the suppression of an earlier STOP; consents stay withdrawn until somebody asks for them."""

    def lift(work: Transaction) -> None:
        known = suppressions.reader().get("sms", came.number)
        if known and known.reason == STOP_REPLY and known.by.at <= came.at:
            suppression_commands.lift(suppressions.desk(work), "sms", came.number)

    commit_with_retry(table(), call, lift)


def _keep(work: Transaction, came: InboundText, customer_id: str) -> None:
    desk = messages.desk(work)
    messages.letters(work).once(customer_id, _mark(came))
    receive(desk, came, customer_id)


def _is_known(customer_id: str, came: InboundText) -> bool:
    return messages.log().was_done(customer_id, _mark(came))


def _mark(came: InboundText) -> str:
    """The provider's id is its text, so it goes into the key as a digest."""
    return f"text#{hashlib.sha256(came.cause.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
