"""Every sweep with something to do, brought by its schedule."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import get_args

from chalicelib.domain.sweeps.model import INDEX
from chalicelib.handlers.sweeps_schedule import Asked
from chalicelib.repos import keys
from chalicelib.repos.messages import MessageWriter
from tests.support.faulting.functions import Arrangement
from tests.support.faulting.letters import waiting
from tests.support.faulting.mornings import MORNING, NIGHT, born, next_morning
from tests.support.faulting.play import QUARTER, Play
from tests.support.sending import ids_at
from tests.support.work import a_transaction
from tests.support.world import World
from tests.support.world.arrangement import made
from tests.support.world.environment import TABLE

NAMES: tuple[str, ...] = get_args(Asked.model_fields["sweep"].annotation)


def _nothing_is_whole(world: World) -> None:
    """A customer whom an earlier version wrote: the entries for birthdays are missing, and so is what says they are."""
    customer_id = born(world, 0)
    world.deliver()
    for pk, sk in world.cloud.items(TABLE):
        if (pk.startswith("BIRTHDAYS#") and customer_id in sk) or keys.Key(pk, sk) == keys.sweep_state(INDEX):
            world.table.send("delete_item", Key={"pk": {"S": pk}, "sk": {"S": sk}})
    world.clock.set(MORNING)


def _left_behind(world: World) -> None:
    """Events that no stream brought, a message whose sender died, and one that the queue has lost."""
    customer_id = world.records["cus"][0]
    past = ids_at(world.clock.now - timedelta(minutes=1))
    dead = waiting(world, customer_id, "email", "birthday")
    work = a_transaction()
    after = dead.moved("sending", past, claim="dead", claimed_until=past, check_at=past)
    MessageWriter(work).change(dead, after)
    work.commit()
    waiting(world, customer_id, "sms", "service")
    made(world.api("sales").post(f"/v1/customers/{customer_id}/notes", {"text": "Likes opals"}))
    world.cloud.take_stream()
    world.pass_time(timedelta(minutes=2))


def _two_days_to_seal(world: World) -> None:
    """The first day of all, and one that follows it."""
    next_morning(world)
    world.sweep("birthdays")
    world.deliver()
    world.clock.set(NIGHT + timedelta(days=1))


def _ticks(name: str, play: Play) -> None:
    """What the schedule starts, and a quarter of an hour later again, and again; the first tick is looked at."""
    play.tick(name)
    play.watches = False
    for _ in range(2):
        play.world.clock.move(QUARTER)
        play.tick(name)
    play.to_rest()


PREPARE: dict[str, Callable[[World], None]] = {
    "birthdays": next_morning,
    "contact-checks": next_morning,
    "duplicates": next_morning,
    "follow-ups": next_morning,
    "index": _nothing_is_whole,
    "pending": _left_behind,
    "seal": _two_days_to_seal,
}


def prepared(name: str) -> Callable[[World], None]:
    """What leaves a sweep something to do.

    Raises:
        AssertionError: nobody has said what.
    """
    if name not in PREPARE:
        raise AssertionError(f"tests/support/faulting/sweeps.py does not say what the sweep `{name}` needs: PREPARE.")
    return PREPARE[name]


# The record of a day says what its last run did, and a message remembers the request that brought it to the queue.
LOOSE = r'"(?:already_done|appended)": {"N": "\d+"}, |(?<="req_)[^"]+'
SWEEPS = tuple(Arrangement(name, "Sweeps", prepared(name), partial(_ticks, name), loose=LOOSE) for name in NAMES)
