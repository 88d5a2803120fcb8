"""Whom a row is about, what is left of both, and in which order rows are done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict
from chalicelib.domain.ids import new_id
from chalicelib.domain.imports.identity import Identity, identify, waves
from chalicelib.domain.imports.matching import find, same_name
from chalicelib.domain.imports.merging import merged
from chalicelib.domain.imports.model import ImportOptions
from chalicelib.domain.imports.rows import Row, read_row
from chalicelib.repos.transaction import Transaction
from tests.support.fakes import call, shop

ASHA = {"given_name": "Asha", "family_name": "Rao"}
NUMBER, OTHER = "+919876543210", "+919876543211"


def customer(customer_id: str, *numbers: str, **doc: Any) -> Customer:
    phones = [{"number": number, "label": None, "e164": number} for number in numbers]
    kept = {"phones": phones, "emails": [], "addresses": [], "external_id": None, **doc}
    return Customer(customer_id, kept, 1, "active", "2026-11-22T10:00:00.000Z", "2026-11-22T10:00:00.000Z")


@dataclass
class Known:
    """What the table would say."""

    marks: dict[str, Customer] = field(default_factory=dict)
    external: dict[str, Customer] = field(default_factory=dict)
    everybody: Sequence[Customer] = ()
    ids: Sequence[Customer] = ()

    def by_id(self, customer_id: str) -> Customer | None:
        return {each.id: each for each in self.ids}.get(customer_id)

    def imported(self, digest: str) -> Customer | None:
        return self.marks.get(digest)

    def by_external(self, external_id: str) -> Customer | None:
        return self.external.get(external_id)

    def holders(self, kind: str, form: str) -> Sequence[Customer]:
        return [each for each in self.everybody if kind == "phone" and form in each.numbers]


def test_the_rules_come_in_their_order() -> None:
    marked, own = customer("cus_m"), customer("cus_o", external_id="Y")
    known, holder = customer("cus_x"), customer("cus_h", NUMBER, **ASHA)
    every = Known({"d": marked}, {"X": known}, [holder], [own])
    named = Identity("d", "Y", (NUMBER,), customer_id="cus_o")
    assert getattr(find(every, ASHA, named, share=True), "how", None) == "imported"
    exported = find(Known(external={"X": known, "Y": own}, everybody=[holder], ids=[own]), ASHA, named, share=True)
    assert exported
    assert (exported.customer, exported.how) == (own, "id")
    identity = Identity("d", "X", (NUMBER,), customer_id="cus_unknown")
    by_id = find(Known(external={"X": known}, everybody=[holder]), ASHA, identity, share=True)
    assert by_id
    assert (by_id.customer, by_id.how) == (known, "external_id")
    met = find(Known(everybody=[holder]), ASHA, identity, share=False)
    assert met
    assert (met.customer, met.how) == (holder, "contact")
    assert find(Known(), ASHA, identity, share=False) is None


def test_somebody_else_with_the_number_is_named() -> None:
    holder = customer("cus_h", NUMBER, given_name="Ravi")
    with pytest.raises(Conflict) as refused:
        find(Known(everybody=[holder]), ASHA, Identity("d", None, (None, NUMBER)), share=False)
    assert (refused.value.conflict_id, refused.value.errors[0].pointer) == ("cus_h", "/phones/1/number")
    assert find(Known(everybody=[holder]), ASHA, Identity("d", None, (NUMBER,)), share=True) is None


def test_a_customer_named_by_id_gets_neither_the_number_nor_the_external_id_of_another() -> None:
    own, other = customer("cus_o", NUMBER, **ASHA), customer("cus_h", OTHER, **ASHA, external_id="X")
    known = Known(external={"X": other}, everybody=[own, other], ids=[own])
    with pytest.raises(Conflict) as held:
        find(known, ASHA, Identity("d", None, (NUMBER, OTHER), customer_id="cus_o"), share=False)
    assert (held.value.code, held.value.conflict_id) == ("duplicate", "cus_h")
    with pytest.raises(Conflict) as taken:
        find(known, ASHA, Identity("d", "X", (NUMBER,), customer_id="cus_o"), share=True)
    assert (taken.value.code, taken.value.conflict_id) == ("duplicate_external_id", "cus_h")
    assert taken.value.errors[0].pointer == "/external_id"


def test_of_several_holders_the_one_of_the_name_is_meant_and_a_second_number_must_be_free() -> None:
    ravi, asha = customer("cus_r", NUMBER, given_name="Ravi"), customer("cus_a", NUMBER, **ASHA)
    met = find(Known(everybody=[ravi, asha]), ASHA, Identity("d", None, (NUMBER,)), share=False)
    assert met
    assert met.customer is asha
    other = customer("cus_o", OTHER, given_name="Mira")
    with pytest.raises(Conflict) as refused:
        find(Known(everybody=[asha, other]), ASHA, Identity("d", None, (NUMBER, OTHER)), share=False)
    assert refused.value.conflict_id == "cus_o"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ASHA, {"given_name": "RAO", "family_name": "ásha"}, True),
        (ASHA, {"given_name": "Asha Rao"}, True),
        (ASHA, {"given_name": "Asha"}, False),
        (ASHA, {**ASHA, "company": "Rao Jewels"}, True),
        ({"company": "Rao & Sons"}, {"company": "rao sons"}, True),
        ({"company": "Rao"}, {"company": "Rao", "given_name": "Asha"}, False),
        ({}, {}, False),
    ],
)
def test_names(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


def rows(*bodies: dict[str, Any]) -> list[tuple[Row, Identity]]:
    found = (Row(number, body) for number, body in enumerate(bodies))
    return [(row, identify(row, ImportOptions(default_country="IN"), shop())) for row in found]


def phones(*numbers: str) -> dict[str, Any]:
    return {"phones": [{"number": number} for number in numbers]}


def test_any_notation_is_one_number_and_what_cannot_be_read_is_none() -> None:
    ((_, identity),) = rows(
        {**phones("098765-43210", "12", "x"), "emails": [{"address": "A@B.example"}, {"address": "a"}]}
    )
    assert identity.numbers == (NUMBER, None, None)
    assert identity.addresses == ("a@b.example", None)


def test_the_digest_is_of_what_the_row_says_under_these_terms() -> None:
    row = Row(1, phones(NUMBER))
    same = identify(Row(2, phones(NUMBER)), ImportOptions(), shop()).digest
    assert identify(row, ImportOptions(on_match="skip", first_rows=5), shop()).digest == same
    assert identify(row, ImportOptions(default_country="AE"), shop()).digest != same
    assert identify(Row(1, phones(OTHER)), ImportOptions(), shop()).digest != same
    said = Row(1, phones(NUMBER), consents=[{"channel": "email", "purpose": "birthday", "granted": True}])
    assert identify(said, ImportOptions(), shop()).digest != same


def test_rows_of_one_id_come_one_after_the_other_and_text_that_is_no_id_is_none() -> None:
    own = new_id("cus", call().now)
    every = rows({"id": own, **phones(NUMBER)}, {"id": own, **phones(OTHER)}, {"id": "17"}, {"id": 17}, {"id": None})
    assert [identity.customer_id for _, identity in every] == [own, own, None, None, None]
    assert [[row.number for row, _ in wave] for wave in waves(every)] == [[0, 2, 3, 4], [1]]
    digests = {identity.digest for _, identity in rows({"id": own, **ASHA}, {"id": new_id("cus", call().now), **ASHA})}
    assert len(digests) == 2, "two customers of whom an export says the same are two"


@given(st.lists(st.lists(st.sampled_from(["9876543210", "9876543211", "9876543212"]), max_size=3), max_size=12))
def test_rows_about_one_number_keep_their_order_and_every_row_comes_once(numbers: list[list[str]]) -> None:
    every = rows(*(phones(*each) for each in numbers))
    grouped = list(waves(every))
    assert sorted(row.number for wave in grouped for row, _ in wave) == list(range(len(numbers)))
    for wave in grouped:
        touched = [touch for _, identity in wave for touch in identity.touches]
        assert len(touched) == len(set(touched)), "two rows of one wave are about one number"
    place = {row.number: place for place, wave in enumerate(grouped) for row, _ in wave}
    for first, one in every:
        for second, other in every:
            if first.number < second.number and one.touches & other.touches:
                assert place[first.number] < place[second.number]


def over(known: Customer, body: dict[str, Any], *, in_place: bool, **defaults: Any) -> dict[str, Any]:
    ((row, identity),) = rows(body)
    return merged(known, row, identity, defaults, in_place=in_place)


def test_numbers_are_added_take_their_place_or_stay() -> None:
    known = customer("cus_a", NUMBER, OTHER, **ASHA)
    new = "+919876543219"
    assert [each["number"] for each in over(known, phones(new), in_place=False)["phones"]] == [NUMBER, OTHER, new]
    assert [each["number"] for each in over(known, phones(new), in_place=True)["phones"]] == [new, OTHER]
    for in_place in (False, True):
        labelled = {"phones": [{"number": "098765 43211", "label": "work"}]}
        after = over(known, labelled, in_place=in_place)["phones"]
        assert [(each["number"], each["label"]) for each in after] == [(NUMBER, None), (OTHER, "work")]


@pytest.mark.parametrize(
    ("cells", "numbers", "labels"),
    [
        ({"phone_2": "+919876543219"}, [NUMBER, "+919876543219"], ["home", "work"]),
        ({"phone_3": "+919876543219"}, [NUMBER, OTHER, "+919876543219"], ["home", "work", None]),
        ({"phone_label": "shop", "phone_2": OTHER}, [NUMBER, OTHER], ["shop", "work"]),
        ({"phone": "+919876543219", "phone_label": "shop"}, ["+919876543219", OTHER], ["shop", "work"]),
    ],
)
def test_a_cell_speaks_of_the_number_of_its_own_column(
    cells: dict[str, str], numbers: list[str], labels: list[str | None]
) -> None:
    known = customer("cus_a", NUMBER, OTHER, **ASHA)
    for phone, label in zip(known.doc["phones"], ("home", "work"), strict=True):
        phone["label"] = label
    row = read_row(1, tuple(cells), tuple(cells.values()))
    after = merged(known, row, identify(row, ImportOptions(), shop()), {}, in_place=True)["phones"]
    assert [each["number"] for each in after] == numbers
    assert [each.get("label") for each in after] == labels


def test_empty_cells_say_nothing_and_defaults_fill_what_is_empty() -> None:
    known = customer("cus_a", NUMBER, **ASHA, language="fr", addresses=[{"kind": "home", "city": "Pune"}])
    after = over(known, {"addresses": [{"kind": "billing", "city": "Goa"}]}, in_place=False, language="hi", gender="f")
    assert (after["given_name"], after["language"], after["gender"]) == ("Asha", "fr", "f")
    assert [each["city"] for each in after["addresses"]] == ["Pune", "Goa"]


def transaction(*keys: str, counted: int = 0) -> Transaction:
    from chalicelib.repos.keys import Key
    from chalicelib.repos.table import Table

    work = Transaction(Table(None, "t"), call())
    for key in keys:
        work.put(Key(key, "A"), {"n": 1})
    work.check(Key("tag", "A"), "attribute_exists(pk)")
    if counted:
        work.add(Key("counter", "A"), active=counted)
    return work


def test_transactions_come_together_unless_both_write_one_item() -> None:
    both = transaction("a", counted=1)
    assert both.join(transaction("b", "c", counted=2))
    assert len(both) == 5, "three items, one check for both, one counter for both"
    assert not both.join(transaction("c", "d"))
    assert len(both) == 5
    assert not both.join(transaction(*map(str, range(96)))), "that would be over a hundred"
    assert both.join(transaction(*map(str, range(95))))
