"""AWS between the functions, with its patience: streams, queues and schedules that try again, and dead letters.

How long and how often they try is read from the template and the schedules.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain.jobs.model import kind_of
from infra import messages as message_resources
from infra import queues as queue_resources
from tests.support.faulting.injector import Injector
from tests.support.faults import Died
from tests.support.world import World, delivery
from tests.support.world.environment import QUEUES

ROUNDS = 200
QUARTER = timedelta(minutes=15)
HALF_AN_HOUR = timedelta(minutes=30)
PROVIDER_EVENTS = message_resources.OF_PROVIDERS.removesuffix("Queue").lower()  # what providers tell comes through it
URLS = QUEUES
# Queues by the names that the template gives them.
NAMES = {"ImportQueue": "imports"}
SCHEDULES = Path(__file__).parents[3] / "schedules"


@cache
def template() -> Mapping[str, Any]:
    """The resources between the functions."""
    return {**queue_resources.resources("test"), **message_resources.resources("test")}


@cache
def sources() -> Mapping[str, Mapping[str, Any]]:
    """What feeds a function: name of the queue -> its own properties and those of its mapping."""
    found = {}
    for each in template().values():
        source = each["Properties"].get("EventSourceArn", {}).get("Fn::GetAtt", ("",))[0]
        if each["Type"] == "AWS::Lambda::EventSourceMapping" and source.endswith("Queue"):
            name = NAMES.get(source, source.removesuffix("Queue").lower())
            found[name] = {**template()[source]["Properties"], **each["Properties"]}
    return found


@cache
def schedules() -> Mapping[str, Mapping[str, Any]]:
    """Every schedule by its name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(SCHEDULES.glob("*.json"))}


class Play:
    """AWS, as the functions notice it. While `focus` works its calls are counted, and one of them fails."""

    def __init__(self, world: World, focus: str, injector: Injector) -> None:
        self.world, self._focus, self._injector = world, focus, injector
        self.dead: list[tuple[str, str]] = []
        self.seen: set[str] = set()
        self.watches = True

    def invoke(self, function: str, event: Mapping[str, Any]) -> tuple[bool, Any]:
        """Whether the function came to its end, and what it answered; a process that died is followed by a new one."""
        self.seen.add(f"function {function}")
        try:
            if function != self._focus or not self.watches:
                return True, delivery.call(function, event)
            with self._injector.watching():
                return True, delivery.call(function, event)
        except Died:
            self.world.restart()
            return False, None
        except Exception:  # noqa: BLE001 -- Lambda tells whoever called that it failed, whatever it was
            return False, None
        finally:
            self._is_over()

    def _is_over(self) -> None:
        """What struck is over when the attempt is, and the clock of the next process may be another one."""
        fault = self._injector.fault
        if self._injector.struck and fault is not None:
            self._injector.fault = None
            self.world.clock.move(fault.shift)

    # --- the stream -------------------------------------------------------------------------------------------------

    def stream(self) -> int:
        """Hand the events that came into the table to the relay; how many there were."""
        wanted = [record for record in self.world.cloud.take_stream() if _published(record)]
        for start in range(0, len(wanted), delivery.BATCH):
            self.relay(wanted[start : start + delivery.BATCH])
        return len(wanted)

    def relay(self, records: Sequence[Mapping[str, Any]]) -> None:
        """One batch, again from the record that failed, until it went through or is given up."""
        for _ in range(1 + template()["StreamMapping"]["Properties"]["MaximumRetryAttempts"]):
            ended, answer = self.invoke("Relay", {"Records": list(records)})
            failed = delivery.failed(answer)
            if ended and not failed:
                return
            numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
            records = records[min(map(numbers.index, failed), default=0) :]

    # --- queues -----------------------------------------------------------------------------------------------------

    def queue(self, name: str) -> int:
        """Hand what shows in a queue to its function; what failed shows again, five times. How many there were."""
        source = sources()[name]
        messages = self.world.cloud.take_messages(URLS[name])
        for start in range(0, len(messages), source["BatchSize"]):
            self.deliver(name, messages[start : start + source["BatchSize"]])
        return len(messages)

    def deliver(self, name: str, batch: Sequence[Any]) -> None:
        """One batch of a queue."""
        self.seen |= {f"queue {name}", *(fact for message in batch for fact in _facts(message.body))}
        event = delivery.sqs_event(batch, name)
        ended, answer = self.invoke(sources()[name]["FunctionName"]["Ref"], event)
        again = delivery.failed(answer) if ended else {message.id for message in batch}
        for message in batch:
            if message.id in again:
                self._back(name, message)

    def _back(self, name: str, message: Any) -> None:
        source = sources()[name]
        if message.received + 1 >= source["RedrivePolicy"]["maxReceiveCount"]:
            self.dead.append((name, message.body))
        else:
            self.world.cloud.put_back(URLS[name], message, source["VisibilityTimeout"])

    # --- time -------------------------------------------------------------------------------------------------------

    def tick(self, name: str) -> bool:
        """What a schedule starts, as often as it tries; whether it went well at last."""
        self.seen.add(f"sweep {name}")
        for _ in range(1 + schedules().get(name, {"retry": {"attempts": 3}})["retry"]["attempts"]):
            ended, _answer = self.invoke("Sweeps", {"sweep": name})
            if ended:
                return True
            self.world.clock.move(timedelta(seconds=60))
        return False

    def to_rest(self) -> None:
        """Everything that is under way, however long it takes.

        Raises:
            RuntimeError: it does not come to rest.
        """
        for _ in range(ROUNDS):
            if self.stream() + sum(self.queue(name) for name in sources()):
                continue
            shows = [each.visible_at for url in URLS.values() for each in self.world.cloud.queues.get(url, ())]
            if not shows:
                return
            self.world.clock.set(max(datetime.fromtimestamp(min(shows), UTC), self.world.clock.now))
        raise RuntimeError("what is under way does not come to rest")

    def afterwards(self) -> None:
        """An hour in which the sweep of every minute sees to what was left behind; nothing of it is counted."""
        self.watches = False
        for _ in range(2):
            self.world.clock.move(HALF_AN_HOUR)
            self.invoke("Sweeps", {"sweep": "pending"})
            self.to_rest()


def _published(record: Mapping[str, Any]) -> bool:
    """What the stream's filter lets through (infra/messages.py)."""
    image = record["dynamodb"].get("NewImage", {})
    return bool(record["eventName"] == "INSERT" and image.get("publish") == {"BOOL": True})


def _facts(text: str) -> set[str]:
    """What a message is about, as far as it can be read."""
    try:
        body = json.loads(text)
    except ValueError:
        return {"letter unreadable"}
    if "job_id" in body:
        return {f"job {kind_of(body['job_id'])}"}
    if "event" in body:
        return {f"event {body['event']['kind']}"}
    if body.get("Type") == "Notification":
        said = json.loads(body["Message"])
        return {f"provider {said.get('eventType', 'text')}"}
    return set()
