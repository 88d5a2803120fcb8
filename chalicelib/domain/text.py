"""How names and words compare: folded so that case, accents and Unicode forms do not matter."""

import unicodedata

WORD_LENGTH = 40
APOSTROPHES = dict.fromkeys(map(ord, "'’ʼ`´"))
# Letters with a stroke or a joined form have no decomposition in Unicode, yet people type them plain.
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"})
FIRST_ACCENT_CLASS = 10  # below it are nukta (7) and virama (9), which change a letter of an Indic script


def fold(text: str) -> str:
    """NFKD, case folded, accents dropped; vowel signs and viramas of Indic scripts stay."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (c for c in decomposed if unicodedata.combining(c) < FIRST_ACCENT_CLASS)
    return "".join(kept).translate(PLAIN)


def words(text: str) -> list[str]:
    """The folded words of a name, in order; apostrophes join (O'Brien = obrien), everything else separates."""
    folded = fold(text.translate(APOSTROPHES))
    spaced = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in folded)
    return [word[:WORD_LENGTH] for word in spaced.split()]


def folded_key(text: str) -> str:
    """One value for all spellings of a tag or a city: its folded words joined by single spaces."""
    return " ".join(words(text))


def within_one_edit(typed: str, word: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours (or none) turns `typed` into `word`."""
    if abs(len(typed) - len(word)) > 1:
        return False
    start = 0
    shorter = min(len(typed), len(word))
    while start < shorter and typed[start] == word[start]:
        start += 1
    rest, other = typed[start:], word[start:]
    if rest == other:
        return True
    if len(rest) == len(other):
        return rest[1:] == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    return rest[1:] == other if len(rest) > len(other) else rest == other[1:]


def begins_within_one_edit(typed: str, word: str) -> bool:
    """Whether `word` begins with `typed`, one edit forgiven."""
    return any(within_one_edit(typed, word[:size]) for size in range(len(typed) - 1, len(typed) + 2))
