"""Sending a message once more, because a person says so."""

from dataclasses import replace

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.errors import Conflict
from chalicelib.domain.messages import waiting
from chalicelib.domain.messages.model import UNSETTLED, Message
from chalicelib.domain.signature import Signature


def resend(message: Message, call: Call) -> Message:
    """A new message with the same words to the same recipient; everything is checked again before it leaves.

    Raises:
        Conflict: the message has left, or is still on its way.
    """
    if message.status not in UNSETTLED or message.to_staff or message.direction == "in":
        detail = f"The message is {message.status}. Only one that did not arrive can be sent again."
        raise Conflict(detail, code="not_resendable", conflict_id=message.id)
    return replace(
        message,
        id=ids.new_owned_id("msg", message.recipient_id, call.now),
        status="queued",
        version=1,
        by=Signature.of(call),
        event_id=None,
        resend_of=message.id,
        resent_as=None,
        automatic=False,
        reason=None,
        provider_id=None,
        attempts=0,
        send_at=None,
        check_at=waiting.first_check(call.now),
        claim=None,
        claimed_until=None,
        status_at=call.at,
        seen=None,
    )
