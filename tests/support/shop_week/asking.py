"""People at the counter and customers with a link: they ask, and ask again when nobody answered."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.domain.permissions import PERMISSIONS
from chalicelib.domain.staff.directory import user_id_of
from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.repos import keys
from chalicelib.repos.table import decode
from tests.support.api import Api, Reply
from tests.support.faults import Died
from tests.support.shop_week.house import House
from tests.support.shop_week.varied import Records, varied
from tests.support.world import pool
from tests.support.world.environment import TABLE
from tests.support.world.requests import Request
from tests.support.world.shop import PEOPLE

ATTEMPTS = 4
STRIDE = 7  # of the routes from one week to the next, so that a few weeks come to all
DAY = 24 * 3600
# What customers are asked and told: where a word that comes in time decides.
WRITTEN_TO = (
    "POST /v1/messages",
    "POST /v1/messages",
    "POST /v1/customers/{customer_id}/consents",
    "POST /v1/unsubscribe",
)
WRITING = ("POST", "PUT", "PATCH", "DELETE")


@dataclass
class Attempt:
    """One sending of a request: its own id, and what was answered; None when the connection broke."""

    request_id: str
    reply: Reply | None
    first_change: int
    last_change: int
    grown: int
    struck: int


@dataclass
class Asked:
    """One request of one person, with all its attempts."""

    request: Request
    who: str | None
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.request.method in WRITING and "dry_run" not in self.request.query

    @property
    def reply(self) -> Reply | None:
        """The last answer."""
        return self.attempts[-1].reply

    @property
    def status(self) -> int | None:
        """Its status."""
        return self.reply.status if self.reply else None


class People:
    """Who asks; each has a token for the whole week until somebody signs them out."""

    def __init__(self, chance: random.Random, house: House, records: Records, seed: int) -> None:
        self._chance, self._house, self._records, self._turn = chance, house, records, seed * STRIDE
        self._tokens: dict[str, str] = {}
        self._renewed: set[str] = set()
        self.routes = [route for route in ENDPOINTS if route.partition(" ")[0] in WRITING]
        self._reads = [route for route in ENDPOINTS if route not in self.routes]

    def next(self, step: int, route: str = "") -> Asked:
        """What somebody asks now: of this route, or of any."""
        chance = self._chance
        route = route or (chance.choice(self._reads) if chance.random() < 0.15 else self._route())
        request = varied(chance, chance.choice(self._house.requests[route]), self._records, step)
        if ENDPOINTS[route].dry_run and chance.random() < 0.1:
            request = request.with_(query={**request.query, "dry_run": "true"})
        headers = dict(request.headers)
        if chance.random() < 0.15 and request.method == "PATCH":
            headers["If_Match"] = chance.choice(('"1"', '"2"'))
        if request.method in WRITING and ENDPOINTS[route].permission and chance.random() < 0.85:
            headers["Idempotency_Key"] = f"week-{step}"
        return Asked(request.with_(headers=headers), self._who(route))

    def _route(self) -> str:
        """In turn of any; else rather what customers and their history are about: that is what a day is."""
        drawn = self._chance.random()
        if drawn < 0.3:
            return self._chance.choice(WRITTEN_TO)
        if drawn < 0.65:
            self._turn += 1
            return self.routes[self._turn % len(self.routes)]
        daily = [route for route in self.routes if "/customers" in route or "/messages" in route]
        return self._chance.choice(daily)

    def _who(self, route: str) -> str | None:
        permission = ENDPOINTS[route].permission
        if permission is None or self._chance.random() < 0.03:
            return None
        able = [name for name, roles in PEOPLE.items() if name != "gone" and set(roles) & set(PERMISSIONS[permission])]
        return self._chance.choice(able if self._chance.random() < 0.88 else list(PEOPLE))

    def may(self, asked: Asked) -> bool:
        """Whether the table says that they may, whatever the app thinks."""
        permission = asked.request.endpoint.permission
        if permission is None:
            return True
        shop = self._house.shop
        place = keys.staff(user_id_of(shop.subjects[asked.who])) if asked.who else None
        member = shop.cloud.dynamodb.tables[TABLE].get(place) if place else None
        if member is None or member["disabled"]["BOOL"]:
            return False
        return bool(set(decode(member)["roles"]) & set(PERMISSIONS[permission]))

    def send(self, asked: Asked, request_id: str) -> Reply | None:
        """Send it once; None when the process died."""
        request = asked.request
        headers = {**request.headers, "X_Request_Id": request_id}
        api = Api(self._token(asked.who) if asked.who else None)
        try:
            return api(request.method, request.path, request.body, raw=request.raw, **headers)
        except Died:
            return None

    def goes_on(self, asked: Asked) -> bool:
        """Whether the caller sends it again: nobody answered, and doing it twice would do no harm."""
        status, request = asked.status, asked.request
        if status == 401 and asked.who and asked.who != "gone" and len(asked.attempts) == 1:
            self._tokens.pop(asked.who, None)  # signed out by an administrator: they sign in again
            return True
        unanswered = status is None or status >= 500
        harmless = request.method != "POST" or "Idempotency_Key" in request.headers
        return unanswered and harmless and len(asked.attempts) < ATTEMPTS and self._chance.random() < 0.85

    def _token(self, who: str) -> str:
        if who not in self._tokens:
            now, subject = int(self._house.shop.clock.now.timestamp()), self._house.shop.subjects[who]
            people = self._house.shop.cloud.cognito.people.values()
            groups = next(person.groups for person in people if person.subject == subject)  # as the pool has them now
            said = pool.claims(subject, *sorted(groups), iat=now - 3600, exp=now + 40 * DAY)
            if who in self._renewed:
                said["iat"] = now
            self._tokens[who] = pool.signed(said)
            self._renewed.add(who)
        return self._tokens[who]


def request_ids(asked: Asked) -> Sequence[str]:
    """The ids of all attempts."""
    return [attempt.request_id for attempt in asked.attempts]
