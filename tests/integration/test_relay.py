"""The relay on the emulator: stream records in, queues and bus out, and the index empty behind it."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from app import relay_events
from chalicelib.handlers import relay as relay_handler
from chalicelib.repos import keys
from chalicelib.repos.relay import Pending
from chalicelib.repos.table import Range, key_of
from chalicelib.wiring import clients, relay, store
from tests.support import relaying
from tests.support.imports import fresh_phone
from tests.support.relaying import Place, batch, corrupt, event, event_id

pytestmark = pytest.mark.emulator


@pytest.fixture
def place(deployment: dict[str, str]) -> Iterator[Place]:
    with relaying.of_its_own() as made:
        yield made


def hand_over(*records: dict[str, Any]) -> list[str]:
    """What the function reports of a batch."""
    answer = relay_handler.handle(batch(*records), None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def numbers(records: list[dict[str, Any]]) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in records]


def test_what_the_api_writes_reaches_the_bus_and_leaves_the_index(
    place: Place, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"given_name": "Asha", "phones": [{"number": fresh_phone()}], "custom": {"secret": "Likes rubies"}}
    made = manager.post("/v1/customers", body).json
    manager.post(f"/v1/customers/{made['id']}/notes", {"text": "Prefers rose gold"})
    place.table = store.table()  # the API writes into the table of the deployment
    monkeypatch.setattr(relay, "pending", lambda: Pending(store.table()))
    items = list(store.table().query_all(Range(made["id"], keys.EVENT)))
    written = place.records([keys.Key(item["pk"], item["sk"]) for item in items])
    assert hand_over(*written) == []
    told = place.received("bus")
    assert [each["detail-type"] for each in told] == ["customer_created", "note_added"]
    assert [each["detail"]["id"] for each in told] == [item["sk"].partition("#")[2] for item in items]
    assert all(each["source"] == "facet" for each in told)
    assert all(each["detail"]["aggregate"] == made["id"] for each in told)
    personal = ("Asha", "rubies", "rose gold", "Manager", made["phones"][0]["e164"])
    assert not [word for word in personal if word in json.dumps(told)]
    left = store.table().query_all(Range(made["id"], keys.EVENT))
    assert all("pending_pk" not in item and item["publish"] is True for item in left)


def test_each_kind_reaches_its_queue_once(place: Place) -> None:
    events = [event(kind) for kind in ("birthday_due", "digest_due", "message_queued", "note_added")]
    places = place.commit(*events)
    assert hand_over(*place.records(places)) == []
    told = place.consume()
    found = [event_id(key) for key in places]
    assert told["outreach"] == Counter(found[:2])
    assert told["sending"] == Counter([events[2].data["message_id"]])
    assert told["bus"] == Counter(found)
    assert place.pending() == []


def test_the_function_of_the_app_is_the_relay(place: Place) -> None:
    places = place.commit(event("birthday_due"))
    assert relay_events(batch(*place.records(places)), None) == {"batchItemFailures": []}
    assert place.consume()["outreach"] == Counter(map(event_id, places))


def test_records_that_are_no_new_events_are_left_alone(place: Place) -> None:
    published, silent = place.commit(event("birthday_due"), event("note_added", publish=False))
    image, unpublished = place.images([published, silent])
    records = [relaying.record(image, "MODIFY"), relaying.record(image, "REMOVE"), relaying.record(unpublished)]
    records.append(relaying.record({"pk": {"S": "cus_1"}, "sk": {"S": "PROFILE"}, "doc": {"S": "{}"}}))
    del records[1]["dynamodb"]["NewImage"]
    assert hand_over(*records) == []
    assert place.consume() == {"outreach": Counter(), "sending": Counter(), "bus": Counter()}
    assert place.pending() == [event_id(published)]


def test_a_batch_that_comes_three_times_and_backwards_changes_nothing_more(place: Place) -> None:
    places = place.commit(*(event("birthday_due") for _ in range(5)))
    records = place.records(places)
    assert hand_over(*records) == []
    after = place.images(places)
    assert hand_over(*reversed(records)) == []
    assert hand_over(*records, *records) == []
    told = place.consume()
    assert set(told["outreach"]) == set(told["bus"]) == set(map(event_id, places))
    assert place.images(places) == after
    assert place.pending() == []


def test_an_event_that_was_erased_is_not_made_again(place: Place) -> None:
    (key,) = place.commit(event("birthday_due"))
    records = place.records([key])
    clients.dynamodb().delete_item(TableName=place.table.name, Key=key_of(key))
    assert hand_over(*records) == []
    assert place.table.get(key) is None
    assert place.consume()["outreach"] == Counter([event_id(key)])


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the log says at level ERROR, which raises the alarm."""
    from chalicelib.handlers import log

    found: list[Any] = []
    monkeypatch.setattr(log.logger(), "error", lambda _text, extra: found.append(extra))
    return found


def test_a_poison_record_keeps_neither_its_neighbours_nor_the_stream_back(place: Place, errors: list[Any]) -> None:
    """What cannot be read gets no better by coming again: it stays in the index, and the alarm is raised."""
    places = place.commit(*(event("birthday_due") for _ in range(5)))
    corrupt(place, places[2])
    assert hand_over(*place.records(places)) == []
    found = [event_id(key) for key in places]
    assert set(place.consume()["outreach"]) == set(found) - {found[2]}
    assert place.pending() == [found[2]]
    assert [each["event"] for each in errors] == ["event_not_relayed"]


@pytest.mark.parametrize("image", [{}, {"pk": {"S": "cus_1"}}, {"pk": 1}, {"publish": {"BOOL": True}}], ids=str)
def test_a_record_that_is_nothing_of_ours_leaves_its_neighbours_alone(place: Place, image: dict[str, Any]) -> None:
    records = place.records(place.commit(event("birthday_due"), event("birthday_due")))
    records.insert(1, relaying.record(image))
    assert hand_over(*records) == []
    assert place.consume()["outreach"].total() == 2


def test_an_event_that_lacks_its_message_is_refused_and_not_put_on_the_bus(place: Place, errors: list[Any]) -> None:
    places = place.commit(event("message_queued", data={"fact": 1}), event("birthday_due"))
    assert hand_over(*place.records(places)) == []
    assert place.consume()["bus"] == Counter([event_id(places[1])])
    assert place.pending() == [event_id(places[0])]
    assert len(errors) == 1


def answering(monkeypatch: pytest.MonkeyPatch, operation: str, answer: Any) -> None:
    """Let one operation answer so, without reaching the service; what raises is raised."""
    real = BaseClient._make_api_call

    def call(client: Any, name: str, arguments: Any) -> Any:
        if name != operation:
            return real(client, name, arguments)
        return answer(lambda changed=arguments: real(client, name, changed), arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)


def test_the_first_message_that_a_queue_did_not_take_is_reported(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven of the ten entries reach the queue, as SQS answers a batch that it took in part."""

    def in_part(send: Any, arguments: Any) -> Any:
        kept = [each for each in arguments["Entries"] if each["Id"] not in ("3", "5", "8")]
        answer = send({**arguments, "Entries": kept})
        failed = [{"Id": each, "Code": "InternalError", "SenderFault": False} for each in ("8", "3", "5")]
        return {**answer, "Failed": failed}

    places = place.commit(*(event("birthday_due") for _ in range(10)))
    records = place.records(places)
    with monkeypatch.context() as patch:
        answering(patch, "SendMessageBatch", in_part)
        assert hand_over(*records) == [numbers(records)[3]]
    found = [event_id(key) for key in places]
    late = {found[n] for n in (3, 5, 8)}
    first = place.consume()
    assert set(first["outreach"]) == set(first["bus"]) == set(found) - late
    assert set(place.pending()) == late
    assert hand_over(*records[3:]) == []
    second = place.consume()
    assert set(second["outreach"]) == set(second["bus"]) == set(found[3:])
    assert place.pending() == []


def test_what_the_bus_did_not_take_waits_for_the_sweep_and_holds_no_queue_up(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_part(put: Any, arguments: Any) -> Any:
        answer = put({"Entries": arguments["Entries"][:1]})
        return {"FailedEntryCount": 2, "Entries": [*answer["Entries"], *[{"ErrorCode": "ThrottlingException"}] * 2]}

    places = place.commit(*(event("birthday_due") for _ in range(3)))
    with monkeypatch.context() as patch:
        answering(patch, "PutEvents", in_part)
        assert hand_over(*place.records(places)) == []
    told, found = place.consume(), [event_id(key) for key in places]
    assert told["outreach"] == Counter(found)
    assert told["bus"] == Counter(found[:1])
    assert sorted(place.pending()) == sorted(found[1:])


def throttled(operation: str) -> Any:
    def refuse(_send: Any, _arguments: Any) -> Any:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, operation)

    return refuse


@pytest.mark.parametrize(
    ("operation", "reported", "queued"),
    [("SendMessageBatch", [0], 0), ("PutEvents", [], 3), ("UpdateItem", [], 3)],
)
def test_a_service_that_is_throttled(
    place: Place, monkeypatch: pytest.MonkeyPatch, operation: str, reported: list[int], queued: int
) -> None:
    """Only what did not reach its queue comes again by the stream; nothing leaves the index meanwhile."""
    places = place.commit(*(event("birthday_due") for _ in range(3)))
    records = place.records(places)
    with monkeypatch.context() as patch:
        answering(patch, operation, throttled(operation))
        assert hand_over(*records) == [numbers(records)[n] for n in reported]
    assert place.consume()["outreach"].total() == queued
    assert len(place.pending()) == 3
    assert hand_over(*records) == []
    assert place.pending() == []


def test_an_event_that_another_transaction_holds_stays_pending(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_send: Any, _arguments: Any) -> Any:
        raise ClientError({"Error": {"Code": "TransactionConflictException"}}, "UpdateItem")

    places = place.commit(event("birthday_due"))
    with monkeypatch.context() as patch:
        answering(patch, "UpdateItem", refuse)
        assert hand_over(*place.records(places)) == []
    assert place.pending() == [event_id(places[0])]


def test_a_role_that_may_not_write_is_no_passing_trouble(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_send: Any, _arguments: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "UpdateItem")

    places = place.commit(event("birthday_due"))
    answering(monkeypatch, "UpdateItem", refuse)
    with pytest.raises(ClientError):
        hand_over(*place.records(places))


def test_what_a_hundred_events_cost(place: Place) -> None:
    """Ten events a call for queue and bus, one update each: a hundred events take 120 calls, and no read."""
    from tests.support.faults import injected

    places = [key for _ in range(4) for key in place.commit(*(event("birthday_due") for _ in range(25)))]
    records = place.records(places)
    with injected() as watch:
        assert hand_over(*records) == []
    assert Counter(watch.calls) == {"SendMessageBatch": 10, "PutEvents": 10, "UpdateItem": 100}


def test_the_wiring_names_the_queues_and_the_bus(deployment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib import config

    told = {"FACET_OUTREACH_QUEUE_URL": "o", "FACET_SENDING_QUEUE_URL": "s", "FACET_BUS": "b"}
    told["FACET_IMPORT_QUEUE_URL"] = "j"
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(relay, "settings", config.settings.__wrapped__)
    exits: Any = relay.exits.__wrapped__()
    assert {name: queue._url for name, queue in exits.queues.items()} == {"outreach": "o", "sending": "s", "jobs": "j"}
    assert exits.bus._name == "b"
