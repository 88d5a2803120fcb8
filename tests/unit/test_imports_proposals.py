"""What columns are taken for, by their names in many languages and by their cells."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.ids import new_id
from chalicelib.domain.imports.column_names import KINDS, NAMES, target_named
from chalicelib.domain.imports.columns import KNOWN
from chalicelib.domain.imports.mapping import ValueOptions, resolve
from chalicelib.domain.imports.proposals import Proposal, propose
from chalicelib.domain.imports.targets import is_target
from chalicelib.domain.text import folded_key

TODAY = date(2026, 11, 22)
LISTS: dict[str, dict[str, str | None]] = {
    "english": {
        "Cust. No.": "external_id",
        "First Name": "given_name",
        "Surname": "family_name",
        "Mobile": "phone",
        "E-mail": "email",
        "D.O.B.": "birthday",
        "Wedding Anniversary": "anniversary",
        "Address Line 1": "home_line1",
        "Postcode": "home_postal_code",
    },
    "german": {
        "KdNr": "external_id",
        "Anrede": "title",
        "Vorname": "given_name",
        "Nachname": "family_name",
        "Straße": "home_line1",
        "PLZ": "home_postal_code",
        "Ort": "home_city",
        "Telefon": "phone",
        "Handy": "phone_2",
        "E-Mail": "email",
        "Geb.-Datum": "birthday",
        "Newsletter": "consents.email.promotions",
    },
    "french": {
        "Prénom": "given_name",
        "Nom": "family_name",
        "Téléphone": "phone",
        "Courriel": "email",
        "Ville": "home_city",
    },
    "spanish": {
        "Nombre": "given_name",
        "Apellidos": "family_name",
        "Móvil": "phone",
        "Fecha de nacimiento": "birthday",
    },
    "italian": {"Nome": "given_name", "Cognome": "family_name", "Cellulare": "phone", "Data di nascita": "birthday"},
    "hindi": {"Naam": "given_name", "Upnaam": "family_name", "Doorbhash": "phone", "Janm Tithi": "birthday"},
    "turkish": {"Adı": "given_name", "Soyadı": "family_name", "Cep Telefonu": "phone", "E-posta": "email"},
    "programs": {
        "FirstName": "given_name",
        "last_name": "family_name",
        "phone_number": "phone",
        "EMAIL_ADDRESS": "email",
    },
    "two addresses": {
        "Name": "full_name",
        "Email": "email",
        "Billing City": "billing_city",
        "Shipping City": "shipping_city",
        "Default Address Zip": "home_postal_code",
        "Delivery Street": "shipping_line1",
    },
}


def targets(proposal: Proposal) -> dict[str, str | None]:
    return {column.column: column.target for column in proposal.columns}


@pytest.mark.parametrize("language", LISTS)
def test_columns_are_known_by_their_names(language: str) -> None:
    assert targets(propose(list(LISTS[language]), [])) == LISTS[language]


def test_a_name_stands_for_one_target_only() -> None:
    seen: dict[str, str] = {}
    for target, names in NAMES.items():
        assert is_target(target)
        for name in names.split("|"):
            assert seen.setdefault(folded_key(name), target) == target
            assert target_named(name) == target
    assert not set(KINDS) - {"home", "billing", "shipping"}


def test_our_own_names_stand_for_themselves() -> None:
    for column in KNOWN:
        assert targets(propose([column], []))[column] == column


def test_an_id_is_ours_only_if_it_looks_like_ours() -> None:
    own = [[new_id("cus", datetime(2026, 11, 22, tzinfo=UTC))]]
    assert targets(propose(["ID"], own)) == {"ID": "id"}
    assert targets(propose(["id"], [["17"], ["18"]])) == {"id": "external_id"}


def test_cells_say_what_a_name_does_not() -> None:
    rows = [["asha@x.example", "+91 98765 43210", "15/03/1990", "12.50"], ["ravi@x.example", "022 5550 1234", "", "7"]]
    proposal = propose(["A", "B", "C", "D"], rows)
    assert targets(proposal) == {"A": "email", "B": "phone", "C": None, "D": None}
    assert [column.confidence for column in proposal.columns] == ["likely", "likely", None, None]
    assert proposal.columns[2].why == "it holds dates; its name does not say of what"
    assert proposal.columns[0].samples == ["asha@x.example", "ravi@x.example"]


def test_cells_outweigh_a_name_that_they_contradict() -> None:
    proposal = propose(["Contact number", "Telephone"], [["asha@x.example", "none"], ["b@x.example", "call first"]])
    assert targets(proposal) == {"Contact number": "email", "Telephone": "phone"}
    assert [column.confidence for column in proposal.columns] == ["likely", "likely"]


def test_serial_numbers_are_no_phones() -> None:
    assert targets(propose(["Serial", "Points"], [["1234567", "1990"], ["1234568", "1991"]])) == {
        "Serial": None,
        "Points": None,
    }


def test_each_target_is_proposed_once_and_further_numbers_after_the_first() -> None:
    header = ["Name", "Phone", "Mobile", "Home Phone", "Work Phone", "Tel", "Cell", "City", "Town"]
    assert [column.target for column in propose(header, []).columns] == [
        *("full_name", "phone", "phone_2", "phone_3", "phone_4", "phone_5", None, "home_city", None),
    ]


def test_a_proposal_can_be_used_as_it_is() -> None:
    header = ["Name", "Tel", "Tel", "", "Newsletter", "Groups"]
    rows = [["Asha Rao", "+91 98765 43210", "+91 98765 43211", "a@x.example", "yes", "VIP, Gold"]]
    proposal = propose(header, rows)
    assert proposal.mapping == {
        "full_name": "Name",
        "phone": {"position": 2},
        "phone_2": {"position": 3},
        "email": {"position": 4},
        "tags": {"column": "Groups", "separator": ","},
    }
    read = resolve(proposal.mapping, header, ValueOptions(TODAY)).row(1, rows[0])
    assert (read.body["tags"], len(read.body["phones"])) == (["VIP", "Gold"], 2)
    assert proposal.columns[4].target == "consents.email.promotions"


def test_samples_are_short_and_few() -> None:
    (column,) = propose(["Note"], [["x" * 500]] * 2 + [[str(number)] for number in range(9)]).columns
    assert [len(sample) for sample in column.samples] == [60, 1, 1]


@given(
    st.lists(st.text(max_size=12) | st.sampled_from(["Name", "Tel", "Mail"]), max_size=6),
    st.lists(st.lists(st.text(max_size=12), max_size=7), max_size=4),
)
def test_any_header_gets_a_proposal_that_names_its_columns(header: list[str], rows: list[list[str]]) -> None:
    proposal = propose(header, rows)
    assert [column.column for column in proposal.columns] == header
    used = [column.target for column in proposal.columns if column.target]
    assert len(set(used)) == len(used)
    assert all(map(is_target, used))
    assert set(proposal.mapping) <= set(used)
