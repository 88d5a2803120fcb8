"""A message as it leaves: from whom, with which footer and links."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from chalicelib.domain.messages import footer, policy
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.messages.providing import Outgoing
from chalicelib.domain.shop.model import Location, Shop

UNSUBSCRIBE = "/v1/unsubscribe?token="


@dataclass(frozen=True)
class House:
    """What a deployment puts into every message.

    `public_url` is where links lead, `sender_email` the fallback sender; both may be empty. `unsubscribe_token` signs
    customer id, channel and purpose.
    """

    public_url: str
    sender_email: str
    unsubscribe_token: Callable[[str, str, str], str]


class Unsendable(Exception):
    """The message cannot leave: `no_sender` or `no_public_url`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def compose(message: Message, address: str, reach: Reach | None, shop: Shop, house: House) -> Outgoing:
    """The message to the address; `reach` is the customer's, None for a notification to staff.

    Raises:
        Unsendable: a mail without sender, or one that nobody is owed without a link that ends them.
    """
    promotional = reach is not None and not policy.is_transactional(shop, message.purpose)
    if message.channel == "email":
        return _mail(message, address, reach, shop, house)
    content, communication = message.content, shop.settings["communication"]
    # What is registered for India must leave as it was registered, to the letter.
    if message.channel == "sms" and promotional and message.dlt_template_id is None:
        content = footer.under_text(content, _language(message, reach, shop))
    return Outgoing(
        message_id=message.id,
        address=address,
        content=content,
        automatic=message.automatic,
        promotional=promotional,
        sms_sender_id=communication["sms_sender_id"],
        dlt_entity_id=communication["dlt_entity_id"],
        dlt_template_id=message.dlt_template_id,
    )


def _mail(message: Message, address: str, reach: Reach | None, shop: Shop, house: House) -> Outgoing:
    location = _location(message, reach, shop)
    sender = (location.doc.get("sender_email") if location else None) or house.sender_email
    if not sender:
        raise Unsendable("no_sender")
    name = (location.doc.get("sender_name") if location else None) or shop.settings["shop_name"]
    owed = reach is None or policy.is_transactional(shop, message.purpose)
    url = None if owed else _unsubscribe_url(message, house)
    content = message.content
    if url:
        content = footer.under_mail(content, url, shop.settings["shop_name"], _language(message, reach, shop))
    return Outgoing(
        message_id=message.id,
        address=address,
        content=content,
        sender=sender,
        sender_name=name,
        unsubscribe_url=url,
        automatic=message.automatic,
        promotional=url is not None,
    )


def _location(message: Message, reach: Reach | None, shop: Shop) -> Location | None:
    home = reach.customer.doc.get("home_location") if reach else None
    return shop.location_of(message.location_id or home)


def _language(message: Message, reach: Reach | None, shop: Shop) -> str:
    own = [message.language] if message.language else []
    return footer.language_of(own + (policy.languages_of(reach.customer, shop) if reach else []))


def _unsubscribe_url(message: Message, house: House) -> str:
    if not house.public_url:
        raise Unsendable("no_public_url")
    token = house.unsubscribe_token(message.recipient_id, message.channel, message.purpose)
    return f"{house.public_url}{UNSUBSCRIBE}{quote(token, safe='')}"
