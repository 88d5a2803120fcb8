"""Ready-made mappings, with files as the four systems write them (made up, as are the people in them)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.customers.model import NewCustomer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.imports.dates import DateEvidence
from chalicelib.domain.imports.mapping import ValueOptions, check_targets, resolve
from chalicelib.domain.imports.plan import Plan
from chalicelib.domain.imports.reading import read_file
from chalicelib.domain.imports.rows import Row
from chalicelib.domain.imports.targets import is_target
from chalicelib.domain.imports.templates import TEMPLATES, fitting, mapping_of

LISTS = Path(__file__).parent / "lists"
HEADERS = {"shopify": 20, "square": 23, "odoo": 16, "the_edge": 18}


def read(name: str, *, consents: bool = True) -> tuple[Plan, list[Row]]:
    with (LISTS / f"{name}.csv").open("rb") as file:
        table = read_file(file, "csv")
        records = [*table.records()]
    evidence = DateEvidence()
    for record in records:
        evidence.add(record)
    options = ValueOptions(date(2026, 11, 22), consents=consents)
    plan = resolve(mapping_of(name, table.header, consents=consents), table.header, options, evidence.facts())
    return plan, [plan.row(number, record.cells) for number, record in enumerate(records, start=1)]


def address(**parts: str) -> list[dict[str, str]]:
    return [{"kind": "home", **parts}]


EXPECTED: dict[str, list[dict[str, Any]]] = {
    "shopify": [
        {
            "external_id": "6400000000001",
            "given_name": "Mara",
            "family_name": "Lindqvist",
            "emails": [{"address": "mara.lindqvist@shop.example"}],
            "phones": [{"number": "+15035550142"}],
            "addresses": address(
                line1="12 Harbour Row", city="Portland", region="OR", postal_code="97201", country="US"
            ),
            "tags": ["VIP", "Engagement"],
        },
        {
            "external_id": "6400000000002",
            "given_name": "Deniz",
            "family_name": "Okafor",
            "company": "Okafor Studio",
            "emails": [{"address": "deniz@shop.example"}],
            "phones": [{"number": "+441134960000"}],
            "addresses": address(
                line1="4 Mill Lane", line2="Flat 2", city="Leeds", region="ENG", postal_code="LS1 4AP", country="GB"
            ),
        },
    ],
    "square": [
        {
            "external_id": "SQ000CASTELLAN",
            "given_name": "Priya",
            "family_name": "Castellan",
            "nickname": "Pri",
            "birthday": "1988-07-21",
            "emails": [{"address": "priya@square.example"}],
            "phones": [{"number": "+12065550110"}],
            "addresses": address(line1="9 Cedar Ave", city="Seattle", region="WA", postal_code="98101"),
        },
        {
            "external_id": "SQ000ABARA",
            "given_name": "Tom",
            "family_name": "Abara",
            "birthday": "--07-21",
            "phones": [{"number": "+12065550111"}],
        },
    ],
    "odoo": [
        {
            "external_id": "__export__.res_partner_41",
            "company": "Goldsmith Weiss",
            "language": "de",
            "emails": [{"address": "office@weiss.example"}],
            "phones": [{"number": "+43 1 5550100"}],
            "addresses": address(line1="Ring 4", city="Wien", postal_code="1010", country="AT"),
            "tags": ["Trade"],
        },
        {
            "external_id": "__export__.res_partner_42",
            "given_name": "Lena",
            "family_name": "van der Meer",
            "company": "Goldsmith Weiss",
            "occupation": "Buyer",
            "language": "en",
            "emails": [{"address": "lena@weiss.example"}],
            "phones": [{"number": "+43 1 5550101"}],
            "addresses": address(line1="Ring 4", line2="Stiege 2", city="Wien", postal_code="1010", country="AT"),
            "tags": ["Trade", "VIP"],
        },
    ],
    "the_edge": [
        {
            "external_id": "001-00017",
            "title": "Mrs.",
            "given_name": "Helen",
            "family_name": "Marchetti",
            "nickname": "Nell",
            "gender": "F",
            "birthday": "1971-03-15",
            "anniversary": "1995-06-20",
            "emails": [{"address": "helen@edge.example"}],
            "phones": [{"number": "(937) 555-0144"}],
            "addresses": address(line1="88 Elm St", city="Dayton", region="OH", postal_code="45402"),
        },
        {
            "external_id": "001-00018",
            "given_name": "Bruno",
            "family_name": "Salo",
            "gender": "M",
            "birthday": "--12-02",
            "phones": [{"number": "(937) 555-0145"}],
            "addresses": address(line1="7 Oak Ct", line2="Apt 3", city="Dayton", region="OH", postal_code="45403"),
        },
    ],
}
WORDS = {
    "shopify": [{("email", True), ("sms", False)}, {("email", False), ("sms", False)}],
    "square": [{("email", True)}, set()],
    "odoo": [set(), set()],
    "the_edge": [set(), set()],
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_file_of_that_system_becomes_customers(name: str) -> None:
    _, rows = read(name)
    assert [row.body for row in rows] == EXPECTED[name]
    assert not [row for row in rows if row.fault or row.wrong]
    for row in rows:
        NewCustomer.model_validate(row.body)
    said = [{(word["channel"], word["granted"]) for word in row.consents} for row in rows]
    assert said == WORDS[name]


@pytest.mark.parametrize("name", TEMPLATES)
def test_consents_are_left_out_without_their_proof(name: str) -> None:
    plan, rows = read(name, consents=False)
    assert not any(row.consents for row in rows)
    if name == "shopify":
        assert "Accepts Email Marketing" in plan.unmapped


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_file_shows_whose_it_is_and_fits_no_other_template(name: str) -> None:
    header = (LISTS / f"{name}.csv").read_text().splitlines()[0].split(",")
    assert len(header) == HEADERS[name]
    assert fitting(header) == name
    assert fitting([column.upper() for column in header]) == name
    assert fitting(["Vorname", "Nachname", "Telefon"]) is None


@pytest.mark.parametrize("name", TEMPLATES)
def test_all_targets_of_a_template_exist_and_go_together(name: str) -> None:
    template = TEMPLATES[name]
    assert all(map(is_target, template.columns))
    assert set(template.extras) <= set(template.columns)
    check_targets({target: names[0] for target, names in template.columns.items()})


def test_a_template_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid, match="/template is none of odoo, shopify, square, the_edge"):
        mapping_of("shopware", [], consents=False)


def test_a_template_that_does_not_fit_names_what_is_missing() -> None:
    with pytest.raises(Invalid, match="no column 'Last Name', 'Email'"):
        mapping_of("shopify", ["First Name", "Phone"], consents=False)
