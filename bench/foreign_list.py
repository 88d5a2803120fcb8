"""The list of a shop that comes from elsewhere: `python -m bench.foreign_list 20000 > clients.csv`.

A jeweller in Lyon, out of the till that was there before: French column names, semicolons, cp1252, numbers without
country code in every spelling, birthdays as dd/mm/yyyy, of some without the year. Of each hundred rows five are
not simply new: the same line again, somebody once more in another spelling, somebody whom Facet knows already, a row
that cannot be right, and a number that belongs to somebody else.
"""

import csv
import io
import random
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


Fate = Literal["new", "again", "spelt", "known", "broken", "taken"]
FATES: Mapping[int, Fate] = {17: "again", 37: "spelt", 57: "known", 77: "broken", 97: "taken"}  # of each hundred rows
MAPPING: Mapping[str, Any] = {
    "external_id": "N° client",
    "title": "Civilité",
    "given_name": "Prénom",
    "family_name": "Nom",
    "phone": "Portable",
    "phone_2": "Tél. fixe",
    "email": "Courriel",
    "birthday": "Né(e) le",
    "home_line1": "Rue",
    "home_postal_code": "CP",
    "home_city": "Ville",
    "occupation": "Métier",
    "tags": "Étiquettes",
    "consents.email.promotions": "Lettre d’info",
}
HEADER = (*MAPPING.values(), "Dernière visite")  # the last one says nothing that Facet takes
PROOF = {"source": "form", "wording_version": "2019-06", "at": "2024-05-01T00:00:00Z"}
OPTIONS: Mapping[str, Any] = {"default_country": "FR", "date_format": "DMY", "consents": PROOF}
BROKEN = (
    {"Portable": "9.19877E+11"},
    {"Né(e) le": "31/02/1980"},
    {"Courriel": "pas d’adresse"},
    {"Portable": "", "Tél. fixe": "", "Courriel": ""},
)
_GIVEN = _words(
    "Zoé Léa Chloé Agnès Anaïs Éloïse Benoît Cédric Gaël Hélène Irène Jérôme Loïc Mégane Noël Raphaël Solène"
)
_FAMILY = _words(
    "Lefèvre Müller Garçon Benoît Dupré Gérard Hébert Joly Lœwe Marty Noël Poirier Rey Sœur Thévenet Vidal"
)
_CITIES = (("69002", "Lyon"), ("42000", "Saint-Étienne"), ("38000", "Grenoble"), ("74000", "Annecy"))
_TRADES = ("Boulangère", "Médecin", "Ingénieur", "Fleuriste", "")
_TAGS = ("Or", "Mariage|Or", "Diamant", "", "")
_SPREAD = 7_919_011  # odd and no multiple of five: with numbers below 10^8 each is reached once


@dataclass(frozen=True)
class Line:
    """One row: its cells by column, what it is, and the number of the person whom it is about."""

    cells: Mapping[str, str]
    fate: Fate
    person: int


def lines(rows: int, seed: int = 1) -> Iterator[Line]:
    """So many rows, the same ones every time."""
    for number in range(rows):
        fate = FATES.get(number % 100, "new")
        yield _OF[fate](number, seed)


def encoded(rows: int, seed: int = 1) -> bytes:
    """The file as the till wrote it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(line.cells for line in lines(rows, seed))
    return text.getvalue().encode("cp1252")


def known_before(rows: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """The customers whom Facet knows before the file comes, as bodies of POST /v1/customers."""
    for number in range(rows):
        if FATES.get(number % 100) == "known":
            cells = _cells(number, seed)
            yield {
                "given_name": cells["Prénom"],
                "family_name": cells["Nom"],
                "phones": [{"number": f"+33 {_digits(number)[1:]}"}],
                "source": "walk_in",
            }


def _digits(number: int) -> str:
    return f"06{number * _SPREAD % 100_000_000:08d}"


def _spelt(number: int, way: int) -> str:
    digits = _digits(number)
    pairs = [digits[at : at + 2] for at in range(0, 10, 2)]
    return (digits, " ".join(pairs), ".".join(pairs), "-".join(pairs), f"+33 (0){digits[1:]}", f"0033{digits[1:]}")[way]


def _cells(number: int, seed: int) -> dict[str, str]:
    chance = random.Random(f"{seed} {number}")
    given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
    code, city = chance.choice(_CITIES)
    day, month = chance.randint(13, 28), chance.randint(1, 12)
    birthday = f"{day:02}/{month:02}/{chance.randint(1940, 2005)}"
    values = (
        f"K{number:06d}",
        chance.choice(("Mme", "M.")),
        given,
        family,
        _spelt(number, chance.randrange(6)),
        "",
        f"{_plain(given)}.{_plain(family)}.{number}@example.fr" if chance.random() < 0.7 else "",
        chance.choice((birthday, birthday, birthday[:5], "")),
        f"{chance.randint(1, 99)}, rue de l’Église",
        code,
        city,
        chance.choice(_TRADES),
        chance.choice(_TAGS),
        chance.choice(("oui", "non", "")),
        f"{day:02}/{month:02}/2023",
    )
    return dict(zip(HEADER, values, strict=True))


def _plain(name: str) -> str:
    spelt = name.lower().replace("œ", "oe")
    return unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()


def _new(number: int, seed: int) -> Line:
    return Line(_cells(number, seed), "new", number)


def _again(number: int, seed: int) -> Line:
    return Line(_cells(number - 7, seed), "again", number - 7)


def _respelt(number: int, seed: int) -> Line:
    """The till knows them twice: without a number of its own, the name in capitals."""
    cells = _cells(number - 7, seed)
    other = {"N° client": "", "Nom": cells["Nom"].upper(), "Portable": _spelt(number - 7, number // 100 % 6)}
    return Line({**cells, **other}, "spelt", number - 7)


def _known(number: int, seed: int) -> Line:
    return Line(_cells(number, seed), "known", number)


def _broken(number: int, seed: int) -> Line:
    return Line({**_cells(number, seed), **BROKEN[number // 100 % len(BROKEN)]}, "broken", number)


def _taken(number: int, seed: int) -> Line:
    """Somebody of another name, who has the number of an earlier customer."""
    cells = _cells(number, seed)
    return Line({**cells, "Prénom": "Walter", "Nom": "Stark", "Portable": _spelt(number - 7, 1)}, "taken", number)


_OF = {"new": _new, "again": _again, "spelt": _respelt, "known": _known, "broken": _broken, "taken": _taken}

if __name__ == "__main__":
    sys.stdout.buffer.write(encoded(int(sys.argv[1])))
