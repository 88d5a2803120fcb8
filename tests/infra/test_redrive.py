"""What failed gets another try: safe twice, and when it is killed on the way."""

from __future__ import annotations

import json
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.repos import keys
from chalicelib.repos.relay import Pending
from chalicelib.wiring import clients
from infra.stages import stage
from tests.support import relaying
from tests.support.relaying import Place, event, event_id
from tools import redrive, stack
from tools.account import current
from tools.dead_letters import DROP, DeadLetters, belongs, described

OUTREACH = {"purpose": "outreach", "event": {"id": "evt_1", "kind": "birthday_due", "aggregate": "cus_1", "data": {}}}
SENDING = {"purpose": "sending", "message_id": "msg_1", "request_id": "req_1"}
TOLD = {
    "Type": "Notification",
    "TopicArn": "arn:aws:sns:eu-west-1:1:facet-dev-mail-events",
    "Message": "asha@x.example",
}
TICK = {"sweep": "pending"}
STREAM = {"version": "1.0", "DDBStreamBatchInfo": {"shardId": "shardId-1", "batchSize": 2}, "requestContext": {}}
STRANGERS = ('{"name": "Asha"}', "not JSON asha@x.example", "[]", '"outreach"', '{"purpose": "other"}', "null")


@pytest.mark.parametrize(
    ("body", "purpose"),
    [
        (json.dumps(OUTREACH), "outreach"),
        (json.dumps(SENDING), "sending"),
        (json.dumps(TOLD), "provider-events"),
        (json.dumps(TICK), DROP),
        (json.dumps(STREAM), DROP),
        *((stranger, None) for stranger in STRANGERS),
    ],
)
def test_a_message_says_where_it_belongs(body: str, purpose: str | None) -> None:
    assert belongs(body) == purpose


@pytest.mark.parametrize("body", [*map(json.dumps, (OUTREACH, SENDING, TOLD, TICK, STREAM)), *STRANGERS])
def test_a_line_about_a_message_holds_nothing_personal(body: str) -> None:
    line = described({"MessageId": "m-1", "Body": body})
    assert line.startswith("m-1")
    assert "asha" not in line.lower()


@pytest.fixture
def place(deployment: dict[str, str]) -> Iterator[Place]:
    with relaying.of_its_own() as made:
        sqs = clients.sqs()
        made.urls["failed"] = sqs.create_queue(QueueName=f"{made.table.name}-failed")["QueueUrl"]
        yield made


def outputs(place: Place) -> dict[str, str]:
    return {
        "DeadLetterQueueUrl": place.urls["failed"],
        "OutreachQueueUrl": place.urls["outreach"],
        "SendingQueueUrl": place.urls["sending"],
        "Table": place.table.name,
    }


def failed(place: Place, *bodies: Any) -> None:
    for body in bodies:
        text = body if isinstance(body, str) else json.dumps(body)
        clients.sqs().send_message(QueueUrl=place.urls["failed"], MessageBody=text)


def letters(place: Place) -> DeadLetters:
    return DeadLetters(clients.sqs(), outputs(place), wait_seconds=0)


@pytest.mark.emulator
def test_each_message_goes_back_to_its_queue_and_strangers_stay(place: Place) -> None:
    failed(place, OUTREACH, "strange", SENDING, TOLD, TICK, SENDING)
    dead = letters(place)
    dead.redrive()
    assert dead.moved == Counter({"outreach": 1, "sending": 2, "provider-events": 1, DROP: 1})
    assert [message["Body"] for message in dead.left.values()] == ["strange"]
    assert place.received("outreach") == [OUTREACH, TOLD]
    assert place.received("sending") == [SENDING, SENDING]
    assert [message["Body"] for message in letters(place).look()] == ["strange"]  # visible at once


@pytest.mark.emulator
def test_it_goes_on_behind_strangers_and_ends(place: Place) -> None:
    failed(place, *(f"strange {n}" for n in range(25)), *[SENDING] * 12)
    dead = letters(place)
    dead.redrive()
    assert (len(dead.left), dead.moved["sending"]) == (25, 12)
    assert len(place.received("sending")) == 12


@pytest.mark.emulator
def test_a_second_run_finds_nothing(place: Place) -> None:
    failed(place, *[SENDING] * 3)
    letters(place).redrive()
    dead = letters(place)
    dead.redrive()
    assert (dead.moved, dead.left) == (Counter(), {})
    assert len(place.received("sending")) == 3


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.emulator
@pytest.mark.parametrize("operation", ["send_message", "delete_message"])
@pytest.mark.parametrize("after", [False, True])
def test_killed_midway_it_loses_nothing(place: Place, operation: str, after: bool) -> None:
    """What was not deleted shows again when its time has passed; one message may have been sent twice."""
    bodies = [{**SENDING, "message_id": f"msg_{n}"} for n in range(4)]
    failed(place, *bodies)
    real, calls = clients.sqs(), [0]

    class Dying:
        """SQS until the third call of the operation."""

        def __getattr__(self, name: str) -> Any:
            def call(**arguments: Any) -> Any:
                calls[0] += name == operation
                if name == operation and calls[0] == 3 and not after:
                    raise Killed
                answer = getattr(real, name)(**arguments)
                if name == operation and calls[0] == 3:
                    raise Killed
                return answer

            return call

    with pytest.raises(Killed):
        DeadLetters(Dying(), outputs(place), hidden_seconds=1, wait_seconds=0).redrive()
    DeadLetters(real, outputs(place), wait_seconds=2).redrive()  # waits until they show again
    sent = Counter(body["message_id"] for body in place.received("sending"))
    assert set(sent) == {body["message_id"] for body in bodies}
    assert sent.total() <= len(bodies) + 1
    assert letters(place).look() == []


@pytest.mark.emulator
def test_listing_changes_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    failed(place, OUTREACH, TOLD)
    for _ in range(2):
        redrive.show(letters(place), Pending(place.table))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == lines[3:]
    assert lines[2] == "2 messages failed, 0 events were set aside."
    assert "birthday_due evt_1" in lines[0]
    assert place.received("outreach") == []
    assert len(letters(place).look()) == 2


@pytest.mark.emulator
def test_events_that_were_set_aside_wait_again(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    places = place.commit(*(event("birthday_due") for _ in range(3)))
    pending = Pending(place.table)
    for waiting in pending.read(places):
        pending.tried(waiting, set_aside=True)
    redrive.show(letters(place), pending)
    assert "3 events were set aside" in capsys.readouterr().out
    redrive.redrive(letters(place), pending)
    assert "3 events wait to be relayed again" in capsys.readouterr().out
    for key, image in zip(places, place.images(places), strict=True):
        assert image["pending_pk"]["S"] == keys.pending(event_id(key))[0]
        assert "relay_attempts" not in image
    redrive.redrive(letters(place), pending)
    assert "0 events wait" in capsys.readouterr().out


@pytest.mark.emulator
def test_the_command_finds_the_stage_by_its_stack(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"facet-x{uuid.uuid4().hex[:6]}"
    made = {key: {"Value": value} for key, value in outputs(place).items()}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
    current().session.client("cloudformation").create_stack(
        StackName=name, TemplateBody=json.dumps({"Resources": {"Topic": topic}, "Outputs": made})
    )
    failed(place, SENDING)
    monkeypatch.setattr(sys, "argv", ["redrive", "--stage", name.removeprefix("facet-")])
    assert redrive.main() == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 went back to the queue sending.",
        "0 events wait to be relayed again.",
    ]
    assert place.received("sending") == [SENDING]
    monkeypatch.setattr(sys, "argv", ["redrive", "--stage", "nowhere", "--list"])
    assert redrive.main() == 1
    assert "There is no stack facet-nowhere" in capsys.readouterr().err


@pytest.mark.emulator
def test_there_is_nothing_without_a_stack(deployment: dict[str, str]) -> None:
    with pytest.raises(stack.StackError):
        redrive.places(current(), stage("nowhere"))
