"""Twenty kill points between commit and delivery: every event reaches a consumer, and no message leaves twice.

Functions, the local AWS and everything at once are killed with kill -9, or stopped cleanly, at moments that the printed
seed decides (FACET_SEED repeats them). The consumer is another system on the bus, with a queue of its own.
"""

import contextlib
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.instance import Answer, Instance, running
from tests.support.emulator import ROOT
from tests.support.letters import an_address

pytestmark = [pytest.mark.e2e, pytest.mark.fault, pytest.mark.slow]

# What a killed function was working on shows again when the local AWS starts again, so that comes after some of them.
POINTS = (
    *("relay", "sender", "worker", "sender", "emulator"),
    *("sender", "relay", "web", "worker", "stop"),
    *("sender", "relay", "emulator", "sender", "everything"),
    *("relay", "worker", "sender", "web", "stop"),
)
WRITERS = 2
SETTLED = ("delivered", "unknown", "suppressed")
QUIET_SECONDS = 8.0
LONGEST_SECONDS = 240.0
# A minute's sweep a quarter of an hour ahead: what waits for its time is looked at now.
SWEEP_AHEAD = """
from datetime import UTC, datetime, timedelta
from chalicelib.handlers import sweep_pending
sweep_pending.run(datetime.now(UTC) + timedelta(minutes=20), lambda: 300.0)
"""


class Shop:
    """A running Facet, what it acknowledged, and its local AWS."""

    def __init__(self, facet: Instance) -> None:
        self.facet = facet
        self.acknowledged: list[str] = []
        self._observer = self._observe()

    def client(self, service: str) -> Any:
        """A client of the local AWS."""
        import boto3

        port = json.loads((self.facet.folder / "instance.json").read_text())["emulator"]
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        return boto3.client(service, endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **keys)

    @property
    def prepared(self) -> dict[str, Any]:
        """Outputs and environment of the stack."""
        read: dict[str, Any] = json.loads((self.facet.folder / "emulator" / "prepared.json").read_text())
        return read

    def _observe(self) -> str:
        sqs, events, bus = self.client("sqs"), self.client("events"), self.prepared["outputs"]["BusName"]
        queue = str(sqs.create_queue(QueueName="another-system")["QueueUrl"])
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.put_rule(Name="another-system", EventBusName=bus, EventPattern=json.dumps({"source": ["facet"]}))
        events.put_targets(Rule="another-system", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
        return queue

    def observed(self) -> Counter[str]:
        """How often the other system was told of each event."""
        sqs, told = self.client("sqs"), Counter[str]()
        while messages := sqs.receive_message(QueueUrl=self._observer, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                told[json.loads(message["Body"])["detail"]["id"]] += 1
                sqs.delete_message(QueueUrl=self._observer, ReceiptHandle=message["ReceiptHandle"])
        return told

    def items(self) -> list[dict[str, Any]]:
        """Everything in the table."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.prepared["outputs"]["Table"])
        return [
            {name: next(iter(value.values())) for name, value in item.items()} for p in pages for item in p["Items"]
        ]

    def post(self, path: str, body: Any, method: str = "POST") -> Answer | None:
        """A request; None when nobody answered or it was refused for now."""
        try:
            answer = self.facet.call("manager", method, path, body)
        except (OSError, HTTPException, KeyError):  # no connection, or run.json is gone during a stop
            return None
        return answer if answer.status < 300 else None

    def write(self, number: int) -> None:
        """A customer agrees, whose birthday is today, and gets a message and a birthday message."""
        made = self.post("/customers", {"given_name": f"Kill{number}", "emails": [{"address": an_address()}]})
        if made is None:
            return
        path, today = f"/customers/{made.json['id']}", datetime.now(UTC).date()
        agreed = {"channel": "email", "purpose": "birthday", "granted": True, "source": "in_store"}
        if self.post(f"{path}/consents", agreed):
            self.post(path, {"birthday": f"--{today:%m-%d}"}, method="PATCH")
        text = {"customer_id": made.json["id"], "subject": "Your ring", "text": "Your ring is ready."}
        if sent := self.post("/messages", text):
            self.acknowledged.append(sent.json["id"])
        self.post("/sweeps/birthdays/runs", {"date": f"{today}"})

    def outbox(self) -> Counter[str]:
        """How often each message left."""
        items = self.facet.call("anonymous", "GET", "/outbox?limit=1000").json["items"]
        return Counter(item["message_id"] for item in items)

    def run(self, *command: str) -> str:
        """What a program says that works on the local AWS; it must succeed."""
        port = json.loads((self.facet.folder / "instance.json").read_text())["emulator"]
        region, key = "us-east-1", "local"
        local = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        keys = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": key}
        surroundings = {**os.environ, **self.prepared["environment"], **local, **keys}
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def look_after(self) -> None:
        """What an administrator does who finds an alarm, and what the minutes do that pass."""
        said = self.run("-m", "tools.redrive", "--stage", "local")
        assert "left:" not in said
        said = self.run("-c", SWEEP_AHEAD)
        assert "ERROR" not in said


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with running(tmp_path_factory.mktemp("delivery") / "data", FACET_SAMPLE="0") as facet:
        yield Shop(facet)


def until(happened: Callable[[], bool], seconds: float) -> bool:
    """Whether it happened in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, HTTPException, KeyError):
            if happened():
                return True
        time.sleep(0.1)
    return False


def called(facet: Instance, part: str) -> list[int]:
    """Processes of the instance whose command line holds this text."""
    family = [str(pid) for pid in facet.processes()[1:]]
    listing = subprocess.run(["ps", "-ww", "-o", "pid=,args=", *family], capture_output=True, text=True, check=False)
    return [int(line.split()[0]) for line in listing.stdout.splitlines() if part in line]


PARTS = {"emulator": "local/emulator.py", "web": "local/web.py"}


def strike(facet: Instance, point: str) -> None:
    """End something, and start what does not start by itself."""
    if point == "stop":
        facet.stop()
        facet.start(FACET_SAMPLE="0")
    elif point == "everything":
        facet.kill()
        facet.start(FACET_SAMPLE="0")
    else:
        part = PARTS.get(point, f"ministack-lambda-facet-local-{point}-")
        assert until(lambda: bool(called(facet, part)), 60.0), f"there is no {point} to kill"
        for pid in called(facet, part):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert until(lambda: facet.call("sales", "GET", "/customers?limit=1").status == 200, 120.0), point


def settle(shop: Shop) -> None:
    """Wait until nothing is on its way; when nothing moves any more, do what an administrator would."""
    before, still_since, end = None, time.monotonic(), time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end:
        items = shop.items()
        waiting = sorted((item["sk"], item["status"]) for item in items if item["sk"].startswith("MESSAGE#"))
        on_their_way = [each for each in waiting if each[1] not in SETTLED]
        pending = sorted(item["sk"] for item in items if "pending_pk" in item)
        if not on_their_way and not pending:
            return
        if (on_their_way, pending) != before:
            before, still_since = (on_their_way, pending), time.monotonic()
        elif time.monotonic() - still_since > QUIET_SECONDS:
            shop.look_after()
            still_since = time.monotonic()
        time.sleep(0.5)
    raise AssertionError(f"still on their way: {before}")


def test_whatever_is_killed_every_event_arrives_and_no_message_leaves_twice(shop: Shop, root: Path) -> None:
    seed = int(os.environ.get("FACET_SEED") or secrets.randbits(32))
    sys.stderr.write(f"FACET_SEED={seed}\n")
    chance = random.Random(seed)  # noqa: S311 -- repeatable on purpose
    with ThreadPoolExecutor(WRITERS) as pool:
        for number, point in enumerate(POINTS):
            writes = [pool.submit(shop.write, WRITERS * number + n) for n in range(WRITERS)]
            time.sleep(chance.uniform(0.0, 2.0))
            began = time.monotonic()
            strike(shop.facet, point)
            for each in writes:
                each.result()
            sys.stderr.write(f"{point}: {time.monotonic() - began:.1f} s\n")
    settle(shop)

    items, told, left = shop.items(), shop.observed(), shop.outbox()
    events = {
        item["sk"].partition("#")[2]
        for item in items
        if item["sk"].startswith(("EVENT#", "SYSTEM#")) and item["publish"]
    }
    assert len(events) > 100
    assert set(told) == events
    messages = {item["sk"].partition("#")[2]: item["status"] for item in items if item["sk"].startswith("MESSAGE#")}
    assert set(shop.acknowledged) <= set(messages)
    assert len(shop.acknowledged) >= len(POINTS)
    assert set(left) <= set(messages)
    assert max(left.values()) == 1, f"left twice: {[each for each, count in left.items() if count > 1]}"
    missing = {each: status for each, status in messages.items() if each not in left and status != "unknown"}
    assert missing == {}
    birthdays = Counter(item["pk"] for item in items if item["sk"].startswith("ONCE#birthday"))
    assert birthdays
    by_birthday = Counter(item["pk"] for item in items if _of_a_birthday(item))
    assert by_birthday == birthdays


def _of_a_birthday(item: dict[str, Any]) -> bool:
    return str(item["sk"]).startswith("MESSAGE#") and json.loads(item["doc"])["purpose"] == "birthday"
