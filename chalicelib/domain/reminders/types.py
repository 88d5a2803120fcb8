"""The types of reminders, ready-made: what each means and when to set it."""

from chalicelib.domain.fields import Model
from chalicelib.domain.reminders.model import ReminderKind


class ReminderType(Model):
    """A type to choose from."""

    type: ReminderKind
    name: str
    meaning: str
    when_to_use: str


class ReminderTypes(Model):
    """All types."""

    items: list[ReminderType]


TYPES = ReminderTypes(
    items=[
        ReminderType(
            type="follow_up_call",
            name="Follow-up call",
            meaning="Ring the customer",
            when_to_use="They asked for something, were answered, and have not been heard of since",
        ),
        ReminderType(
            type="birthday",
            name="Birthday",
            meaning="Congratulate on a birthday",
            when_to_use="You know the date and want to be in touch in person",
        ),
        ReminderType(
            type="anniversary",
            name="Anniversary",
            meaning="Suggest gifts for an anniversary",
            when_to_use="Some weeks ahead of the day, so that there is time to choose",
        ),
        ReminderType(
            type="restock_check",
            name="Restock check",
            meaning="See whether a piece is in stock again",
            when_to_use="What they prefer is known, and was not there",
        ),
        ReminderType(
            type="new_arrival",
            name="New arrival",
            meaning="Tell about new pieces",
            when_to_use="Something comes in that matches their interests",
        ),
        ReminderType(
            type="other",
            name="Other",
            meaning="Anything else; the note says what",
            when_to_use="None of the other types fits",
        ),
    ]
)
NAMES: dict[str, str] = {each.type: each.name for each in TYPES.items}
