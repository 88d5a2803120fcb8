"""Addresses as they compare: one form for all notations, the same as the customers' own."""

import re

from chalicelib.domain.customers.contact import e164_of, normalized_email

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
CHANNELS = ("email", "sms")


def comparable(channel: str, address: str, country: str | None = None, pointer: str = "/address") -> str:
    """An email address or a number (`sms`) in comparable form; a number without + is one of `country`.

    Raises:
        Invalid: nothing can be sent to such an address.
    """
    if channel == "email":
        return normalized_email(address, pointer)
    return address if _E164.fullmatch(address) else e164_of(address, country, pointer)
