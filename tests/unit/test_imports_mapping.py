"""Mappings held against a header, and the rows that they make."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers.model import NewCustomer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Model
from chalicelib.domain.imports.columns import KNOWN
from chalicelib.domain.imports.dates import DateEvidence
from chalicelib.domain.imports.full_name import split_name
from chalicelib.domain.imports.mapping import FieldMapping, MappedColumn, ValueOptions, own_mapping, resolve
from chalicelib.domain.imports.plan import Plan
from chalicelib.domain.imports.reading import Record, read_file
from chalicelib.domain.imports.rows import Row
from chalicelib.domain.imports.targets import CONSENT_TARGETS, is_target
from chalicelib.domain.imports.values import reader_for
from chalicelib.domain.imports.words import country_codes, country_names
from chalicelib.domain.spreadsheets import inert

TODAY = date(2026, 11, 22)
HEADER = ("Kunde", "Vorname", "Nachname", "Tel", "Mail", "Geb", "Land", "News", "Ring")
BASE = {"given_name": "Vorname", "phone": "Tel"}


class Body(Model):
    """A request with a mapping."""

    mapping: FieldMapping


def plan(mapping: dict[str, Any], header: tuple[str, ...] = HEADER, **options: Any) -> Plan:
    return resolve(mapping, header, ValueOptions(TODAY, **options))


def row(mapping: dict[str, Any], *cells: str, **options: Any) -> Row:
    return plan(mapping, tuple(f"c{number}" for number in range(1, 6)), **options).row(1, cells)


def one(target: str, cell: str, **options: Any) -> Row:
    """What a cell of one target becomes; `c1` is its column."""
    mapping = {"external_id": "c2", target: "c1"} if target != "external_id" else {target: "c1"}
    return row(mapping, cell, "7", **options)


def refused(mapping: dict[str, Any], header: tuple[str, ...] = HEADER, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        plan(mapping, header, **options)
    return [(error.pointer, error.detail) for error in refusal.value.errors]


def test_a_foreign_list_becomes_customers_and_errors_lead_to_its_own_columns() -> None:
    mapping = {
        "given_name": "vorname",
        "family_name": " Nachname ",
        "phone": {"column": "Tel"},
        "email": {"position": 5},
        "birthday": {"column": "Geb", "date_format": "DMY"},
        "home_country": "Land",
        "consents.email.birthday": {"column": "News", "values": {"abonniert!": "yes"}},
        "custom.ring_size": "Ring",
    }
    made = plan(mapping, consents=True)
    cells = ("K1", " Eva ", "Groß", "'+49 221 5550", "eva@x.example", "15.3.90", "Deutschland", "abonniert!", "54")
    read = made.row(9, cells)
    assert read.body == {
        "given_name": "Eva",
        "family_name": "Groß",
        "phones": [{"number": "+49 221 5550"}],
        "emails": [{"address": "eva@x.example"}],
        "birthday": "1990-03-15",
        "addresses": [{"kind": "home", "country": "DE"}],
        "custom": {"ring_size": "54"},
    }
    assert read.consents == [{"channel": "email", "purpose": "birthday", "granted": True}]
    assert [read.column(pointer) for pointer in ("/phones/0/number", "/addresses/0/country", "/birthday")] == [
        *("Tel", "Land", "Geb"),
    ]
    assert made.unmapped == ("Kunde",)


@pytest.mark.parametrize(
    ("target", "detail"),
    [
        ("first_name", "is nothing that a column can say"),
        ("id", "is nothing"),
        ("version", "is nothing"),
        ("Given_Name", "is nothing"),
        ("phone_6", "is nothing"),
        ("custom.", "is nothing"),
        ("custom.a\u202e", "is nothing"),
        ("Custom.a", "is nothing"),
        ("consents.fax.birthday", "is nothing"),
        ("consents.email", "is nothing"),
        ("notes", "is nothing"),
    ],
)
def test_a_target_that_does_not_exist_is_named(target: str, detail: str) -> None:
    ((pointer, said),) = refused({**BASE, target: "Ring"})
    assert (pointer, said[: len(detail)]) == (f"/mapping/{target}", detail)


def test_a_pointer_escapes_what_pointers_use() -> None:
    assert refused({**BASE, "a/b~c": "Ring"})[0][0] == "/mapping/a~1b~0c"


@pytest.mark.parametrize(
    ("column", "detail"),
    [
        ("Telefon", "names the column 'Telefon', which the header does not have"),
        ({"position": 10}, "is column 10, but the header has 9"),
        ("", "names the column '', which the header does not have"),
    ],
)
def test_a_column_that_does_not_exist_is_named(column: Any, detail: str) -> None:
    assert refused({"given_name": "Vorname", "phone": column}) == [("/mapping/phone", detail)]


def test_a_column_that_is_there_twice_is_named_with_both_places_unless_nobody_reads_it() -> None:
    header = ("Name", "Tel", "Note", "tel", "Note")
    assert refused({"full_name": "Name", "phone": "TEL"}, header) == [
        (
            "/mapping/phone",
            "names the column 'TEL', which the header has twice, as columns 2 and 4; say which by its position",
        ),
    ]
    made = plan({"full_name": "Name", "phone": {"position": 4}}, header)
    assert made.row(1, ("Asha", "1", "", "+91 2")).body["phones"] == [{"number": "+91 2"}]
    assert plan({"full_name": "Name", "phone": "tel"}, header).cells[1].position == 3  # as it is written


@pytest.mark.parametrize(
    ("mapping", "pointers"),
    [
        ({"phone": "Tel"}, ["/mapping"]),
        ({"given_name": "Vorname"}, ["/mapping"]),
        ({"birthday": "Geb"}, ["/mapping", "/mapping"]),
        ({**BASE, "full_name": "Kunde"}, ["/mapping/given_name"]),
        ({**BASE, "is_company": "News"}, ["/mapping/is_company"]),
        ({**BASE, "email_2_label": "Mail"}, ["/mapping/email_2_label"]),
        ({**BASE, "json": "Kunde"}, ["/mapping/json"]),
    ],
)
def test_targets_that_do_not_go_together_are_named(mapping: dict[str, Any], pointers: list[str]) -> None:
    assert [pointer for pointer, _ in refused(mapping)] == pointers


def test_an_external_id_is_enough_for_customers_who_are_known() -> None:
    assert plan({"external_id": "Kunde", "tags": "Ring"}).row(1, ("K1",)).body == {"external_id": "K1"}


def test_consents_need_their_proof() -> None:
    assert [pointer for pointer, _ in refused({**BASE, "consents.sms.promotions": "News"})] == ["/options/consents"]
    assert len(CONSENT_TARGETS) == 25
    assert all(map(is_target, CONSENT_TARGETS))


@pytest.mark.parametrize(
    "wrong", [{}, {"phone": {}}, {"phone": {"column": "a", "position": 1}}, {"phone": {"position": 0}}, {"phone": 3}]
)
def test_a_body_that_is_no_mapping_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="mapping"):
        Body.model_validate({"mapping": wrong})
    assert Body.model_validate({"mapping": {"phone": "a", "email": {"column": "b"}}}).mapping["email"] == MappedColumn(
        column="b"
    )


def test_dates_that_fit_two_formats_are_refused_until_the_format_is_said() -> None:
    collected = DateEvidence()
    collected.add(Record(2, ("",) * 5 + ("03/04/1990",)))
    mapping = {**BASE, "birthday": "Geb"}
    with pytest.raises(Invalid) as refusal:
        resolve(mapping, HEADER, ValueOptions(TODAY), collected.facts())
    assert (refusal.value.code, refusal.value.errors[0].pointer) == ("ambiguous_dates", "/mapping/birthday")
    cells = ("", "Eva", "", "1", "", "03/04/1990")
    for order, read in (("DMY", "1990-04-03"), ("MDY", "1990-03-04")):
        options = ValueOptions(TODAY, date_format=order)  # type: ignore[arg-type]  # parametrized over its values
        assert resolve(mapping, HEADER, options, collected.facts()).row(1, cells).body["birthday"] == read
    assert resolve(BASE, HEADER, ValueOptions(TODAY), collected.facts()).cells  # nobody reads that column


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


def test_the_name_of_a_company_stays_whole() -> None:
    mapping = {"full_name": "c1", "is_company": "c2", "phone": "c3"}
    assert row(mapping, "Rao & Sons, Jewellers", "yes", "1").body["company"] == "Rao & Sons, Jewellers"
    read = row(mapping, "Asha Rao", "", "1")
    assert (read.body["family_name"], read.column("/family_name")) == ("Rao", "c1")


def test_a_number_that_is_there_twice_counts_once() -> None:
    mapping = {"given_name": "c1", "phone": "c2", "phone_2": "c3", "phone_3": "c4", "email": "c5"}
    read = row(mapping, "Asha", "+91 98765 43210", "098765 43210", "98765-43211", "a@b.example")
    assert read.body["phones"] == [{"number": "+91 98765 43210"}, {"number": "98765-43211"}]


def test_a_body_of_ours_is_taken_as_it_is() -> None:
    header = ("json",)
    body = {"given_name": "Asha", "phones": [{"number": "1"}]}
    mapping = own_mapping(header)
    assert mapping == {"json": "json"}
    read = plan(mapping, header).row(3, (json.dumps(body),))
    assert (read.body, read.column("/phones/0/number"), read.column("/given_name")) == (body, "phones", "given_name")


@pytest.mark.parametrize(
    ("header", "mapping"),
    [
        (("Given_Name", "phone", "", "facet_error"), {"given_name": "Given_Name", "phone": "phone"}),
        (("custom.Ring", "email"), {"custom.Ring": "custom.Ring", "email": "email"}),
        (("given_name", "Telefon"), None),
        (("given_name", "GIVEN_NAME", "phone"), None),
        (("facet_error",), None),
        (("", ""), None),
    ],
)
def test_a_header_in_our_own_words_needs_no_mapping(header: tuple[str, ...], mapping: dict[str, str] | None) -> None:
    assert own_mapping(header) == mapping


def test_a_faulty_record_is_a_faulty_row() -> None:
    assert plan(BASE).row(4, ("x",), "opens a quote that is not closed") == Row(
        4, fault="opens a quote that is not closed"
    )


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
