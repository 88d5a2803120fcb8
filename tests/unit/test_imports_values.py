"""Cells of foreign lists as what our own columns say."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers.model import NewCustomer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.imports.columns import KNOWN
from chalicelib.domain.imports.full_name import split_name
from chalicelib.domain.imports.mapping import ValueOptions, resolve
from chalicelib.domain.imports.plan import Plan
from chalicelib.domain.imports.reading import read_file
from chalicelib.domain.imports.rows import Row
from chalicelib.domain.imports.values import reader_for
from chalicelib.domain.imports.words import country_codes, country_names
from chalicelib.domain.spreadsheets import inert

TODAY = date(2026, 11, 22)
HEADER = ("Kunde", "Vorname", "Nachname", "Tel", "Mail", "Geb", "Land", "News", "Ring")


def plan(mapping: dict[str, Any], header: tuple[str, ...] = HEADER, **options: Any) -> Plan:
    return resolve(mapping, header, ValueOptions(TODAY, **options))


def row(mapping: dict[str, Any], *cells: str, **options: Any) -> Row:
    return plan(mapping, tuple(f"c{number}" for number in range(1, 6)), **options).row(1, cells)


def one(target: str, cell: str, **options: Any) -> Row:
    """What a cell of one target becomes; `c1` is its column."""
    mapping = {"external_id": "c2", target: "c1"} if target != "external_id" else {target: "c1"}
    return row(mapping, cell, "7", **options)


@pytest.mark.parametrize("number", ["9.19877E+11", "9,19877E+11", "9.2e11", "-9E11", "1E5"])
def test_a_phone_that_a_spreadsheet_has_spoilt_is_refused_with_how_to_mend_it(number: str) -> None:
    for target in ("phone", "phone_3", "external_id", "home_postal_code"):
        read = one(target, number)
        assert read.wrong is not None
        assert "format the column as text" in read.wrong.detail
        with pytest.raises(Invalid):
            read.require_readable()
        assert read.column(f"/{target}") == "c1"


@pytest.mark.parametrize(
    ("target", "cell", "body"),
    [
        ("phone", "919876543210.0", {"phones": [{"number": "919876543210"}]}),
        ("phone", "'0171 1234", {"phones": [{"number": "0171 1234"}]}),
        ("email", "'=a@b.example", {"emails": [{"address": "=a@b.example"}]}),
        ("given_name", "'-Asha", {"given_name": "-Asha"}),
        ("given_name", "'Asha", {"given_name": "'Asha"}),
        ("allow_duplicate", "Ja", {"allow_duplicate": True}),
        ("allow_duplicate", "nein", {"allow_duplicate": False}),
        ("language", "Deutsch", {"language": "de"}),
        ("language", "en_US", {"language": "en-US"}),
        ("language", "French / Français", {"language": "fr"}),
        ("preferred_channel", "Whats App", {"preferred_channel": "whatsapp"}),
        ("source", "Walk-In", {"source": "walk_in"}),
        ("category", "VIP", {}),
        ("category", "Company", {"category": "business"}),
        ("tags", "VIP;Gold|Ring", {"tags": ["VIP", "Gold", "Ring"]}),
        ("anniversary", "20 Nov 2016", {"anniversary": "2016-11-20"}),
        ("home_country", "India", {"addresses": [{"kind": "home", "country": "IN"}]}),
    ],
)
def test_cells_become_what_our_own_columns_say(target: str, cell: str, body: dict[str, Any]) -> None:
    read = one(target, cell)
    assert {name: value for name, value in read.body.items() if name != "external_id"} == body
    assert (read.wrong, read.fault) == (None, None)


@pytest.mark.parametrize(
    ("said", "granted"),
    [
        *((word, True) for word in ("ja", "SÍ", "x", "Subscribed", "हाँ", "oui", "haan")),
        *((word, False) for word in ("no", "Não", "0", "Opted-out", "nahi", "hayır")),
        *((word, None) for word in ("unknown", "", "-", "n/a")),
    ],
)
def test_yes_and_no_in_many_languages(said: str, granted: bool | None) -> None:
    words = one("consents.sms.care", said, consents=True).consents
    assert [word["granted"] for word in words] == ([] if granted is None else [granted])


def test_a_word_that_is_neither_yes_nor_no_is_refused_and_can_be_explained() -> None:
    assert one("consents.sms.care", "vielleicht", consents=True).wrong is not None
    told = {"external_id": "c2", "consents.sms.care": {"column": "c1", "values": {"vielleicht": "no"}}}
    assert row(told, "vielleicht", "7", consents=True).consents[0]["granted"] is False


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *(("in", "IN"), ("IND", "IN"), ("Bharat", "IN"), ("भारत", "IN"), ("U.S.A.", "US"), ("united kingdom", "GB")),
        *(("Österreich", "AT"), ("Oesterreich", "AT"), ("Suisse", "CH"), ("España", "ES"), ("Côte d'Ivoire", "CI")),
        *(("Narnia", "Narnia"), ("XX", "XX")),
    ],
)
def test_countries_by_code_and_by_name(said: str, code: str) -> None:
    assert one("home_country", said).body["addresses"][0]["country"] == code


def test_every_country_has_a_three_letter_code_and_an_english_name() -> None:
    assert len(country_codes()) == 2 * 249
    assert set(country_names().values()) == set(country_codes().values())


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Asha Rao", {"given_name": "Asha", "family_name": "Rao"}),
        ("Rao, Asha", {"given_name": "Asha", "family_name": "Rao"}),
        ("Asha", {"given_name": "Asha"}),
        ("Dr. Asha Devi Rao", {"title": "Dr.", "given_name": "Asha Devi", "family_name": "Rao"}),
        ("Lena van der Meer", {"given_name": "Lena", "family_name": "van der Meer"}),
        ("Müller, Dr. Eva", {"title": "Dr.", "given_name": "Eva", "family_name": "Müller"}),
        ("Frau Müller", {"title": "Frau", "family_name": "Müller"}),
        ("María del Carmen García", {"given_name": "María del Carmen", "family_name": "García"}),
        ("王小明", {"given_name": "王小明"}),
        (",", {}),
        ("Rao,", {"given_name": "Rao"}),
    ],
)
def test_a_whole_name_is_divided_by_a_rule(name: str, parts: dict[str, str]) -> None:
    assert split_name(name) == parts


@given(st.text(max_size=30))
def test_no_word_of_a_whole_name_gets_lost(name: str) -> None:
    words = sorted(name.replace(",", " ").split())
    assert sorted(" ".join(split_name(name).values()).replace(",", " ").split()) == words


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(str.strip)
TEXTS = sorted(column for column in KNOWN if reader_for(column, None, TODAY) is str and column != "tags")


@given(st.dictionaries(st.sampled_from(TEXTS), CELLS, min_size=1, max_size=6))
def test_what_an_export_writes_comes_back(said: dict[str, str]) -> None:
    """Our own columns, made inert for spreadsheets, through a file and back."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    columns = {"external_id": "7", **said}
    writer.writerow(columns)
    writer.writerow([inert(cell) for cell in columns.values()])
    table = read_file(io.BytesIO(text.getvalue().encode()), "csv")
    (record,) = table.records()
    assert table.header == tuple(columns)
    cells = dict(zip(columns, record.cells, strict=True))
    assert {name: inert(cell).strip() for name, cell in columns.items()} == {n: c.strip() for n, c in cells.items()}
    mapping = {name: name for name in columns if not name.endswith("_label") or name.removesuffix("_label") in columns}
    read = resolve(mapping, table.header, ValueOptions(TODAY)).row(1, record.cells)
    for name in set(mapping) & set(NewCustomer.model_fields):
        if name not in ("source", "category", "external_id"):
            assert read.body[name] == said[name].strip()


@given(st.lists(st.text(max_size=8), min_size=9, max_size=9))
def test_any_cells_make_a_row_or_say_what_is_wrong(cells: list[str]) -> None:
    mapping = {
        "full_name": "Kunde",
        "phone": "Tel",
        "email": "Mail",
        "birthday": "Geb",
        "home_country": "Land",
        "language": "Vorname",
        "tags": "Nachname",
        "consents.email.care": "News",
        "allow_duplicate": "Ring",
    }
    read = plan(mapping, date_format="DMY", consents=True).row(1, cells)
    assert read.wrong is None or read.column(read.wrong.pointer) in HEADER
