"""What a provider of mails, texts or push messages is handed, and how it can answer."""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.messages.model import Content


@dataclass(frozen=True)
class Outgoing:
    """A message as it leaves: footers are in it.

    `address` is an email address, a number in E.164 or an endpoint. `promotional` is what is not owed to the
    customer; such a mail has an `unsubscribe_url`. The fields from `sms_sender_id` on are for texts.
    """

    message_id: str
    address: str
    content: Content
    sender: str | None = None
    sender_name: str | None = None
    unsubscribe_url: str | None = None
    automatic: bool = False
    promotional: bool = False
    sms_sender_id: str | None = None
    dlt_entity_id: str | None = None
    dlt_template_id: str | None = None


class NotAccepted(Exception):
    """The provider has not taken the message and will not send it; later it may.

    `wait_seconds` is how long trying again makes no sense, where the answer says so.
    """

    def __init__(self, reason: str, *, throttled: bool = False, wait_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.throttled, self.wait_seconds = reason, throttled, wait_seconds


class Refused(Exception):
    """The provider will never send this message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unclear(Exception):
    """The message may be on its way, or it may not: nobody can know from here."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Provider(Protocol):
    """Sends messages of one channel."""

    def send(self, outgoing: Outgoing) -> str:
        """Hand the message over, once; returns the provider's id of it.

        Raises:
            NotAccepted, Refused, Unclear: see there.
        """
