"""A mail as SES takes it: our own headers, written so that no text can become a header or end one, and the parts."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from chalicelib.domain.messages.model import Content
from chalicelib.domain.messages.provider_events import HEADER
from chalicelib.domain.messages.providing import Outgoing

END = "\r\n"
ONE_LINE = 60  # a line should hold 78 characters (RFC 5322), the header's name among them
BODY = SMTP.clone(cte_type="7bit")  # no server on the way has to be trusted with eight bits
UNSAFE = frozenset(("Cc", "Cs", "Zl", "Zp"))  # controls, halves of characters, line and paragraph separators
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", re.ASCII)
_PLAIN = re.compile(r"[ -~]*", re.ASCII)


def mime(outgoing: Outgoing, now: datetime) -> bytes:
    """The whole mail; SES adds the Message-ID.

    Raises:
        ValueError: a header would hold a control character, or an address is none that SES can write to.
    """
    head = "".join(f"{name}: {value}{END}" for name, value in _headers(outgoing, now))
    return head.encode("ascii") + _parts(outgoing.content).as_bytes(policy=BODY)


def _headers(outgoing: Outgoing, now: datetime) -> Iterator[tuple[str, str]]:
    yield "From", _mailbox(outgoing.sender_name, outgoing.sender or "")
    yield "To", ascii_address(outgoing.address)
    yield "Subject", _words("Subject", outgoing.content.subject or "")
    yield "Date", format_datetime(now)
    yield HEADER, _token(outgoing.message_id)
    if outgoing.automatic:
        yield "Auto-Submitted", "auto-generated"
    if outgoing.unsubscribe_url:
        # Never folded nor encoded: mailbox providers read the address as it stands (RFC 2369).
        yield "List-Unsubscribe", f"<{_token(outgoing.unsubscribe_url)}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _parts(content: Content) -> EmailMessage:
    message = EmailMessage(policy=BODY)
    message.set_content(content.text)
    if content.html is not None:
        message.add_alternative(content.html, subtype="html")
    return message


def ascii_address(address: str) -> str:
    """The address with its domain in ASCII.

    Raises:
        ValueError: it is none, or its local part is not ASCII, which SES does not support.
    """
    import idna  # noqa: PLC0415 -- its tables are large, and few functions need them

    local, _, domain = address.rpartition("@")
    if not _LOCAL.fullmatch(local):
        raise ValueError("not an address")
    return f"{local}@{idna.encode(domain, uts46=True).decode()}"


def _mailbox(name: str | None, address: str) -> str:
    where = ascii_address(address)
    if not name:
        return where
    quoted = name.replace("\\", r"\\").replace('"', r"\"")
    return f"{_words('From', name)} <{where}>" if not _is_plain(name) else f'"{quoted}" <{where}>'


def _words(header: str, text: str) -> str:
    """Text of people, in encoded words where it is not plain; what looks like an encoded word is encoded too."""
    if any(unicodedata.category(character) in UNSAFE for character in text):
        raise ValueError("a header cannot hold a control character")
    return text if _is_plain(text) else Header(text, "utf-8", header_name=header).encode(linesep=END)


def _is_plain(text: str) -> bool:
    """Whether it can stand in one line as it is."""
    return len(text) <= ONE_LINE and _PLAIN.fullmatch(text) is not None and "=?" not in text


def _token(text: str) -> str:
    if _PLAIN.fullmatch(text) is None or " " in text or "<" in text or ">" in text:
        raise ValueError("not a single word")
    return text
