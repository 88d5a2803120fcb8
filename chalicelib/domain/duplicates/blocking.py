"""Which customers are compared at all: those that share a key.

A pair that reaches the score of the queue shares a number, an address of either kind, or a name that is alike and a
birthday, but for a slip of the pen perhaps; each of these is a key. So no pair is looked for among all the others: the
keys are sorted, and what stands together is compared. A key that too many share (a number that stands for "none", a
tower's address) does not make the run long: of a large block only neighbours by name are compared, the sorted
neighbourhood of M. Hernández and S. Stolfo ("The Merge/Purge Problem for Large Databases", SIGMOD 1995).
"""

from collections.abc import Iterator

from chalicelib.domain.duplicates.sounds import sound
from chalicelib.domain.duplicates.traits import Traits

MOST_TOGETHER = 40  # customers of one key that are all compared with each other
NEIGHBOURS = 10  # in a larger block each is compared with the next ones by name


def keys_of(traits: Traits) -> Iterator[str]:
    """The keys of a customer. Each kind begins with a letter of its own, so that a number is no birthday."""
    yield from (f"P{number}" for number in traits.phones)
    yield from (f"E{address}" for address in traits.emails)
    yield from (f"A{address}" for address in traits.addresses)
    if traits.birthday:
        yield from _by_birthday(traits)


def _by_birthday(traits: Traits) -> Iterator[str]:
    company = traits.company.split()
    if not traits.birthday.startswith("-"):
        names = (*traits.given, *traits.family, *traits.nickname, *company)
        marks = {mark for word in names for mark in _marks(word)}
        yield from (f"B{traits.birthday}{mark}" for mark in sorted(marks))
        # With a slip a name counts of which a word sounds the same. Names that are swapped, each with a wrong letter
        # that is heard, are not found by a date that is wrong as well.
        words = {sound(word) for word in (*traits.given, *traits.family, *company)}
        yield from (f"S{rest}={word}" for rest in _but_for_a_slip(traits.birthday) for word in sorted(words))
    # A day without its year is a weak sign: only a whole name that sounds alike makes it worth comparing.
    heard = sorted({sound(word) for word in (*traits.given, *traits.family) or company})
    yield f"D{traits.birthday[-5:]}{' '.join(heard)}"


def _but_for_a_slip(birthday: str) -> Iterator[str]:
    """What two dates have in common of which one is the other with a wrong figure, or with day and month swapped."""
    year, month, day = birthday.split("-")
    yield from (f"-{month}-{day}", f"{year}--{day}", f"{year}-{month}-")
    yield f"{year}~{min(month, day)}~{max(month, day)}"


def _marks(word: str) -> Iterator[str]:
    """The sound, the beginning and the end: one letter changed in a word of five leaves the one or the other."""
    yield f"={sound(word)}"
    yield f"^{word[:2]}"
    yield f"${word[-2:]}"


def order(traits: Traits) -> str:
    """By what the customers of a large block are sorted: the words of the name."""
    return " ".join(sorted((*traits.given, *traits.family))) or traits.company
