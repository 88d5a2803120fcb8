"""What a person means by what they type into the search field."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.customers.contact import e164_of, normalized_email
from chalicelib.domain.customers.finding import name_words
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.text import begins_within_one_edit, within_one_edit, words

FORGIVING_LENGTH = 5
PHONE_DIGITS = 5
LAST_DIGITS = 4
MOST_LAST_DIGITS = 7  # longer input is a number, whose leading zeros are a prefix for dialling


@dataclass(frozen=True)
class EmailQuery:
    """An address in comparable form."""

    address: str

    def accepts(self, customer: Customer) -> bool:
        """Whether the customer holds the address."""
        return self.address in customer.addresses


@dataclass(frozen=True)
class PhoneQuery:
    """A number in E.164, if it can be read as one, and the digits that it ends with."""

    e164: str | None
    digits: str

    def accepts(self, customer: Customer) -> bool:
        """Whether a number of the customer is this one, or ends with these digits."""
        return any(number == self.e164 or number.endswith(self.digits) for number in customer.numbers)


@dataclass(frozen=True)
class NameQuery:
    """Folded words, each of which begins a word of the name; long ones forgive one typo."""

    words: tuple[str, ...]

    @property
    def driver(self) -> str:
        """The longest word, which leaves the fewest names."""
        return max(self.words, key=len)

    @property
    def forgiving(self) -> bool:
        """Whether a typo in the driving word is forgiven."""
        return len(self.driver) >= FORGIVING_LENGTH

    @property
    def first_half(self) -> str:
        """The beginning that survives any one edit in the rest of the word."""
        return self.driver[: (len(self.driver) - 1) // 2]

    @property
    def last_half(self) -> str:
        """The end that survives any one edit, also a swap, before it."""
        return self.driver[(len(self.driver) - 1) // 2 + 1 :]

    def accepts(self, customer: Customer) -> bool:
        """Whether every word finds a word of the customer's name."""
        return self.accepts_words(name_words(customer))

    def accepts_words(self, name: Sequence[str]) -> bool:
        """Whether every word finds one of these folded words."""
        return all(any(_finds(typed, word) for word in name) for typed in self.words)

    def as_typed(self, name: Sequence[str]) -> list[str]:
        """Words that begin with the driving word as it was typed."""
        return [word for word in name if word.startswith(self.driver)]

    def with_typo(self, name: Sequence[str]) -> list[str]:
        """Words that are one edit away from the driving word."""
        return [word for word in name if self.forgives(word)]

    def forgives(self, word: str) -> bool:
        """Whether the word is one edit away from the driving word, in a way that the two halves find."""
        if word.startswith(self.first_half):
            return begins_within_one_edit(self.driver, word)
        return word.endswith(self.last_half) and within_one_edit(self.driver, word)


Query = EmailQuery | PhoneQuery | NameQuery


def read_query(text: str, country: str | None) -> Query | None:
    """An address if there is an @, a phone if there are five digits (or just four), else a name; None finds nobody."""
    if "@" in text:
        return _email(text.strip())
    digits = "".join(str(unicodedata.decimal(c)) for c in text if unicodedata.decimal(c, None) is not None)
    if len(digits) >= PHONE_DIGITS or (len(digits) >= LAST_DIGITS and not any(c.isalpha() for c in text)):
        return _phone(text, digits, country)
    typed = words(text)
    return NameQuery(tuple(typed)) if typed else None


def _email(text: str) -> EmailQuery | None:
    try:
        return EmailQuery(normalized_email(text, "/q"))
    except Invalid:
        return None


def _phone(text: str, digits: str, country: str | None) -> PhoneQuery | None:
    try:
        e164 = e164_of(text, country, "/q") if len(digits) >= PHONE_DIGITS else None
    except Invalid:
        e164 = None
    significant = digits if len(digits) <= MOST_LAST_DIGITS else digits.lstrip("0")
    return PhoneQuery(e164, significant) if e164 or len(significant) >= LAST_DIGITS else None


def _finds(typed: str, word: str) -> bool:
    if word.startswith(typed):
        return True
    return len(typed) >= FORGIVING_LENGTH and begins_within_one_edit(typed, word)
