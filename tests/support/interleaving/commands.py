"""Requests, functions and sweeps as commands that can be run beside each other."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.api import Api, Reply
from tests.support.world import World
from tests.support.world.requests import Request


@dataclass(frozen=True)
class Command:
    """Something that is done in the shop; `name` tells it apart from all others."""

    name: str
    run: Callable[[World], Any]
    again: str = ""  # how to name it when it is played again
    tells: bool = True  # what is done in many transactions cannot tell one state of all it met


def of_request(request: Request, by: str | None = "", **headers: str) -> Command:
    """Somebody sends a request: one who may, or the person `by`."""

    def run(world: World) -> Reply:
        who = world.role_for(request.route) if by == "" else by
        api = Api(world.token(who) if who else None)
        return api(request.method, request.path, request.body, raw=request.raw, **request.headers, **headers)

    said = request.raw or ("" if request.body is None else json.dumps(request.body, ensure_ascii=False))
    name = " ".join(filter(None, (request.method, request.path, said, by or "", *headers.values())))
    return Command(name, run, tells="/sweeps/" not in request.path)


def told(outcome: Any) -> str:
    """What the caller of a command got to know."""
    if isinstance(outcome, Reply):
        shown = {name: value for name, value in outcome.headers.items() if name.lower() in ("etag", "location")}
        return json.dumps([outcome.status, shown, outcome.text])
    return repr(outcome) if isinstance(outcome, BaseException) else json.dumps(outcome, default=str)


NOTHING = Command("nothing", lambda _: None)


def busy(outcome: Any) -> bool:
    """Whether the caller was told that others were in the way, and to try again: nothing was done then."""
    return isinstance(outcome, Reply) and outcome.status == 409 and outcome.code == "busy"


def refused(outcome: Any) -> bool:
    """Whether the caller was told that what they asked does not fit what there is."""
    return isinstance(outcome, Reply) and outcome.status in (404, 409, 412)


def defect(outcome: Any) -> str | None:
    """What is wrong whatever else happened: the app's own failure, or an exception of no use to a caller."""
    if isinstance(outcome, Reply) and outcome.status >= 500:
        return f"{outcome.status} {outcome.text}"
    if isinstance(outcome, Exception) and type(outcome).__name__ not in ("SweepFailed", "Unavailable", "Busy"):
        return repr(outcome)
    if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
        return repr(outcome)
    return None
