"""How alike two words of a name are: the same, one letter apart, or sounding alike.

Sources: Metaphone (L. Philips, "Hanging on the Metaphone", Computer Language 7(12), 1990); Jaro-Winkler (W. Winkler,
"String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of Record Linkage", 1990); one edit
as in F. Damerau, "A technique for computer detection and correction of spelling errors", 1964. The first two come from
the library jellyfish.

Metaphone knows Latin letters only. A word of another script has no sound here: it is compared by its letters, and with
a word of a script of its own it is not compared at all, as शर्मा may well be Sharma.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from chalicelib.domain.text import within_one_edit

REMEMBERED = 1 << 16  # words; a shop's names are fewer
FORGIVING_LENGTH = 5  # as in search: in shorter words one letter makes another name
SHORTEST_SOUND = 2  # one consonant says nothing: Rao, Roy and Rai
WHOLE_WORDS = frozenset(("CJK", "HANGUL", "HIRAGANA", "KATAKANA"))
SOUNDS_FROM = 0.75  # Ravi and Reva have one sound and are two names
_LATIN = re.compile(r"[a-z]+")
# Where the spellings of one Indian or Arabic name in Latin letters differ most: Laxmi and Lakshmi, Sunitha and Sunita,
# Sarma and Sharma, Wani and Vani, Zaveri and Jhaveri, Ishwar and Eeshwar.
_SPELLINGS = (
    ("x", "ks"),
    ("ph", "f"),
    ("w", "v"),
    ("z", "j"),
    ("q", "k"),
    ("ee", "i"),
    ("oo", "u"),
    ("aa", "a"),
)
_BREATHED = re.compile(r"(?<=[bdgjkpst])h")


class Alike(IntEnum):
    """How alike two names are; a higher one counts for more."""

    DIFFERENT = 0
    INITIAL = 1
    PART = 2
    SOUND = 3
    LETTER = 4
    SAME = 5


@lru_cache(REMEMBERED)
def sound(word: str) -> str:
    """What a folded word sounds like; the word itself where there is no telling."""
    if not _LATIN.fullmatch(word):
        return word
    from jellyfish import metaphone  # noqa: PLC0415 -- compiled code that only these requests and jobs need

    for spelling, plain in _SPELLINGS:
        word = word.replace(spelling, plain)
    heard = metaphone(_BREATHED.sub("", word))
    return heard if len(heard) >= SHORTEST_SOUND else word


@lru_cache(REMEMBERED)
def words_alike(one: str, other: str) -> Alike | None:
    """How alike two folded words are; None when they are of two scripts."""
    first, second = sorted((one, other))
    if first == second:
        return Alike.SAME
    if _script(first) != _script(second):
        return None
    shorter = min(len(first), len(second))
    if shorter == 1:
        return Alike.INITIAL if first[0] == second[0] and _initial(first[0]) else Alike.DIFFERENT
    if shorter >= FORGIVING_LENGTH and within_one_edit(first, second):
        return Alike.LETTER
    return _heard(first, second)


def names_alike(one: Sequence[str], other: Sequence[str]) -> Alike | None:
    """How alike two names of folded words are, None when nobody can say: each word of the shorter one must find one."""
    if not one or not other:
        return None
    if sorted(one) == sorted(other):
        return Alike.INITIAL if all(_initial(word) for word in one) else Alike.SAME
    shorter, longer = sorted((one, other), key=len)
    found = _least(shorter, longer)
    if len(one) == len(other):
        back = _least(longer, shorter)
        return None if found is None or back is None else min(found, back)
    return Alike.PART if found is not None and found >= Alike.SOUND else found


def _least(words: Sequence[str], among: Sequence[str]) -> Alike | None:
    """How alike the word is that fits worst; None when one has nothing to be compared with."""
    best = [_best(word, among) for word in words]
    known = [each for each in best if each is not None]
    return min(known) if len(known) == len(best) else None


def _best(word: str, among: Sequence[str]) -> Alike | None:
    return max((each for other in among if (each := words_alike(word, other)) is not None), default=None)


def _heard(first: str, second: str) -> Alike:
    from jellyfish import jaro_winkler_similarity  # noqa: PLC0415 -- as above

    similar = jaro_winkler_similarity(first, second) >= SOUNDS_FROM
    return Alike.SOUND if similar and sound(first) == sound(second) else Alike.DIFFERENT


def _initial(word: str) -> bool:
    """Whether this is one letter of a script whose letters are no words of their own."""
    return len(word) == 1 and _script(word) not in WHOLE_WORDS


def _script(word: str) -> str:
    """The script of a word, as the Unicode name of its first letter begins."""
    return unicodedata.name(word[0], "").partition(" ")[0]
