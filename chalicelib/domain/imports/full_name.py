"""A whole name in one cell, divided.

The rule: what stands before a comma is the family name. Else a title at the beginning is taken off, the last word is
the family name, together with the particles before it (`van der Berg`), and the rest the given name. A single word is
a family name behind a title, else a given name, as is a name in a script that writes without spaces.
"""

from chalicelib.domain.text import folded_key

TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "sir",
        "madam",
        "herr",
        "frau",
        "fraulein",
        "m",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "sr",
        "sra",
        "srta",
        "senor",
        "senora",
        "sig",
        "sigra",
        "signor",
        "signora",
        "dott",
        "shri",
        "sri",
        "smt",
        "kumari",
        "dhr",
        "mevr",
        "bay",
        "bayan",
    ]
)
PARTICLES = frozenset(
    [
        "van",
        "von",
        "vom",
        "zu",
        "zum",
        "zur",
        "der",
        "den",
        "de",
        "del",
        "della",
        "delle",
        "dei",
        "di",
        "da",
        "das",
        "do",
        "dos",
        "du",
        "la",
        "le",
        "les",
        "los",
        "las",
        "el",
        "al",
        "bin",
        "ibn",
        "bint",
        "ben",
        "ter",
        "ten",
        "te",
        "af",
        "av",
        "y",
    ]
)


def split_name(name: str) -> dict[str, str]:
    """`title`, `given_name`, `family_name`, as far as they are there."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and family and given and "," not in given:
        title, words = _titled(given.split())
        return _filled(title, " ".join(words), family)
    title, words = _titled(name.replace(",", " ").split())
    if len(words) < 2:
        return _filled(title, "", *words) if title else _filled("", " ".join(words), "")
    start = len(words) - 1
    while start > 1 and folded_key(words[start - 1]) in PARTICLES:
        start -= 1
    return _filled(title, " ".join(words[:start]), " ".join(words[start:]))


def _titled(words: list[str]) -> tuple[str, list[str]]:
    if len(words) > 1 and folded_key(words[0]) in TITLES:
        return words[0], words[1:]
    return "", words


def _filled(title: str, given: str, family: str) -> dict[str, str]:
    parts = {"title": title, "given_name": given, "family_name": family}
    return {name: part for name, part in parts.items() if part}
