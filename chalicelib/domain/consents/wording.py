"""Consent in words, as the timeline says it."""

from collections.abc import Sequence

from chalicelib.domain.consents.model import PURPOSES

BY = {
    "email": "by email",
    "sms": "by SMS",
    "whatsapp": "by WhatsApp",
    "push": "by push message",
    "call": "by phone",
}
ABOUT = {
    "birthday": "birthday messages",
    "promotions": "promotions",
    "care": "care tips",
    "occasions": "messages on occasions",
    "service": "service messages",
}


def summary(channel: str, purposes: Sequence[str], *, granted: bool) -> str:
    """Such as "Agreed to birthday messages by email"."""
    about = "any messages" if len(purposes) == len(PURPOSES) else ", ".join(ABOUT[purpose] for purpose in purposes)
    return f"{'Agreed to' if granted else 'Does not want'} {about} {BY[channel]}"
