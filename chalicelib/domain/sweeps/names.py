"""The sweeps there are, and what they do."""

from chalicelib.domain.sweeps.model import BIRTHDAYS, FOLLOW_UPS, INDEX

# Description and schedule; schedules/ says the same to AWS.
DESCRIBED: dict[str, tuple[str, str | None]] = {
    BIRTHDAYS: ("Birthdays of the day, at the sweep hour of each store", "rate(15 minutes)"),
    FOLLOW_UPS: (
        "Tells staff of reminders due, inquiries open for 48 hours and birthdays, at the sweep hour of each store",
        "rate(15 minutes)",
    ),
    INDEX: ("Gives customers written by an earlier version the entries under which they are found", None),
}
