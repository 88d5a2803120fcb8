"""The story of a first day, over HTTP, against what `make run` starts."""

import json
import os
import signal
import stat
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any

import pytest

from tests.e2e import faces
from tests.e2e.instance import Answer, Instance, request, running
from tests.support import figures

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def facet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with running(tmp_path_factory.mktemp("facet") / "data") as instance:
        yield instance


def unique_number() -> str:
    return f"+9198{uuid.uuid4().int % 10**8:08}"


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [item["id"] for item in answer.json["items"]]


def test_run_json_says_where_and_is_private(facet: Instance) -> None:
    assert set(facet.run) == {"api", "docs", "outbox", "tokens"}
    assert set(facet.run["tokens"]) == {"admin", "manager", "sales", "inventory", "analyst"}
    assert stat.S_IMODE((facet.folder / "run.json").stat().st_mode) == 0o600


def test_the_docs_are_open_and_the_rest_is_not(facet: Instance) -> None:
    assert request(facet.run["docs"]).headers["content-type"].startswith("text/html")
    assert facet.call("anonymous", "GET", "/openapi.json").json["openapi"].startswith("3.1")
    assert facet.call("anonymous", "GET", "/health").status == 200
    assert facet.call("anonymous", "GET", "/customers").status == 401


def test_there_is_a_sample_store(facet: Instance) -> None:
    assert len(ids(facet.call("sales", "GET", "/customers?limit=20"))) == 20
    assert len(facet.call("sales", "GET", "/locations").json["items"]) == 2
    assert {"VIP", "Wedding", "Gift Buyer", "Repeat", "Diamond", "Gold"} <= {
        tag["name"] for tag in facet.call("sales", "GET", "/tags").json["items"]
    }


def test_a_customer_from_first_visit_to_reminder(facet: Instance) -> None:
    mobile = unique_number()
    body = {
        "title": "Ms",
        "given_name": "Ashalata",
        "family_name": "Krishnamurthy",
        "phones": [{"number": f"0{mobile[3:8]} {mobile[8:]}", "label": "mobile"}],
        "emails": [{"address": f"asha{mobile[1:]}@example.com"}],
        "birthday": "--03-15",
        "addresses": [{"kind": "home", "city": "Mumbai", "country": "IN"}],
        "tags": ["wedding"],
    }
    made = facet.call("sales", "POST", "/customers", body)
    assert made.status == 201, made.body
    customer = made.json
    path = f"/customers/{customer['id']}"
    assert customer["phones"][0]["e164"] == mobile
    assert customer["tags"] == ["Wedding"]
    assert customer["id"] in ids(facet.call("sales", "GET", "/customers?q=Krishnamurti%20asha&limit=100"))
    assert ids(facet.call("sales", "GET", f"/customers?q={mobile[-10:]}")) == [customer["id"]]
    assert customer["id"] in ids(facet.call("sales", "GET", "/customers?tag=WEDDING&city=mumbai&limit=100"))

    assert facet.call("sales", "POST", f"{path}/notes", {"text": "Prefers rose gold, budget 50-80k"}).status == 201
    inquiry = facet.call("sales", "POST", f"{path}/inquiries", {"text": "Any solitaires?", "channel": "web"})
    assert inquiry.status == 201, inquiry.body
    call = {"direction": "out", "duration_s": 240, "outcome": "Comes on Saturday"}
    assert facet.call("sales", "POST", f"{path}/calls", call).status == 201
    reminder = facet.call(
        "sales",
        "POST",
        f"{path}/reminders",
        {"type": "birthday", "due_at": "2027-03-08T10:00:00Z", "note": "A week ahead"},
    )
    assert reminder.status == 201, reminder.body
    done = facet.call("sales", "PATCH", f"/reminders/{reminder.json['id']}", {"status": "done"})
    assert done.json["status"] == "done"

    overview = facet.call("sales", "GET", f"{path}/overview").json
    assert overview["customer"]["id"] == customer["id"]
    timeline = facet.call("sales", "GET", f"{path}/timeline").json["items"]
    assert [item["kind"] for item in timeline][:2] == ["reminder_completed", "reminder_set"]
    assert {"note_added", "inquiry_received", "inquiry_answered", "call_logged"} <= {item["kind"] for item in timeline}
    assert all(item["actor"]["name"] and item["at"] for item in timeline)


def test_a_list_goes_in(facet: Instance) -> None:
    numbers = [unique_number() for _ in range(30)]
    rows = [f"Row{n},Import,{number},Pune" for n, number in enumerate(numbers)]
    rows.append("Bad,Import,12,Pune")
    content = "\r\n".join(["given_name,family_name,phone,home_city", *rows]).encode()
    made = facet.call("manager", "POST", "/imports", {"kind": "customers"})
    assert made.status == 201, made.body
    assert upload(made.json["upload"], content).status in (200, 201, 204)
    job = finished(facet, made.json["id"])
    counted = {name: job[name] for name in ("status", "rows", "created", "rejected", "progress")}
    assert counted == {"status": "done", "rows": 31, "created": 30, "rejected": 1, "progress": 1}
    assert b"/phone" in request(job["result_url"]).body or b"phone" in request(job["result_url"]).body
    assert len(ids(facet.call("sales", "GET", f"/customers?q={numbers[7][1:]}"))) == 1


def upload(form: dict[str, Any], content: bytes) -> Answer:
    """What a browser sends for a presigned POST."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form["fields"].items()
    ]
    head = "".join(parts) + f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n'
    kind = form["fields"].get("Content-Type", "text/csv")
    body = f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return request(form["url"], "POST", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})


def finished(facet: Instance, import_id: str) -> dict[str, Any]:
    for _ in range(300):
        job: dict[str, Any] = facet.call("manager", "GET", f"/imports/{import_id}").json
        if job["status"] in ("done", "failed"):
            return job
        time.sleep(0.2)
    raise AssertionError(job)


def gateway_of(facet: Instance) -> str:
    """Where the emulated API Gateway answers."""
    prepared = json.loads((facet.folder / "emulator" / "prepared.json").read_text())
    port = json.loads((facet.folder / "instance.json").read_text())["emulator"]
    api = prepared["outputs"]["ApiUrl"].split("//")[1].split(".")[0]
    return f"http://127.0.0.1:{port}/restapis/{api}/api/_user_request_/v1"


def test_both_faces_answer_alike(facet: Instance) -> None:
    records, other = faces.records_of(facet), gateway_of(facet)
    asks = [*faces.of_routes(records), *faces.edges(records)]
    assert len(asks) >= 200
    differences = [found for ask in asks if (found := faces.difference(facet, ask, other))]
    assert differences == []
    figures.note("both faces", {"requests": len(asks)})


def test_both_faces_write_alike(facet: Instance) -> None:
    records, other = faces.records_of(facet), gateway_of(facet)
    alike = 0
    for ask in faces.writes(records):
        here, there = ask.send(facet, None), faces.second(ask).send(facet, other)
        if here.status == there.status < 300:  # the first may have made what the second finds
            assert faces.shape(here) == faces.shape(there), ask.path
            alike += 1
    assert alike >= 25
    figures.note("both faces", {"writes": alike})


def test_nothing_acknowledged_is_lost_when_everything_is_killed(facet: Instance) -> None:
    acknowledged: list[tuple[str, str]] = []
    numbers = [unique_number() for _ in range(400)]
    stop = False

    def write(n: int) -> None:
        if stop:
            return
        body = {"given_name": f"Kill{n}", "phones": [{"number": numbers[n]}]}
        try:
            answer = facet.call("sales", "POST", "/customers", body, Idempotency_Key=f"kill-{numbers[n]}")
        except (OSError, HTTPException):
            return
        if answer.status == 201:
            acknowledged.append((answer.json["id"], numbers[n]))

    with ThreadPoolExecutor(8) as pool:
        writes = [pool.submit(write, n) for n in range(len(numbers))]
        while len(acknowledged) < 60:
            time.sleep(0.01)
        facet.kill()
        stop = True
        for each in writes:
            each.result()
    facet.start()

    assert len(acknowledged) >= 60
    for customer_id, number in acknowledged:
        assert facet.call("sales", "GET", f"/customers/{customer_id}").status == 200
        assert ids(facet.call("sales", "GET", f"/customers?q={number[1:]}")) == [customer_id]


def test_an_import_goes_on_after_everything_is_killed(facet: Instance) -> None:
    numbers = [unique_number() for _ in range(400)]
    rows = [f"Again{n},{number}" for n, number in enumerate(numbers)]
    made = facet.call("manager", "POST", "/imports", {"kind": "customers"}).json
    upload(made["upload"], "\n".join(["given_name,phone", *rows]).encode())
    for _ in range(300):
        if facet.call("manager", "GET", f"/imports/{made['id']}").json["created"] >= 50:
            break
        time.sleep(0.05)
    facet.kill()
    facet.start()
    job = finished(facet, made["id"])
    assert (job["status"], job["rows"], job["created"], job["rejected"]) == ("done", 400, 400, 0)
    for number in numbers[::40]:
        assert len(ids(facet.call("sales", "GET", f"/customers?q={number[1:]}"))) == 1


def test_one_killed_process_comes_back(facet: Instance) -> None:
    made = facet.call("sales", "POST", "/customers", {"given_name": "Before", "phones": [{"number": unique_number()}]})
    for child in facet.processes()[1:]:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue
        for _ in range(200):
            try:
                if facet.call("sales", "GET", f"/customers/{made.json['id']}").status == 200:
                    break
            except (OSError, HTTPException):
                pass
            time.sleep(0.1)
        else:
            raise AssertionError("it did not come back")


def test_ctrl_c_stops_all_of_it(facet: Instance) -> None:
    family = facet.processes()
    assert facet.stop() == 0
    time.sleep(0.3)
    assert not [pid for pid in family if _alive(pid)]
    facet.start()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
