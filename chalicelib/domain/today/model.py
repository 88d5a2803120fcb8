"""What one person, or one store, has to do today, as clients see it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import Field

from chalicelib.domain.birthdays.model import BirthdayOut, Kept
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Model
from chalicelib.domain.inquiries.model import InquiryOut
from chalicelib.domain.reminders.model import CustomerName, ListedReminder
from chalicelib.domain.shop.model import Shop, StaffMember
from chalicelib.domain.sweeps.places import belongs_to, staff_of, workplace_of
from chalicelib.domain.sweeps.telling import Waiting

MOST = 100
UPCOMING = 7
ME = "me"


class ListedInquiry(InquiryOut):
    """An inquiry with the name of its customer."""

    customer: CustomerName


class TodayOut(Model):
    """The day of one person, or of one store."""

    date: str
    reminders: list[ListedReminder] = Field(description="Due until the end of the day, the longest overdue first")
    birthdays: list[BirthdayOut]
    upcoming: list[BirthdayOut] = Field(description=f"Birthdays of the {UPCOMING} days after")
    inquiries: list[ListedInquiry] = Field(description="Open ones, the oldest first")
    truncated: bool = Field(description=f"Whether a list has more than the {MOST} that are shown")


@dataclass(frozen=True)
class Whose:
    """Whose day it is: reminders and inquiries of these people, birthdays of one person's or one store's customers."""

    people: frozenset[str]
    assignee: str | None
    location: str | None

    @classmethod
    def asked(
        cls, assignee: str | None, location: str | None, caller: str, directory: Mapping[str, StaffMember], shop: Shop
    ) -> "Whose":
        """The caller's day, another person's, a store's, or a person's at a store.

        Raises:
            Invalid: there is no such person, or no such store.
        """
        if location is not None and location not in shop.locations:
            raise Invalid.field("/location", "is not a location of this shop")
        person = caller if assignee == ME or (assignee is None and location is None) else assignee
        if person is not None and person not in directory:
            raise Invalid.field("/assignee", "is not a member of staff")
        here = staff_of(location, directory, shop) if location else set(directory)
        return cls(frozenset(here if person is None else here & {person}), person, location)

    def has(self, waiting: Waiting) -> bool:
        """Whether a reminder or an inquiry is theirs."""
        return not self.people.isdisjoint(waiting.assignees)

    def celebrates(self, kept: Kept, shop: Shop) -> bool:
        """Whether a birthday is one of theirs."""
        if self.assignee not in (None, kept.assignee):
            return False
        return self.location is None or belongs_to(kept.home_location, shop) == self.location

    def clock(self, directory: Mapping[str, StaffMember], shop: Shop) -> str | None:
        """The store whose clock counts."""
        if self.location is not None or self.assignee is None:
            return self.location
        return workplace_of(directory[self.assignee], shop)
