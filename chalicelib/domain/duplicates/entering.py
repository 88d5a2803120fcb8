"""Who may be the person that is being entered."""

from collections.abc import Container, Iterable

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.duplicates.scoring import Verdict, compare
from chalicelib.domain.duplicates.traits import Traits, traits_of

WORTH_SHOWING = 3  # a name that is alike in both parts; whoever types knows more than what is typed so far
MOST_SHOWN = 20
_SHARED = frozenset(("same_phone", "same_email"))


def candidates(
    asked: Traits, customers: Iterable[Customer], different: Container[str]
) -> list[tuple[Verdict, Customer]]:
    """The customers worth showing, the likeliest first; all who share a number or address, as saving will name them.

    `different` are those of whom a person said that they are not the one asked for.
    """
    compared = ((compare(asked, traits_of(each)), each) for each in customers if each.id not in different)
    shown = [
        (verdict, customer)
        for verdict, customer in compared
        if verdict.score >= WORTH_SHOWING or not _SHARED.isdisjoint(verdict.reasons)
    ]
    return sorted(shown, key=lambda found: (-found[0].score, found[1].id))[:MOST_SHOWN]
