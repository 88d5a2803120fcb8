"""The link under a message by which a customer ends messages of its kind, without signing in.

A token is 50 characters, short enough for a text message: a letter each for channel and purpose, the customer's id
without its prefix, and 128 bits of HMAC-SHA256 over them. It never expires: a mail may be opened years later, and all
that the link can do is to end messages.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from chalicelib.domain import ids
from chalicelib.domain.consents.model import ConsentChannel, Purpose

USE = b"unsubscribe\n"  # the same key signs other things too; a signature of theirs is none here
SIGNATURE_BYTES = 16
# Links lie in mailboxes for years: letters may be added here, and never change their meaning.
CHANNELS: dict[str, ConsentChannel] = {"e": "email", "s": "sms", "w": "whatsapp", "p": "push", "c": "call"}
PURPOSES: dict[str, Purpose] = {
    "b": "birthday",
    "p": "promotions",
    "c": "care",
    "o": "occasions",
    "s": "service",
}
_CHANNEL_LETTERS: dict[str, str] = {channel: letter for letter, channel in CHANNELS.items()}
_PURPOSE_LETTERS: dict[str, str] = {purpose: letter for letter, purpose in PURPOSES.items()}
_TOKEN = re.compile(
    rf"([{''.join(CHANNELS)}])([{''.join(PURPOSES)}])([{ids.ALPHABET}]{{{ids.LENGTH}}})[\w-]{{22}}", re.ASCII
)


@dataclass(frozen=True)
class Link:
    """What a link is about."""

    customer_id: str
    channel: ConsentChannel
    purpose: Purpose


def unsubscribe_token(key: bytes, customer_id: str, channel: str, purpose: str) -> str:
    """The token by which this customer may end messages of this purpose on this channel.

    Raises:
        KeyError: there is no such channel or purpose.
    """
    said = f"{_CHANNEL_LETTERS[channel]}{_PURPOSE_LETTERS[purpose]}{customer_id.removeprefix('cus_')}"
    return said + _signature(key, said)


def read_unsubscribe_token(key: bytes, token: str) -> Link | None:
    """What a token is about; None when it is not one of ours, letter by letter."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    said = token[: 2 + ids.LENGTH]
    # Compared as text: several texts decode to the same 16 bytes, and only one of them is the token.
    if not hmac.compare_digest(said + _signature(key, said), token):
        return None
    return Link(f"cus_{parts[3]}", CHANNELS[parts[1]], PURPOSES[parts[2]])


def _signature(key: bytes, said: str) -> str:
    digest = hmac.new(key, USE + said.encode(), hashlib.sha256).digest()[:SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
