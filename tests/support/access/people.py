"""People with any roles together, with none, and those who may not sign in any more."""

import json
from collections.abc import Mapping
from datetime import timedelta
from itertools import chain, combinations
from typing import Any

from app import app
from chalicelib.domain.permissions import ROLES
from chalicelib.domain.staff.directory import user_id_of
from chalicelib.wiring import shop as reference_data
from tests.support.api import Api, Reply, event
from tests.support.world import World, environment, pool
from tests.support.world.arrangement import made
from tests.support.world.requests import Request

Roles = tuple[str, ...]
MINUTE = timedelta(minutes=1)


def together(most: int = len(ROLES)) -> list[Roles]:
    """Every set of so many roles at most that a person can have, the empty one first."""
    return list(chain.from_iterable(combinations(ROLES, many) for many in range(most + 1)))


class Staff:
    """The shop's people and a few more; each test begins at the same moment, with all of them in the directory."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.reset()
        self.subjects: dict[Roles, str] = {}
        for roles in together():
            self.subjects[roles] = environment.make_person(f"with-{'-'.join(roles) or 'no'}-role", *roles)
            Api(self.token(roles)).get("/v1/me")  # the first request of a person writes them into the directory
        self._begin()

    def _begin(self) -> None:
        """The next whole minute: what was refused until now is in another one."""
        self._start = self.world.clock.now.replace(second=0, microsecond=0) + MINUTE
        self._kept = self.world.cloud.snapshot()

    def reset(self) -> None:
        """Let everything be as it was; the process knows nothing."""
        self.world.cloud.restore(self._kept)
        self.world.clock.set(self._start)
        reference_data.forget()

    def token(self, roles: Roles) -> str:
        """An access token of the person with these roles."""
        return pool.token(self.subjects[roles], *roles)

    def fresh_token(self, roles: Roles, groups: Any) -> str:
        """A token of the person with these roles that was given out this second, with other groups in it."""
        said = {"cognito:groups": groups, "iat": int(self.world.clock.now.timestamp())}
        return pool.signed(pool.claims(self.subjects[roles], **said))

    def user_id(self, roles: Roles) -> str:
        """The id of the person with these roles."""
        return user_id_of(self.subjects[roles])

    @property
    def _chief(self) -> Api:
        return Api(self.token(ROLES))

    def change(self, roles: Roles, fields: Mapping[str, Any]) -> None:
        """What an admin changes of the person with these roles."""
        made(self._chief.patch(f"/v1/users/{self.user_id(roles)}", dict(fields)))

    def sign_out(self, roles: Roles) -> None:
        """An admin withdraws the person's tokens."""
        made(self._chief.post(f"/v1/users/{self.user_id(roles)}/sign-out"))


def send(request: Request, token: str | None, **headers: str) -> Reply:
    """The request with this token, and with headers that replace its own."""
    sent = {**request.headers, **headers}
    return Api(token)(request.method, request.path, request.body, raw=request.raw, **sent)


def twice(request: Request, said: list[str]) -> Reply:
    """The request with a line `Authorization` for each token, as API Gateway hands it on."""
    given = event(request.method, request.path, dict(request.headers), json.dumps(request.body))
    given["headers"]["Authorization"] = f"Bearer {said[-1]}"
    given["multiValueHeaders"] = {
        **{name: [value] for name, value in request.headers.items()},
        "Authorization": [f"Bearer {said[0]}"],
        "authorization": [f"Bearer {token}" for token in said[1:]],
    }
    answer = app(given, None)
    return Reply(answer["statusCode"], answer["headers"], answer["body"])
