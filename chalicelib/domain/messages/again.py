"""Sending a message again by hand: a new message in place of one that did not arrive, or of which nobody knows."""

from dataclasses import replace

from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.errors import Conflict, Invalid
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.resending import resend
from chalicelib.domain.messages.writing import Desk, post, settled, standing


def send_again(desk: Desk, message_id: str) -> Message:
    """Send a message to a customer again, to the address that they have now.

    Each message is sent again once, so that two people who press the button send one; what was sent in its place can
    be sent again in its turn.

    Raises:
        NotFound: there is no such message.
        Conflict: it came to a good end or is still on its way, was sent again already, or has no words; or the
            customer is archived.
        Invalid: the customer has no address on this channel any more.
    """
    before = desk.letters.get(message_id)
    _require_unsent(before)
    copy = resend(before, desk.call)
    reach, inquiries = desk.letters.reach(before.recipient_id)
    require_active(reach.customer)
    address = reach.address(before.channel)
    if address is None:
        raise Invalid.field("", f"finds no address of the customer for {before.channel}", code="no_address")
    renewed = replace(copy, address=address)
    reason = standing(reach, renewed, desk.shop, desk.suppressed, desk.call.now)
    message = post(desk, reach, settled(renewed, reason, desk.call.now), inquiries)
    desk.letters.change(before, replace(before, resent_as=message.id, version=before.version + 1))
    return message


def _require_unsent(message: Message) -> None:
    if message.resent_as is not None:
        detail = "The message was sent again already."
        raise Conflict(detail, code="already_resent", conflict_id=message.resent_as)
    if not message.content.text:
        raise Conflict("The message has no words: it was never written.", code="no_words", conflict_id=message.id)
