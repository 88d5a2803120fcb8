"""What is under way after a request: every call of a function that AWS would make, each with the shop as it is then.

    for scene in after(world, "POST /v1/messages"): ...   # the relay, then the sender, ...

The functions and their queues are read from the template (tests/support/world/delivery.py). A sweep is a call, too: of
the next morning.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.interleaving.commands import Command, of_request
from tests.support.interleaving.stage import Stage
from tests.support.memory.sqs import Message
from tests.support.world import World, delivery
from tests.support.world.environment import QUEUES
from tests.support.world.requests import Request

ROUNDS = 4
MORNING = timedelta(hours=20)
SWEEPS = ("birthdays", "contact-checks", "duplicates", "follow-ups", "index", "pending", "seal")


@dataclass(frozen=True)
class Scene:
    """A function that is about to be called; `stage` is the shop at that moment."""

    name: str
    stage: Stage
    command: Command


def after(world: World, request: Request) -> Iterator[Scene]:
    """Every call of a function that the request leads to, until nothing is under way."""
    world.reset()
    of_request(request).run(world)
    yield from _under_way(world, request.route)


def sweep(world: World, name: str) -> Iterator[Scene]:
    """A sweep of the next morning, and the calls it leads to. Time stands still: it is too far from the beginning."""
    world.reset()
    world.pass_time(MORNING)
    command, stage = Command(f"sweep {name}", lambda world: world.sweep(name), tells=False), Stage(world, frozen=True)
    yield Scene(command.name, stage, command)
    stage.back()
    world.sweep(name)
    for scene in _under_way(world, command.name):
        scene.stage.frozen = True
        yield scene


def _under_way(world: World, what: str) -> Iterator[Scene]:
    for number in range(ROUNDS):
        before = world.cloud.position
        records = world.cloud.take_stream()
        if records:
            yield from _called(world, f"relay {number} after {what}", "Relay", {"Records": records}, ())
        for queue in QUEUES:
            yield from _queued(world, queue, f"{number} after {what}")
        if world.cloud.position == before:
            return


def _queued(world: World, queue: str, when: str) -> Iterator[Scene]:
    messages = world.cloud.take_messages(QUEUES[queue])
    size = 1 if queue == "imports" else delivery.BATCH
    for start in range(0, len(messages), size):
        batch = messages[start : start + size]
        event = delivery.sqs_event(batch, queue)
        yield from _called(world, f"{queue} {when}", delivery.function_of(queue), event, batch)


def _called(
    world: World, name: str, function: str, event: Mapping[str, Any], batch: Sequence[Message]
) -> Iterator[Scene]:
    """The scene; then the call is made, and the next scene comes after it."""

    def run(world: World) -> Any:
        answer = delivery.call(function, event)
        again = delivery.failed(answer)
        for message in batch:
            if message.id in again:
                world.cloud.put_back(_url(event), message)
        return answer

    command = Command(name, run, tells=False)
    stage = Stage(world)
    yield Scene(name, stage, command)
    stage.back()
    run(world)


def _url(event: Mapping[str, Any]) -> str:
    return QUEUES[event["Records"][0]["eventSourceARN"].rpartition("-")[2]]
