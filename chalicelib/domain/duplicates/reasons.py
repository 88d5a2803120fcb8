"""What speaks for and against two records being one person, in words, and how much each weighs.

The weights are logarithms to the base 2, as I. Fellegi and A. Sunter put it ("A Theory for Record Linkage", Journal of
the American Statistical Association 64, 1969): how many times likelier it is to see this of one person entered twice
than of two people. They were set by hand from what names, numbers and birthdays of a shop's customers look like, and
are held by a list of pairs with known answers (tests/unit/golden_pairs.py).
"""

from dataclasses import dataclass

PRIOR = -12.0  # of two records that have anything in common, one pair in about 4,000 is one person


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for (positive weight) or against. `at_home`: what it weighs within a family."""

    text: str
    weight: float
    at_home: float | None = None
    shown: bool = True


# What tells two members of a family apart. They share number, mailbox, name and address, which then say little.
RELATIVES = frozenset(("other_given_name", "other_generation", "other_suffix"))
REASONS: dict[str, Reason] = {
    "same_phone": Reason("same phone", 13, 4),
    "same_email": Reason("same email", 13, 5),
    "same_birthday": Reason("same birthday", 10),
    "same_name": Reason("same name", 10.5),
    "name_divided": Reason("same name, divided differently between the fields", 9.5),
    "names_swapped": Reason("given and family name swapped", 9),
    "same_company": Reason("same company", 8),
    "same_employer": Reason("same company", 1, 0),
    "same_address": Reason("same address", 6, 1),
    "same_given_name": Reason("same given name", 6),
    "same_day_of_birth": Reason("same birthday, one without a year", 5),
    "part_of_given_name": Reason("one given name is part of the other", 4.5),
    "same_family_name": Reason("same family name", 4.5, 1),
    "given_name_letter": Reason("given name differs by a letter", 4),
    "given_name_sounds": Reason("given name sounds alike", 4),
    "nickname": Reason("the nickname of one is the given name of the other", 4),
    "part_of_family_name": Reason("one family name is part of the other", 3.5, 1),
    "family_name_letter": Reason("family name differs by a letter", 3, 1),
    "family_name_sounds": Reason("family name sounds alike", 3, 1),
    "birthday_figure": Reason("birthday differs by one figure, or day and month are swapped", 3),
    "given_name_initial": Reason("one given name is the initial of the other", 1.5),
    "family_name_initial": Reason("one family name is the initial of the other", 1, 0),
    "other_phone": Reason("different phone", -1, shown=False),
    "other_email": Reason("different email", -1, shown=False),
    "other_company": Reason("different company", -3),
    "other_family_name": Reason("different family name", -4),
    "other_birthday": Reason("different birthday", -7),
    "other_given_name": Reason("different given name: perhaps one household", -8),
    "other_gender": Reason("different gender", -8),
    "other_generation": Reason("born 15 or more years apart: perhaps parent and child", -8),
    "other_suffix": Reason("junior or senior: perhaps parent and child", -8),
}


def weight(code: str, *, at_home: bool) -> float:
    """What a reason weighs."""
    reason = REASONS[code]
    return reason.at_home if at_home and reason.at_home is not None else reason.weight
