"""Made-up pairs of customers with known answers: SAME is one person, LOOK is worth a look, OTHER is two people."""

from dataclasses import dataclass
from typing import Any

SAME, LOOK, OTHER = "same", "look", "other"  # 90 and more, 50 to 89, below 50
PHONE = {"phones": ["+919876543210"]}
EMAIL = {"emails": ["asha@example.com"]}
BORN = {"birthday": "1990-03-15"}
HOME = {"addresses": [{"line1": "12, Hill Road", "city": "Mumbai", "postal_code": "400050"}]}


@dataclass(frozen=True)
class Golden:
    """Two customers and the answer; the second has the fields of the first where it says nothing else."""

    what: str
    one: dict[str, Any]
    other: dict[str, Any]
    answer: str


def named(given: str | None, family: str | None = None, **fields: Any) -> dict[str, Any]:
    """The fields of a customer of this name."""
    return {"given_name": given, "family_name": family, **fields}


ASHA = named("Asha", "Rao")
GOLDEN = (
    # one person, entered twice
    Golden("the same in everything", {**ASHA, **PHONE, **BORN}, {**ASHA, **PHONE, **BORN}, SAME),
    Golden("name and number", {**ASHA, **PHONE}, {**ASHA, **PHONE}, SAME),
    Golden("name and address of email", {**ASHA, **EMAIL}, {**ASHA, **EMAIL}, SAME),
    Golden("name and birthday", {**ASHA, **BORN}, {**ASHA, **BORN}, SAME),
    Golden("name and birthday, new number", {**ASHA, **BORN, **PHONE}, {**ASHA, **BORN, "phones": ["+911"]}, SAME),
    Golden("accents and case", {**named("José", "GARCÍA"), **PHONE}, {**named("jose", "Garcia"), **PHONE}, SAME),
    Golden(
        "spelled as heard", {**named("Lakshmi", "Chaudhari"), **BORN}, {**named("Laxmi", "Choudhury"), **BORN}, SAME
    ),
    Golden("one letter", {**named("Katherine", "Jones"), **BORN}, {**named("Katharine", "Jones"), **BORN}, SAME),
    Golden("an apostrophe", {**named("Sean", "O'Brien"), **BORN}, {**named("Sean", "Obrien"), **BORN}, SAME),
    Golden("fields swapped", {**ASHA, **PHONE}, {**named("Rao", "Asha"), **PHONE}, SAME),
    Golden("all in one field", {**ASHA, **PHONE}, {**named("Asha Rao"), **PHONE}, SAME),
    Golden("an initial", {**ASHA, **PHONE}, {**named("A", "Rao"), **PHONE}, SAME),
    Golden("a second given name", {**ASHA, **BORN}, {**named("Asha Devi", "Rao"), **BORN}, SAME),
    Golden(
        "called by the nickname",
        {**named("Elizabeth", "Cole", nickname="Betty"), **PHONE},
        {**named("Betty", "Cole"), **PHONE},
        SAME,
    ),
    Golden(
        "another birthday in the same years",
        {**ASHA, **PHONE, **BORN},
        {**ASHA, **PHONE, "birthday": "1990-05-13"},
        SAME,
    ),
    Golden(
        "day and month swapped",
        {**ASHA, **PHONE, "birthday": "1990-03-05"},
        {**ASHA, **PHONE, "birthday": "1990-05-03"},
        SAME,
    ),
    Golden("a new family name", {**ASHA, **PHONE, **BORN}, {**named("Asha", "Menon"), **PHONE, **BORN}, SAME),
    Golden("the number, and another family name", {**ASHA, **PHONE}, {**named("Asha", "Menon"), **PHONE}, LOOK),
    Golden("birthday without its year", {**ASHA, "birthday": "--03-15"}, {**ASHA, **BORN}, SAME),
    Golden("name and address", {**ASHA, **HOME}, {**ASHA, **HOME}, SAME),
    Golden("name and address, other numbers", {**ASHA, **HOME, **PHONE}, {**ASHA, **HOME, "phones": ["+911"]}, SAME),
    Golden("Devanagari", {**named("आशा", "राव"), **BORN}, {**named("आशा", "राव"), **BORN}, SAME),
    Golden("Chinese", {**named("伟", "王"), **BORN}, {**named("伟", "王"), **BORN}, SAME),
    Golden("two scripts", {**named("आशा", "राव"), **PHONE}, {**ASHA, **PHONE}, LOOK),
    Golden("two scripts and the birthday", {**named("आशा", "राव"), **PHONE, **BORN}, {**ASHA, **PHONE, **BORN}, SAME),
    Golden("a company and its number", {"company": "Ratna Gems", **PHONE}, {"company": "Ratna Gems", **PHONE}, SAME),
    Golden("the number alone", {**named("Asha"), **PHONE}, {"company": "Ratna Gems", **PHONE}, LOOK),
    # two people
    Golden("strangers", ASHA, named("Vikram", "Mehta"), OTHER),
    Golden("namesakes", ASHA, ASHA, OTHER),
    Golden("namesakes with numbers of their own", {**ASHA, **PHONE}, {**ASHA, "phones": ["+911"]}, OTHER),
    Golden("namesakes with birthdays of their own", {**ASHA, **BORN}, {**ASHA, "birthday": "1971-11-02"}, OTHER),
    Golden("husband and wife", {**ASHA, **PHONE, **HOME}, {**named("Suresh", "Rao"), **PHONE, **HOME}, OTHER),
    Golden(
        "husband and wife by their initials",
        {**named("A", "Rao", title="Mrs"), **PHONE},
        {**named("A", "Rao", title="Mr"), **PHONE},
        OTHER,
    ),
    Golden("mother and daughter", {**ASHA, **PHONE, **EMAIL}, {**named("Nisha", "Rao"), **PHONE, **EMAIL}, OTHER),
    Golden(
        "father and son of one name",
        {**named("Rajesh", "Shah"), **PHONE, "birthday": "1955-01-20"},
        {**named("Rajesh", "Shah"), **PHONE, "birthday": "1988-06-07"},
        OTHER,
    ),
    Golden(
        "senior and junior", {**named("Rajesh", "Shah Sr"), **PHONE}, {**named("Rajesh", "Shah Jr"), **PHONE}, OTHER
    ),
    Golden("twins", {**ASHA, **PHONE, **BORN, **HOME}, {**named("Usha", "Rao"), **PHONE, **BORN, **HOME}, OTHER),
    Golden(
        "colleagues",
        {**ASHA, "company": "Ratna Gems", **PHONE},
        {**named("Vikram", "Mehta", company="Ratna Gems"), **PHONE},
        OTHER,
    ),
    Golden("one birthday, two people", {**ASHA, **BORN}, {**named("Vikram", "Mehta"), **BORN}, OTHER),
    Golden("one birthday and family name", {**ASHA, **BORN}, {**named("Vikram", "Rao"), **BORN}, OTHER),
    Golden("neighbours", {**ASHA, **HOME}, {**named("Vikram", "Mehta"), **HOME}, OTHER),
    Golden("short names, one letter", {**named("Amit", "Rao"), **BORN}, {**named("Anil", "Roy"), **BORN}, OTHER),
    Golden(
        "two shops of one chain",
        {"company": "Ratna Gems", **PHONE},
        {"company": "Ratna Gems", "phones": ["+911"]},
        OTHER,
    ),
    Golden("two companies, one number", {"company": "Ratna Gems", **PHONE}, {"company": "Moti Pearls", **PHONE}, OTHER),
)
