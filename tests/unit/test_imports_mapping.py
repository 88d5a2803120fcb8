"""Mappings held against a header, and the rows that they make."""

import json
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Model
from chalicelib.domain.imports.dates import DateEvidence
from chalicelib.domain.imports.mapping import FieldMapping, MappedColumn, ValueOptions, own_mapping, resolve
from chalicelib.domain.imports.plan import Plan
from chalicelib.domain.imports.reading import Record
from chalicelib.domain.imports.rows import Row
from chalicelib.domain.imports.targets import CONSENT_TARGETS, is_target

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
        ("status", "is nothing"),
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


def test_so_is_the_id_that_our_exports_have() -> None:
    read = plan({"id": "Kunde", "tags": "Ring"}).row(1, ("cus_1",))
    assert (read.body, read.column("/id")) == ({"id": "cus_1"}, "Kunde")


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
        (("id", "status", "phone"), {"id": "id", "phone": "phone"}),
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
