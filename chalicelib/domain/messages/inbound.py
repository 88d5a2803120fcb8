"""A text that a customer wrote: read from the provider's notification, and kept in the customer's thread."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain import instants
from chalicelib.domain.fields import BIDI_CONTROLS, LINE_BREAKS, NOTE
from chalicelib.domain.messages.identity import answering
from chalicelib.domain.messages.model import Content, Message
from chalicelib.domain.messages.writing import DEFAULT_PURPOSE, Desk, post
from chalicelib.domain.signature import Signature

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
LONGEST_CAUSE = 200


@dataclass(frozen=True)
class InboundText:
    """A text as it came: from which number (E.164), the provider's id of it, and when."""

    number: str
    text: str
    cause: str
    at: str


def read(payload: Mapping[str, Any], envelope: Mapping[str, Any], now: datetime) -> InboundText | None:
    """The text of a notification; None when it has no number or no id.

    Payload: AWS End User Messaging SMS user guide, "Example of a two-way SMS message payload for Amazon SNS topics".
    """
    number, cause = payload.get("originationNumber"), payload.get("inboundMessageId") or envelope.get("MessageId")
    if not isinstance(number, str) or not _E164.fullmatch(number):
        return None
    if not isinstance(cause, str) or not 0 < len(cause) <= LONGEST_CAUSE:
        return None
    body = payload.get("messageBody")
    return InboundText(number, _kept(body if isinstance(body, str) else ""), cause, _at(envelope.get("Timestamp"), now))


def receive(desk: Desk, came: InboundText, customer_id: str) -> Message:
    """Keep the text in the customer's thread; they were in touch, and nothing is answered by it.

    Raises:
        NotFound: the customer is gone.
        Conflict (on commit): the customer was archived at this moment.
    """
    reach, _ = desk.letters.reach(customer_id)
    message = Message(
        id=answering("msg", came.cause, customer_id, came.at),
        recipient_id=customer_id,
        channel="sms",
        purpose=DEFAULT_PURPOSE,
        status="received",
        direction="in",
        address=came.number,
        content=Content(None, came.text),
        by=Signature.of(desk.call, came.at),
        automatic=False,
        provider_id=came.cause,
        status_at=desk.call.at,
    )
    return post(desk, reach, message)


def _kept(text: str) -> str:
    """The text without what can hide or garble it, and not longer than a note."""
    return "".join(character for character in text if _is_harmless(character))[:NOTE]


def _is_harmless(character: str) -> bool:
    if character in LINE_BREAKS:
        return True
    return character not in BIDI_CONTROLS and unicodedata.category(character) not in ("Cc", "Cs")


def _at(sent: Any, now: datetime) -> str:
    """When the provider says it came, never in the future."""
    try:
        return instants.to_text(min(instants.parse_instant(sent), now))
    except (TypeError, ValueError):
        return instants.to_text(now)
