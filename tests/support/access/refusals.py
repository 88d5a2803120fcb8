"""What a refusal is, and what it may leave behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.api import Reply
from tests.support.faults import Injector, injected
from tests.support.world import World, environment

FORBIDDEN = {
    "type": "about:blank",
    "title": "Not allowed",
    "status": 403,
    "detail": "Your role does not allow this.",
    "code": "role",
}


@contextmanager
def unmoved(world: World) -> Iterator[Injector]:
    """Nothing is written meanwhile, in no service. Gives what was asked of AWS.

    Raises:
        AssertionError: something was.
    """
    position = world.cloud.position
    with injected() as watch:
        yield watch
    assert world.cloud.position == position, f"something was written: {watch.calls}"


def check_unauthorized(reply: Reply, code: str | None = None) -> None:
    """A refusal of somebody whom nobody knows.

    Raises:
        AssertionError: it is something else.
    """
    assert reply.status == 401, reply.text
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert reply.headers["Content-Type"] == "application/problem+json"
    said = reply.json
    assert (said["status"], code or said["code"]) == (401, said["code"]), reply.text
    assert set(said) == {"type", "title", "status", "detail", "code", "instance"}


def check_forbidden(reply: Reply) -> None:
    """A refusal of somebody for their roles: it says the same whatever was asked for.

    Raises:
        AssertionError: it is something else, or tells more.
    """
    assert reply.status == 403, f"{reply.status} {reply.text}"
    instance = f"urn:facet:request:{reply.headers['X-Request-Id']}"
    assert reply.json == {**FORBIDDEN, "instance": instance}, reply.text


@contextmanager
def one_entry(world: World, **expected: Any) -> Iterator[None]:
    """Exactly one audit entry is written meanwhile, of a refusal that says what is expected, and nothing else.

    Raises:
        AssertionError: more, less, or something else is.
    """
    before, position = world.items(), world.cloud.position
    yield
    after = world.items()
    new = [after[key] for key in after.keys() - before.keys()]
    assert [entry["pk"].partition("#")[0] for entry in new] == ["AUDIT"], new
    said = {name: new[0][name] for name in new[0] if name not in ("pk", "sk", "at", "request_id", "source_ip")}
    assert said == {"action": "refused", **expected}, said
    assert world.cloud.position == position + 1, "something else was written"


def table_of(world: World) -> dict[tuple[str, str], Any]:
    """Every item as the store has it."""
    return world.cloud.items(environment.TABLE)
