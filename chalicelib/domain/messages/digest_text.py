"""What a digest says: lists under headings, in the languages of the built-in templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.domain import instants
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.naming import display_name
from chalicelib.domain.inquiries.model import Inquiry
from chalicelib.domain.reminders.model import Reminder
from chalicelib.domain.reminders.types import NAMES
from chalicelib.domain.templates.dates import day_and_month

NOTE = 160  # characters of a note or an inquiry; the rest is on the profile
MOST_BIRTHDAYS = 50


class Words(NamedTuple):
    """The headings of one language."""

    reminders: str
    inquiries: str
    birthdays: str


_WORDS = {
    "en": Words("Reminders", "Inquiries without an answer", "Birthdays"),
    "de": Words("Erinnerungen", "Anfragen ohne Antwort", "Geburtstage"),
    "fr": Words("Rappels", "Demandes sans réponse", "Anniversaires"),
    "es": Words("Recordatorios", "Consultas sin respuesta", "Cumpleaños"),
    "hi": Words("अनुस्मारक", "बिना उत्तर की पूछताछ", "जन्मदिन"),
    "ar": Words("تذكيرات", "استفسارات بلا رد", "أعياد الميلاد"),
}


@dataclass(frozen=True)
class Waiting:
    """What a digest names, as it is now, with the customers by id; birthdays beyond the most are only counted."""

    reminders: Sequence[Reminder]
    inquiries: Sequence[Inquiry]
    birthdays: Sequence[Customer]
    customers: Mapping[str, Customer]
    more_birthdays: int = 0


def told(waiting: Waiting, zone: ZoneInfo, language: str) -> str:
    """The lists, one under the other; empty when there is nothing."""
    birthdays = [_birthday(customer, language) for customer in waiting.birthdays]
    more = waiting.more_birthdays
    words = _WORDS.get(language.partition("-")[0].lower(), _WORDS["en"])
    lists = {
        words.reminders: [_reminder(each, waiting.customers, zone) for each in waiting.reminders],
        words.inquiries: [_inquiry(each, waiting.customers, zone) for each in waiting.inquiries],
        words.birthdays: birthdays + ([f"+ {more}"] if more else []),
    }
    return "\n\n".join(
        "\n".join([heading, *(f"- {line}" for line in lines)]) for heading, lines in lists.items() if lines
    )


def _reminder(reminder: Reminder, customers: Mapping[str, Customer], zone: ZoneInfo) -> str:
    what = _short(reminder.note) or NAMES[reminder.type]
    return f"{_clock(reminder.due_at, zone)} {_name(customers, reminder.customer_id)}: {what}"


def _inquiry(inquiry: Inquiry, customers: Mapping[str, Customer], zone: ZoneInfo) -> str:
    return f"{_clock(inquiry.received.at, zone)} {_name(customers, inquiry.customer_id)}: {_short(inquiry.text)}"


def _birthday(customer: Customer, language: str) -> str:
    birthday = str(customer.doc["birthday"])
    return f"{display_name(customer.doc)} ({day_and_month(int(birthday[-5:-3]), int(birthday[-2:]), language)})"


def _name(customers: Mapping[str, Customer], customer_id: str) -> str:
    return display_name(customers[customer_id].doc)


def _clock(at: str, zone: ZoneInfo) -> str:
    moment = instants.parse_instant(at).astimezone(zone)
    return f"{moment:%Y-%m-%d %H:%M}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= NOTE else f"{line[: NOTE - 1]}…"
