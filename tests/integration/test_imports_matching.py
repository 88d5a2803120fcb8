"""Which customer a row is about, and what is left of both, over the API."""

from typing import Any

import pytest

from tests.support import imports
from tests.support.imports import csv_of, fresh_phone

pytestmark = pytest.mark.emulator


def customer(caller: Any, **fields: Any) -> Any:
    made = caller.post("/v1/customers", fields)
    assert made.status == 201, made.text
    return made.json


def told(caller: Any, import_id: str) -> list[tuple[str, str | None]]:
    return [(row["result"], row["customer_id"]) for row in imports.rows(caller, import_id)]


def test_the_same_file_again_changes_nothing_whatever_staff_changed_since(
    deployment: dict[str, str], manager: Any
) -> None:
    content = csv_of("given_name,phone,tags", *(f"Asha,{fresh_phone()},Gold" for _ in range(3)))
    first = imports.run(deployment, manager, content)
    ids = [customer_id for _, customer_id in told(manager, first["id"])]
    manager.patch(f"/v1/customers/{ids[0]}", {"given_name": "Usha", "phones": [{"number": fresh_phone()}]})
    manager.delete(f"/v1/customers/{ids[1]}")
    again = imports.run(deployment, manager, content)
    assert told(manager, again["id"]) == [("unchanged", each) for each in ids]
    assert manager.get(f"/v1/customers/{ids[0]}").json["given_name"] == "Usha"
    assert manager.get(f"/v1/customers/{ids[1]}").json["status"] == "archived"


def test_a_number_and_the_same_name_are_the_same_person(deployment: dict[str, str], manager: Any) -> None:
    first, second = fresh_phone(), fresh_phone()
    known = customer(
        manager,
        given_name="Asha",
        family_name="Rao",
        occupation="Nurse",
        phones=[{"number": first}, {"number": second, "label": "work"}],
    )
    line = f"ÁSHA,rao,{second[:6]} {second[6:]},new{second[1:]}@shop.example,,Pune"
    header = "given_name,family_name,phone,email,occupation,home_city"
    done = imports.run(deployment, manager, csv_of(header, line), {"file_name": "list.csv"})
    assert told(manager, done["id"]) == [("updated", known["id"])]
    after = manager.get(f"/v1/customers/{known['id']}").json
    assert (after["given_name"], after["occupation"], after["addresses"][0]["city"]) == ("ÁSHA", "Nurse", "Pune")
    assert [(phone["e164"], phone["label"]) for phone in after["phones"]] == [(first, None), (second, "work")]
    assert len(after["emails"]) == 1
    newest = manager.get(f"/v1/customers/{known['id']}/timeline").json["items"][0]
    assert newest["summary"] == "Details changed (list.csv, row 1)"
    assert (newest["data"]["import_id"], newest["data"]["row"]) == (done["id"], 1)


def test_an_address_leads_to_its_holder_too_and_company_to_company(deployment: dict[str, str], manager: Any) -> None:
    address = f"c{fresh_phone()[1:]}@shop.example"
    known = customer(manager, company="Rao & Sons", emails=[{"address": address}])
    line = f"RAO  & sons,{address.upper()},{fresh_phone()}"
    done = imports.run(deployment, manager, csv_of("company,email,phone", line))
    assert told(manager, done["id"]) == [("updated", known["id"])]
    assert len(manager.get(f"/v1/customers/{known['id']}").json["phones"]) == 1


def test_a_number_of_somebody_else_is_a_duplicate_unless_both_may_have_it(
    deployment: dict[str, str], manager: Any
) -> None:
    number = fresh_phone()
    known = customer(manager, given_name="Asha", family_name="Rao", phones=[{"number": number}])
    content = csv_of("given_name,family_name,phone", f"Ravi,Rao,{number}")
    refused = imports.run(deployment, manager, content)
    (row,) = imports.rows(manager, refused["id"])
    assert (row["result"], row["field"]) == ("rejected", "phone")
    assert known["id"] in row["reason"]
    shared = imports.run(deployment, manager, content, allow_duplicate=True)
    (ravi,) = told(manager, shared["id"])
    assert ravi[0] == "created"
    # Now that two hold it, each of them is met by the name.
    both = csv_of("given_name,family_name,phone,occupation", f"Ravi,Rao,{number},Nurse", f"Asha,Rao,{number},Cook")
    met = imports.run(deployment, manager, both)
    assert told(manager, met["id"]) == [("updated", ravi[1]), ("updated", known["id"])]


def test_two_ids_of_one_system_are_two_records(deployment: dict[str, str], manager: Any) -> None:
    number, key = fresh_phone(), f"id-{fresh_phone()}"
    header = "external_id,given_name,phone"
    done = imports.run(deployment, manager, csv_of(header, f"{key}-1,Asha,{number}", f"{key}-2,Asha,{number}"))
    assert [result for result, _ in told(manager, done["id"])] == ["created", "rejected"]
    # A customer without an id gets the one that the system knows them by.
    other = fresh_phone()
    known = customer(manager, given_name="Mira", phones=[{"number": other}])
    met = imports.run(deployment, manager, csv_of(header, f"{key}-3,Mira,{other}"))
    assert told(manager, met["id"]) == [("updated", known["id"])]
    assert manager.get(f"/v1/customers/{known['id']}").json["external_id"] == f"{key}-3"


def test_a_record_that_comes_again_takes_its_own_numbers_place(deployment: dict[str, str], manager: Any) -> None:
    key, old, kept, new = f"id-{fresh_phone()}", fresh_phone(), fresh_phone(), fresh_phone()
    header = "external_id,given_name,phone,phone_2"
    imports.run(deployment, manager, csv_of(header, f"{key},Asha,{old},{kept}"))
    done = imports.run(deployment, manager, csv_of(header, f"{key},,{new},"))
    ((_, customer_id),) = told(manager, done["id"])
    phones = manager.get(f"/v1/customers/{customer_id}").json["phones"]
    assert [phone["e164"] for phone in phones] == [new, kept]
    assert manager.get(f"/v1/customers?q={old.replace('+', '%2B')}").json["items"] == []


@pytest.mark.parametrize(("on_match", "result"), [("skip", "unchanged"), ("reject", "rejected")])
def test_known_customers_can_be_left_alone(
    deployment: dict[str, str], manager: Any, on_match: str, result: str
) -> None:
    number = fresh_phone()
    known = customer(manager, given_name="Asha", phones=[{"number": number}])
    content = csv_of("given_name,phone,occupation", f"Asha,{number},Cook", f"New,{fresh_phone()},Cook")
    done = imports.run(deployment, manager, content, on_match=on_match)
    found = imports.rows(manager, done["id"])
    assert [row["result"] for row in found] == [result, "created"]
    assert "known" in found[0]["reason"]
    assert manager.get(f"/v1/customers/{known['id']}").json["version"] == 1


def test_duplicates_inside_the_file(deployment: dict[str, str], manager: Any) -> None:
    one, other = fresh_phone(), fresh_phone()
    lines = [f"Asha,{one},", f"Asha,{one},", f"Asha,{one},Nurse", f"Ravi,{one},", f"Asha,{other},", f"asha,{other},"]
    done = imports.run(deployment, manager, csv_of("given_name,phone,occupation", *lines))
    found = told(manager, done["id"])
    assert [result for result, _ in found] == ["created", "unchanged", "updated", "rejected", "created", "updated"]
    assert found[0][1] == found[1][1] == found[2][1]


def test_defaults_fill_what_is_empty(deployment: dict[str, str], manager: Any) -> None:
    number = fresh_phone()
    known = customer(manager, given_name="Asha", phones=[{"number": number}], language="fr", source="referral")
    content = csv_of("given_name,phone,tags", f"Asha,{number},", f"New,{fresh_phone()},Gold")
    defaults = {"source": "online", "language": "hi", "time_zone": "Asia/Kolkata", "tags": ["From the old till"]}
    done = imports.run(deployment, manager, content, defaults=defaults)
    (_, met), (_, made) = told(manager, done["id"])
    assert met == known["id"]
    after, new = manager.get(f"/v1/customers/{met}").json, manager.get(f"/v1/customers/{made}").json
    shown = ("source", "language", "time_zone", "tags")
    assert [after[name] for name in shown] == ["referral", "fr", "Asia/Kolkata", ["From the old till"]]
    assert [new[name] for name in shown] == ["online", "hi", "Asia/Kolkata", ["From the old till", "Gold"]]


def test_first_rows_then_the_rest(deployment: dict[str, str], manager: Any) -> None:
    content = csv_of("given_name,phone", *(f"Asha,{fresh_phone()}" for _ in range(5)))
    first = imports.run(deployment, manager, content, first_rows=2)
    assert (first["rows"], first["created"], first["progress"]) == (2, 2, 1.0)
    rest = imports.run(deployment, manager, content)
    assert (rest["unchanged"], rest["created"]) == (2, 3)


PROOF = {"source": "form", "wording_version": "2024-05", "at": "2024-05-01T10:00:00Z"}


def test_consents_come_with_their_proof(deployment: dict[str, str], manager: Any) -> None:
    mapping = {
        "given_name": "Name",
        "phone": "Mobile",
        "consents.email.birthday": "News",
        "consents.sms.promotions": "Texts",
    }
    number = fresh_phone()
    known = customer(manager, given_name="Known", phones=[{"number": number}])
    lines = [f"Asha,{fresh_phone()},yes,no", f"Ravi,{fresh_phone()},,", f"Known,{number},yes,"]
    content = csv_of("Name,Mobile,News,Texts", *lines)
    waiting = imports.run(deployment, manager, content, {"mapping": mapping})
    assert waiting["status"] == "unmapped"
    assert "source, wording_version, at" in waiting["reason"]
    done = imports.run(deployment, manager, content, {"mapping": mapping}, consents=PROOF)
    (_, asha), (_, ravi), (_, met) = told(manager, done["id"])
    said = manager.get(f"/v1/customers/{asha}/consents").json
    assert {name: said["current"]["email"]["birthday"][name] for name in ("granted", *PROOF)} == {
        "granted": True,
        "source": "form",
        "wording_version": "2024-05",
        "at": "2024-05-01T10:00:00.000Z",
    }
    assert said["current"]["sms"]["promotions"]["granted"] is False
    assert manager.get(f"/v1/customers/{ravi}/consents").json["items"] == []
    assert met == known["id"]
    assert len(manager.get(f"/v1/customers/{met}/consents").json["items"]) == 1
    lines = manager.get(f"/v1/customers/{asha}/timeline").json["items"]
    assert {line["kind"] for line in lines} == {"customer_imported", "consent_given", "consent_withdrawn"}
    assert all(line["data"]["import_id"] == done["id"] for line in lines)
    # The same words again are not written down again, nor do they outdo what was said since.
    manager.post(
        f"/v1/customers/{met}/consents",
        {"channel": "email", "purpose": "birthday", "granted": False, "source": "in_store"},
    )
    later = csv_of("Name,Mobile,News,Texts", f"Known,{number},yes,no")
    imports.run(deployment, manager, later, {"mapping": mapping}, consents=PROOF)
    current = manager.get(f"/v1/customers/{met}/consents").json["current"]
    assert current["email"]["birthday"]["granted"] is False
    assert current["sms"]["promotions"]["granted"] is False


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"consents": {"source": "form", "at": "2024-05-01T10:00:00Z"}}, "/options/consents/wording_version"),
        ({"consents": {**PROOF, "source": "hearsay"}}, "/options/consents/source"),
        ({"consents": {**PROOF, "at": "2999-01-01T00:00:00Z"}}, "/options/consents/at"),
        ({"on_match": "merge"}, "/options/on_match"),
        ({"first_rows": 0}, "/options/first_rows"),
        ({"first_rows": True}, "/options/first_rows"),
        ({"date_format": "DDMM"}, "/options/date_format"),
        ({"delimiter": "::"}, "/options/delimiter"),
        ({"encoding": "a\u202eb"}, "/options/encoding"),
        ({"defaults": {"phones": []}}, "/options/defaults/phones"),
        ({"defaults": {"source": "heaven"}}, "/options/defaults/source"),
        ({"allow_duplicate": "yes"}, "/options/allow_duplicate"),
    ],
)
def test_wrong_options_are_named(manager: Any, options: Any, pointer: str) -> None:
    refused = manager.post("/v1/imports", {"kind": "customers", "options": options})
    assert (refused.status, refused.pointers) == (422, [pointer])
