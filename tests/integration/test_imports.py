"""Imports over the API and the queue's messages."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support import imports
from tests.support.imports import Turn, csv_of, fresh_phone

pytestmark = pytest.mark.emulator


def test_a_list_goes_in_and_every_row_has_its_result(deployment: dict[str, str], manager: Any) -> None:
    taken = fresh_phone()
    manager.post("/v1/customers", {"given_name": "First", "phones": [{"number": taken}]})
    known = manager.put(
        "/v1/customers/by-external-id/import-known",
        {"given_name": "Old", "occupation": "Nurse", "phones": [{"number": fresh_phone()}], "tags": ["VIP"]},
    ).json
    header = "External_ID, Given_Name ,family_name,phone,email,birthday,tags,home_city,home_country,custom.Ring size"
    good = [f",Asha{n},Rao,{fresh_phone()},,1990-03-{n % 28 + 1:02d},Imported|Wedding,Pune,IN,{n}" for n in range(55)]
    lines = [
        *good,
        f",Twin,Rao,{taken},,,,,,",
        ",Nobody,Rao,,,,,,,",
        f",Late,Rao,{fresh_phone()},,1990-02-30,,,,",
        "import-known,New,,,new@shop.example,,Wedding,,,",
        "import-known,New,,,,,,,,",
        f",Many,Rao,{fresh_phone()},,,,,,,,too many",
    ]
    done = imports.run(deployment, manager, csv_of(header, *lines))
    assert done["status"] == "done"
    assert {name: done[name] for name in ("rows", "created", "updated", "unchanged", "rejected", "progress")} == {
        "rows": 61,
        "created": 55,
        "updated": 1,
        "unchanged": 1,
        "rejected": 4,
        "progress": 1.0,
    }
    rejected = imports.rows(manager, done["id"], "rejected")
    assert [(row["row"], row["field"]) for row in rejected] == [(56, "phone"), (57, None), (58, "birthday"), (61, None)]
    assert rejected[3]["reason"] == "has 12 cells, but the header has 10"
    assert done["centralised"] == pytest.approx(57 / 61, abs=0.0001)
    changed = manager.get(f"/v1/customers/{known['id']}").json
    assert (changed["given_name"], changed["occupation"]) == ("New", "Nurse")
    assert changed["tags"] == ["VIP", "Wedding"]
    assert [email["address"] for email in changed["emails"]] == ["new@shop.example"]
    assert len(changed["phones"]) == 1


def test_imported_customers(deployment: dict[str, str], manager: Any) -> None:
    header = "given_name,phone,phone_2,phone_2_label,billing_line1,billing_city,source,custom.ring,tags"
    first, second = fresh_phone(), fresh_phone()
    line = f"Asha,{first},{second},work,12 Main Road,Pune,,14,Imported|Diamond;Imported"
    done = imports.run(deployment, manager, csv_of(header, line, f"Walked,{fresh_phone()},,,,,walk_in,,"))
    row, walked = imports.rows(manager, done["id"])
    made = manager.get(f"/v1/customers/{row['customer_id']}").json
    assert made["source"] == "import"
    assert made["last_contact_at"] is None
    assert [(phone["e164"], phone["label"]) for phone in made["phones"]] == [(first, None), (second, "work")]
    assert made["addresses"][0]["kind"] == "billing"
    assert made["custom"] == {"ring": "14"}
    assert made["tags"] == ["Diamond", "Imported"]
    assert manager.get(f"/v1/customers/{walked['customer_id']}").json["last_contact_at"] is not None


def test_a_row_shows_on_its_customers_timeline_and_only_the_import_is_published(
    deployment: dict[str, str], manager: Any
) -> None:
    import boto3

    done = imports.run(deployment, manager, csv_of("given_name,phone", f"Asha,{fresh_phone()}"))
    customer_id = imports.rows(manager, done["id"])[0]["customer_id"]
    dynamodb = boto3.client("dynamodb")

    def events(partition: str) -> list[dict[str, Any]]:
        found = dynamodb.query(
            TableName=deployment["FACET_TABLE"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )["Items"]
        return [item for item in found if item["sk"]["S"].startswith(("EVENT#", "SYSTEM#"))]

    (imported,) = events(customer_id)
    assert imported["kind"]["S"] == "customer_imported"
    line = json.loads(imported["doc"]["S"])
    assert (line["data"]["import_id"], line["actor"]["id"]) == (done["id"], done["created_by"])
    assert imported["request_id"]["S"] == f"{done['id']}.1"
    assert "pending_pk" not in imported
    (finished,) = events(done["id"])
    assert finished["kind"]["S"] == "import_finished"
    assert "pending_pk" in finished


def test_the_result_file_holds_every_row(deployment: dict[str, str], manager: Any) -> None:
    lines = [f"Asha,{fresh_phone()},", "Nobody,,", f"Odd,{fresh_phone()},Mars"]
    done = imports.run(deployment, manager, csv_of("given_name,phone,home_country", *lines))
    status, content, headers = imports.fetch(done["result_url"])
    assert status == 200
    assert headers["content-disposition"] == f'attachment; filename="{done["id"]}.csv"'
    header, *found = csv.reader(io.StringIO(content.decode()))
    assert header == ["row", "result", "customer_id", "field", "reason"]
    assert [row[:2] for row in found] == [["1", "created"], ["2", "rejected"], ["3", "rejected"]]
    assert found[2][3] == "home_country"


def test_the_form_takes_one_csv_to_one_place(deployment: dict[str, str], manager: Any) -> None:
    begun = manager.post("/v1/imports", {"kind": "customers"})
    assert begun.status == 201
    assert begun.json["status"] == "waiting"
    assert begun.headers["Location"] == f"/v1/imports/{begun.json['id']}"
    form = begun.json["upload"]
    assert form["fields"]["key"] == f"imports/{begun.json['id']}/upload.csv"
    assert form["fields"]["Content-Type"] == "text/csv"
    content = csv_of("given_name,phone", f"Asha,{fresh_phone()}")
    assert imports.post_form(form["url"], form["fields"], content) in (200, 204)
    assert imports.deliver(imports.arrival(begun.json["id"])) == []
    assert imports.state(manager, begun.json["id"])["created"] == 1


def test_an_idempotency_key_begins_one_import(manager: Any) -> None:
    first = manager.post("/v1/imports", {"kind": "customers"}, Idempotency_Key="import-once")
    second = manager.post("/v1/imports", {"kind": "customers"}, Idempotency_Key="import-once")
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.json == first.json


def test_the_list_shows_the_newest_first(deployment: dict[str, str], manager: Any) -> None:
    older, newer = imports.begin(manager), imports.begin(manager, default_country="IN")
    first = manager.get("/v1/imports?limit=1").json
    assert [job["id"] for job in first["items"]] == [newer]
    assert first["items"][0]["options"]["default_country"] == "IN"
    second = manager.get(f"/v1/imports?limit=1&cursor={first['next_cursor']}").json
    assert [job["id"] for job in second["items"]] == [older]


@pytest.mark.parametrize("role", ["sales", "inventory", "analyst"])
def test_only_managers_and_admins_import(people: dict[str, Any], manager: Any, role: str) -> None:
    import_id = imports.begin(manager)
    assert people[role].post("/v1/imports", {"kind": "customers"}).status == 403
    for path in ("/v1/imports", f"/v1/imports/{import_id}", f"/v1/imports/{import_id}/rows"):
        assert people[role].get(path).status == 403


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/kind"),
        ({"kind": "orders"}, "/kind"),
        ({"kind": "customers", "options": {"default_country": "XX"}}, "/options/default_country"),
        ({"kind": "customers", "options": {"default_country": 91}}, "/options/default_country"),
        ({"kind": "customers", "options": {"format": "x"}}, "/options/format"),
        ({"kind": "customers", "status": "done"}, "/status"),
    ],
)
def test_a_wrong_wish_names_its_field(manager: Any, body: Any, pointer: str) -> None:
    refused = manager.post("/v1/imports", body)
    assert (refused.status, refused.pointers) == (422, [pointer])


@pytest.mark.parametrize("import_id", ["imp_x", "cus_00000000000000000000000000", "imp_00000000000000000000000000"])
def test_an_unknown_import_is_not_found(manager: Any, import_id: str) -> None:
    assert manager.get(f"/v1/imports/{import_id}").status == 404
    assert manager.get(f"/v1/imports/{import_id}/rows").status == 404


def test_numbers_are_of_the_country_that_the_import_says(deployment: dict[str, str], manager: Any) -> None:
    national = fresh_phone().removeprefix("+91")
    content = csv_of("given_name,phone", f"Asha,{national}")
    refused = imports.run(deployment, manager, content)
    assert (refused["rejected"], imports.rows(manager, refused["id"])[0]["field"]) == (1, "phone")
    done = imports.run(deployment, manager, content, default_country="IN")
    assert done["created"] == 1
    customer_id = imports.rows(manager, done["id"])[0]["customer_id"]
    assert manager.get(f"/v1/customers/{customer_id}").json["phones"][0]["e164"] == f"+91{national}"


def test_of_two_rows_with_one_number_the_first_wins_unless_both_may_have_it(
    deployment: dict[str, str], manager: Any
) -> None:
    one, other = fresh_phone(), fresh_phone()
    lines = [f"A,{one},", f"B,{one},no", f"C,{one},yes", f"D,{other},", f"E,{other},maybe"]
    done = imports.run(deployment, manager, csv_of("given_name,phone,allow_duplicate", *lines))
    found = imports.rows(manager, done["id"])
    assert [row["result"] for row in found] == ["created", "rejected", "created", "created", "rejected"]
    assert found[0]["customer_id"] in found[1]["reason"]
    assert found[4]["field"] == "allow_duplicate"


def test_rows_of_one_external_id_follow_each_other(deployment: dict[str, str], manager: Any) -> None:
    key, phone = f"follow-{fresh_phone()}", fresh_phone()
    lines = [f"{key},First,{phone}", f"{key},Second,", f"{key},Third,"]
    done = imports.run(deployment, manager, csv_of("external_id,given_name,phone", *lines))
    assert (done["created"], done["updated"]) == (1, 2)
    customer_id = imports.rows(manager, done["id"])[0]["customer_id"]
    assert manager.get(f"/v1/customers/{customer_id}").json["given_name"] == "Third"


def test_an_archived_customer_is_left_alone(deployment: dict[str, str], manager: Any) -> None:
    key = f"gone-{fresh_phone()}"
    made = manager.put(
        f"/v1/customers/by-external-id/{key}", {"given_name": "Gone", "phones": [{"number": fresh_phone()}]}
    ).json
    manager.delete(f"/v1/customers/{made['id']}")
    done = imports.run(deployment, manager, csv_of("external_id,given_name", f"{key},Back"))
    assert "archived" in imports.rows(manager, done["id"])[0]["reason"]
    assert manager.get(f"/v1/customers/{made['id']}").json["given_name"] == "Gone"


def test_addresses_of_other_kinds_stay(deployment: dict[str, str], manager: Any) -> None:
    key = f"moved-{fresh_phone()}"
    header = "external_id,given_name,phone,home_city,billing_city"
    imports.run(deployment, manager, csv_of(header, f"{key},Asha,{fresh_phone()},Pune,Mumbai"))
    done = imports.run(deployment, manager, csv_of("external_id,home_city", f"{key},Nagpur"))
    customer_id = imports.rows(manager, done["id"])[0]["customer_id"]
    addresses = manager.get(f"/v1/customers/{customer_id}").json["addresses"]
    assert {address["kind"]: address["city"] for address in addresses} == {"home": "Nagpur", "billing": "Mumbai"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"given_name,phone\n", "no rows"),
        (b"given_name,phone\n,\n\n", "no rows"),
        (b'given_name,"phone\nA,1\n', "Line 1"),
        (b"given_name,phone," + b"x" * 60_000 + b"\nA,1,2\n", "header is too long"),
        (b"PK\x03\x04\x14\x00\x06\x00", "zip archive"),
    ],
)
def test_a_file_that_cannot_be_read_writes_nothing(
    deployment: dict[str, str], manager: Any, content: bytes, reason: str
) -> None:
    failed = imports.run(deployment, manager, content)
    assert failed["status"] == "failed"
    assert reason in failed["reason"]
    assert failed["result_url"] is None
    assert failed["finished_at"] is not None
    assert imports.rows(manager, failed["id"]) == []


def test_a_bad_cell_costs_its_row_and_no_other(deployment: dict[str, str], manager: Any) -> None:
    lines = [
        f"Nul\0,{fresh_phone()},,,",
        f"Bidi\u202e,{fresh_phone()},,,",
        f"{'long' * 75_000},{fresh_phone()},,,",
        f'"Two\nlines",{fresh_phone()},,,',
        f'"Quo"ted,{fresh_phone()},,,',
        "Word,not a number,,,",
        f"Mail,{fresh_phone()},no@no@no,,",
        f"Place,{fresh_phone()},,loc_nowhere,",
        f"Tags,{fresh_phone()},,,{'|'.join(f't{n}' for n in range(21))}",
        f"Tag,{fresh_phone()},,,Gold|\u2066",
        f"=1+1,{fresh_phone()},,,",
        f"Short,{fresh_phone()}",
    ]
    done = imports.run(deployment, manager, csv_of("given_name,phone,email,home_location,tags", *lines))
    found = imports.rows(manager, done["id"])
    assert [row["field"] for row in found] == [
        *(None, "given_name", "given_name", "given_name", None),
        *("phone", "email", "home_location", "tags", "tags", None, None),
    ]
    assert [row["result"] for row in found] == ["rejected"] * 10 + ["created"] * 2
    assert manager.get(f"/v1/customers/{found[10]['customer_id']}").json["given_name"] == "=1+1"
    assert not any(tag["name"] == "t1" for tag in _tags(manager))


def _tags(manager: Any) -> list[dict[str, Any]]:
    from chalicelib.wiring import shop

    return [{"name": tag.name} for tag in shop.shop.fresh().tags.values()]


def test_a_message_that_comes_again_changes_nothing(deployment: dict[str, str], manager: Any) -> None:
    import_id = imports.begin(manager)
    imports.put(deployment, import_id, csv_of("given_name,phone", *(f"Asha,{fresh_phone()}" for _ in range(30))))
    message = imports.arrival(import_id)
    assert imports.deliver(message, message) == []
    first = imports.state(manager, import_id)
    found = imports.rows(manager, import_id)
    assert imports.deliver(message) == []
    again = imports.state(manager, import_id)
    assert {**again, "result_url": None} == {**first, "result_url": None}
    assert imports.rows(manager, import_id) == found
    assert first["created"] == 30


def test_the_same_file_again_changes_nothing(deployment: dict[str, str], manager: Any) -> None:
    prefix = fresh_phone()
    lines = [f"again-{prefix}-{n},Asha,{fresh_phone()},Gold" for n in range(5)]
    content = csv_of("external_id,given_name,phone,tags", *lines)
    assert imports.run(deployment, manager, content)["created"] == 5
    assert imports.run(deployment, manager, content)["unchanged"] == 5


def test_what_is_not_about_an_import_is_dropped(deployment: dict[str, str], manager: Any) -> None:
    strange = json.dumps({"Records": [{"s3": {"object": {"key": "imports/a/b/upload.csv"}}}]})
    test_event = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"})
    unknown = json.dumps({"job_id": "imp_00000000000000000000000000"})
    assert imports.deliver(strange, test_event, unknown, imports.arrival("no-id")) == []


def test_a_message_that_cannot_be_read_fails_alone(deployment: dict[str, str], manager: Any) -> None:
    import_id = imports.begin(manager)
    imports.put(deployment, import_id, csv_of("given_name,phone", f"Asha,{fresh_phone()}"))
    assert imports.deliver("{", imports.arrival(import_id)) == ["message-0"]
    assert imports.state(manager, import_id)["status"] == "done"


def test_before_the_time_is_up_another_turn_is_asked_for(deployment: dict[str, str], manager: Any) -> None:
    import boto3

    import_id = imports.begin(manager)
    imports.put(deployment, import_id, csv_of("given_name,phone", *(f"Asha,{fresh_phone()}" for _ in range(150))))
    assert imports.deliver(imports.arrival(import_id), turn=Turn(82_000, 6_000)) == []
    halfway = imports.state(manager, import_id)
    assert (halfway["status"], halfway["rows"], halfway["created"]) == ("running", 150, 100)
    assert halfway["progress"] == pytest.approx(100 / 150, abs=0.001)
    assert halfway["result_url"] is None
    sqs = boto3.client("sqs")
    queue = deployment["FACET_IMPORT_QUEUE_URL"]
    waiting = [m["Body"] for m in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])]
    message = json.dumps({"job_id": import_id})
    assert message in waiting
    while imports.state(manager, import_id)["status"] == "running":
        assert imports.deliver(message, turn=Turn(76_000, 6_000)) == []
    assert imports.state(manager, import_id)["created"] == 150
    assert len(imports.rows(manager, import_id)) == 150


def test_another_upload_in_the_middle_changes_nothing(deployment: dict[str, str], manager: Any) -> None:
    """What is imported is what the first worker read."""
    import_id = imports.begin(manager)
    imports.put(deployment, import_id, csv_of("given_name,phone", *(f"Asha,{fresh_phone()}" for _ in range(150))))
    assert imports.deliver(imports.arrival(import_id), turn=Turn(82_000, 6_000)) == []
    imports.put(deployment, import_id, csv_of("given_name,phone", *(f"Other,{fresh_phone()}" for _ in range(60))))
    imports.deliver(imports.arrival(import_id))
    ended = imports.state(manager, import_id)
    assert (ended["status"], ended["rows"], ended["created"]) == ("done", 150, 150)
    customer_id = imports.rows(manager, import_id)[149]["customer_id"]
    assert manager.get(f"/v1/customers/{customer_id}").json["given_name"] == "Asha"


def test_an_import_is_forgotten_after_ninety_days(deployment: dict[str, str], manager: Any) -> None:
    import_id = imports.begin(manager)
    imports.put(deployment, import_id, csv_of("given_name,phone", f"Asha,{fresh_phone()}"))
    future = imports.later(datetime.now(UTC) + timedelta(days=90, seconds=1))
    assert imports.deliver(imports.arrival(import_id), clock=future) == []
    assert imports.state(manager, import_id)["rows"] == 0


def test_a_row_that_changes_too_much_at_once_is_rejected(deployment: dict[str, str], manager: Any) -> None:
    """Every number, address, name and city of a known customer, and twenty new tags, do not fit one transaction."""
    key = f"much-{fresh_phone()}"
    contacts = [f"{contact}{number}" for contact in ("phone", "email") for number in ("", "_2", "_3", "_4", "_5")]
    columns = ["external_id", "given_name", "family_name", *contacts, "home_city", "billing_city", "tags"]

    def line(word: str, tags: str) -> str:
        names = [f"{word}a {word}b {word}c {word}d", f"{word}e {word}f {word}g {word}h"]
        unique = [fresh_phone() for _ in contacts]
        cells = [p if n < 5 else f"{p[1:]}@shop.example" for n, p in enumerate(unique)]
        return ",".join((key, *names, *cells, f"{word}pur", f"{word}stad", tags))

    many = "|".join(f"much{n}" for n in range(20))
    content = csv_of(",".join(columns), line("alt", ""), line("neu", many), line("neu", "much1"))
    done = imports.run(deployment, manager, content)
    found = imports.rows(manager, done["id"])
    assert [row["result"] for row in found] == ["created", "rejected", "updated"]
    assert "at once" in found[1]["reason"]
