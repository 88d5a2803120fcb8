"""What libphonenumber says of numbers that are stored: numbering plans change after a number was written down."""

from functools import lru_cache
from typing import Literal

Standing = Literal["impossible", "invalid", "fixed", "fine"]


@lru_cache(maxsize=1024)
def standing(e164: str) -> Standing:
    """Impossible (its length), invalid (no such range), fixed (a line that takes no texts), or fine."""
    import phonenumbers  # noqa: PLC0415 -- its metadata is loaded only by who looks at numbers

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return "impossible"
    if not phonenumbers.is_possible_number(number):
        return "impossible"
    if not phonenumbers.is_valid_number(number):
        return "invalid"
    fixed = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE
    return "fixed" if fixed else "fine"
