"""How likely two records are one person: a number from 0 to 100, with what speaks for and against it.

The method is Fellegi and Sunter's (see reasons.py): the weights of all that was compared are added to the logarithm of
the prior odds, and the sum is turned back into a probability. Their weights suppose that the comparisons depend on each
other only through the answer, which is not so in a family; so where something tells of two relatives, what a household
shares weighs little.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.duplicates.reasons import PRIOR, REASONS, RELATIVES, weight
from chalicelib.domain.duplicates.sounds import Alike, names_alike
from chalicelib.domain.duplicates.traits import Traits

LIKELY = 50  # from here on a pair is worth a look
GENERATION_YEARS = 15
_CERTAIN = 40.0  # bits; further out a float says nothing more
_GIVEN = {
    Alike.SAME: "same_given_name",
    Alike.LETTER: "given_name_letter",
    Alike.SOUND: "given_name_sounds",
    Alike.PART: "part_of_given_name",
    Alike.INITIAL: "given_name_initial",
    Alike.DIFFERENT: "other_given_name",
}
_FAMILY = {
    Alike.SAME: "same_family_name",
    Alike.LETTER: "family_name_letter",
    Alike.SOUND: "family_name_sounds",
    Alike.PART: "part_of_family_name",
    Alike.INITIAL: "family_name_initial",
    Alike.DIFFERENT: "other_family_name",
}


@dataclass(frozen=True)
class Verdict:
    """The score, and the codes of what speaks for it and against it, the weightiest first."""

    score: int
    reasons: tuple[str, ...]
    against: tuple[str, ...]


def compare(one: Traits, other: Traits) -> Verdict:
    """How likely the two are one person; the order of the two does not matter."""
    codes = list(_codes(one, other))
    at_home = not RELATIVES.isdisjoint(codes)
    weights = {code: weight(code, at_home=at_home) for code in codes}
    bits = max(-_CERTAIN, min(_CERTAIN, PRIOR + sum(weights.values())))
    ordered = sorted(codes, key=lambda code: (-abs(REASONS[code].weight), code))
    shown = [code for code in ordered if REASONS[code].shown]
    return Verdict(
        score=round(100 / (1 + 2**-bits)),
        reasons=tuple(code for code in shown if REASONS[code].weight > 0),
        against=tuple(code for code in shown if REASONS[code].weight < 0),
    )


def _codes(one: Traits, other: Traits) -> Iterator[str]:
    yield from _held("phone", one.phones, other.phones)
    yield from _held("email", one.emails, other.emails)
    yield from _names(one, other)
    yield from _companies(one, other)
    yield from _birthdays(one, other)
    if not set(one.addresses).isdisjoint(other.addresses):
        yield "same_address"
    if one.gender and other.gender and one.gender != other.gender:
        yield "other_gender"


def _held(what: str, one: tuple[str, ...], other: tuple[str, ...]) -> Iterator[str]:
    if one and other:
        yield f"other_{what}" if set(one).isdisjoint(other) else f"same_{what}"


def _names(one: Traits, other: Traits) -> Iterator[str]:
    if one.generation != other.generation:
        yield "other_suffix"
    given, family = names_alike(one.given, other.given), names_alike(one.family, other.family)
    if given is Alike.SAME and family is Alike.SAME:
        yield "same_name"
        return
    moved = _moved(one, other, given, family)
    if moved:
        yield moved
        return
    if given is not None:
        called = given is Alike.DIFFERENT and _called(one, other)
        yield "nickname" if called else _GIVEN[given]
    if family is not None:
        yield _FAMILY[family]


def _moved(one: Traits, other: Traits, given: Alike | None, family: Alike | None) -> str | None:
    """Whether the same words stand in other fields."""
    if {one.given, one.family} != {other.given, other.family}:
        whole, whole_other = sorted((*one.given, *one.family)), sorted((*other.given, *other.family))
        if whole == whole_other:
            return "name_divided"
    crossed = names_alike(one.given, other.family), names_alike(one.family, other.given)
    if any(each is None or each < Alike.SOUND for each in crossed):
        return None
    straight = min(given or Alike.DIFFERENT, family or Alike.DIFFERENT)
    return "names_swapped" if straight < Alike.SOUND else None


def _called(one: Traits, other: Traits) -> bool:
    """Whether one is called by the name that the other goes by."""
    pairs = ((one.nickname, other.given), (other.nickname, one.given), (one.nickname, other.nickname))
    return any(bool(left) and left == right for left, right in pairs)


def _companies(one: Traits, other: Traits) -> Iterator[str]:
    """A company is somebody's name where there is no other, else where they work."""
    if not one.company or not other.company:
        return
    named = one.person and other.person
    if one.company == other.company:
        yield "same_employer" if named else "same_company"
    elif not named:
        yield "other_company"


def _birthdays(one: Traits, other: Traits) -> Iterator[str]:
    first, second = sorted((one.birthday, other.birthday))
    if not first or not second:
        return
    whole = not first.startswith("-") and not second.startswith("-")
    if first[-5:] == second[-5:] and (first == second or not whole):
        yield "same_birthday" if whole else "same_day_of_birth"
    elif whole and _slip(first, second):
        yield "birthday_figure"
    elif whole and abs(int(first[:4]) - int(second[:4])) >= GENERATION_YEARS:
        yield "other_generation"
    else:
        yield "other_birthday"


def _slip(first: str, second: str) -> bool:
    """Whether one date is the other with a slip of the pen."""
    figures = sum(left != right for left, right in zip(first, second, strict=True))
    return figures == 1 or f"{first[:4]}-{first[8:]}-{first[5:7]}" == second
