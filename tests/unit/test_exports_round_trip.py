"""A customer who comes out as csv, xlsx or jsonl goes back in unchanged, whatever they are called."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.call import Actor
from chalicelib.domain.customers.model import Customer, CustomerFields, NewCustomer
from chalicelib.domain.customers.rules import kept_fields
from chalicelib.domain.exports import cells
from chalicelib.domain.exports.columns import STANDARD, fits_a_header, header, is_column, with_columns
from chalicelib.domain.imports.columns import CUSTOM, MOST_NAME, known
from chalicelib.domain.imports.dates import DateEvidence
from chalicelib.domain.imports.identity import identify
from chalicelib.domain.imports.mapping import ValueOptions, own_mapping, resolve
from chalicelib.domain.imports.merging import merged
from chalicelib.domain.imports.model import ImportOptions
from chalicelib.domain.imports.reading import read_file
from chalicelib.domain.imports.records import FileFormat
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.spreadsheets import escaped, inert, plain, unescaped
from chalicelib.repos import exports

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SHOP = Shop(settings={**Shop().settings, "default_country": "IN"})
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u061c\u200e\u200f"), max_size=40)
NASTY = st.sampled_from(
    [
        "=1+1",
        "'=1",
        "''=x",
        "'",
        "+1",
        '"quoted"',
        "a;b|c",
        "a,b",
        "a\tb",
        "=\u00e9",
        "🎉",
        "O'Brien",
        "12",
        "1e5",
        "None",
        "_x0041_",
        "_x005F_x0041_",
        "a\ufffe\uffff",
    ]
)
NAMES = (TEXTS | NASTY).filter(lambda text: text.strip() and text.isprintable())
LINES = st.lists(TEXTS | NASTY, min_size=1, max_size=3).map("\n".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(allow_nan=False, allow_infinity=False) | LINES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
ADDRESSES = st.lists(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["home", "billing", "shipping"]), "city": NAMES},
        optional={"line1": NAMES, "region": NAMES, "country": st.sampled_from(["IN", "DE"])},
    ),
    max_size=4,
)
BODIES = st.fixed_dictionaries(
    {"given_name": NAMES, "phones": st.just([{"number": "98765 43210", "label": "mobile"}])},
    optional={
        "title": NAMES,
        "family_name": NAMES,
        "company": NAMES,
        "occupation": NAMES,
        "gender": NAMES,
        "birthday": st.sampled_from(["1990-03-04", "--02-29", "2001-12-31"]),
        "anniversary": st.just("2016-11-20"),
        "emails": st.just([{"address": "Asha+x@Example.com", "label": "=home"}, {"address": "b@example.com"}]),
        "addresses": ADDRESSES,
        "language": st.sampled_from(["en", "pt-BR"]),
        "preferred_channel": st.sampled_from(["email", "whatsapp"]),
        "custom": st.dictionaries(NAMES, VALUES, max_size=4),
        "category": st.just("business"),
        "source": st.sampled_from(["walk_in", "online"]),
    },
)


def customer_of(body: dict[str, Any]) -> Customer:
    doc = kept_fields(NewCustomer.model_validate(body), SHOP, ())
    at = "2026-11-22T00:00:00.000Z"
    return Customer("cus_00000000000000000000000000", doc, 1, "active", at, at, last_contact_at=at)


def file_of(customer: Customer, file_format: FileFormat) -> io.BytesIO:
    """The file that an export joins of this one customer."""
    line = (cells.body if file_format == "jsonl" else cells.cells)(customer, ["VIP", "=Gold"])
    request = {"kind": "customers", "format": file_format, "columns": None}
    job = Job("exp_1", "export", "running", Actor("usr_1", "Meera"), "", 0, request)
    job = replace(job, state={"columns": with_columns((), line)})
    file = io.BytesIO()
    exports.JOINERS[file_format](job, file, iter([json.dumps(line, ensure_ascii=False).encode()]))
    file.seek(0)
    return file


def came_back(customer: Customer, file_format: FileFormat) -> tuple[dict[str, Any], Any]:
    """The document and the tags that an import makes of the file."""
    table = read_file(file_of(customer, file_format), file_format)
    (record,) = table.records()
    evidence = DateEvidence()
    evidence.add(record)
    mapping = own_mapping(table.header)
    assert mapping is not None, table.header
    plan = resolve(mapping, table.header, ValueOptions(NOW.date()), evidence.facts())
    row = plan.row(1, record.cells, record.fault)
    row.require_readable()
    options = ImportOptions()
    identity = identify(row, options, SHOP)
    assert identity.customer_id == customer.id
    fields = merged(customer, row, identity, {}, in_place=True)
    return kept_fields(CustomerFields.model_validate(fields), SHOP, (), customer.doc), row.body.get("tags")


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "jsonl"])
@settings(max_examples=60, deadline=None)
@given(body=BODIES)
def test_what_came_out_goes_back_in_unchanged(file_format: FileFormat, body: dict[str, Any]) -> None:
    try:
        customer = customer_of(body)
    except ValidationError:
        return  # the generator made what no shop keeps, such as a custom field over 16 KB
    doc, tags = came_back(customer, file_format)
    assert doc == customer.doc
    assert tags == ["VIP", "=Gold"]


@given(st.text(alphabet="_x005Fa\ufffe\n"))
def test_what_xml_cannot_hold_is_escaped_and_read_again(cell: str) -> None:
    assert "\ufffe" not in escaped(cell)
    assert unescaped(escaped(cell)) == cell


def test_a_line_break_of_another_program_is_one() -> None:
    assert unescaped("first_x000D_\nsecond") == "first\nsecond"


@given(st.text(alphabet="'=+-@ \n\tab＝"))
def test_every_mark_comes_off_again(cell: str) -> None:
    assert plain(inert(cell)) == cell


def test_the_header_has_what_was_chosen_or_what_is_filled() -> None:
    assert header(("custom.b", "home_city"), ["email"]) == ("email",)
    assert header(("custom.b", "home_city"), None)[-6:-1] == (
        *("home_city", "status", "created_at", "updated_at", "last_contact_at"),
    )


def test_a_field_whose_name_an_import_does_not_read_is_no_column() -> None:
    longest = "x" * (MOST_NAME - len(CUSTOM))
    for name, fits in ((longest, True), (f"{longest}x", False), ("", False), ("ring\n", False)):
        assert (fits_a_header(name), is_column(f"{CUSTOM}{name}"), bool(known(f"{CUSTOM}{name}"))) == (fits,) * 3


@given(st.text(alphabet="'=+-@ \n\tab＝"))
def test_no_column_can_be_a_formula(field: str) -> None:
    """So a header is written as it is."""
    chosen = [name for name in (field, f"{CUSTOM}{field}", *STANDARD) if is_column(name)]
    assert not [name for name in header((), chosen) if inert(name) != name]
