"""The week itself: one step after the other, drawn from the seed."""

import hashlib
import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from chalicelib.repos import keys
from tests.support import history_invariants, invariants
from tests.support.shop_week import house, monotonic, providers
from tests.support.shop_week.asking import Asked, Attempt, People
from tests.support.shop_week.ledger import Ledger
from tests.support.shop_week.traffic import Traffic
from tests.support.shop_week.varied import Records, fresh_words
from tests.support.shop_week.watch import Watch
from tests.support.shop_week.weather import Weather
from tests.support.world import environment
from tests.support.world.environment import QUEUES, TABLE

SKEW = 15 * 60
LOOK_EVERY = 30
SWEEPS: tuple[str, ...] = tuple(
    sorted(json.loads(path.read_text())["input"]["sweep"] for path in Path("schedules").glob("*.json"))
)
OFTEN = {"pending": 6, "birthdays": 6, "follow-ups": 2}
# What happens, and how often in a hundred.
HAPPENINGS = {
    "ask": 46,
    "relay": 12,
    "queue": 18,
    "sweep": 9,
    "upload": 3,
    "provider": 6,
    "text": 2,
    "restart": 2,
    "lag": 1,
    "expire": 1,
}


class Week:
    """One week of one shop."""

    def __init__(self, found: house.House, chance: random.Random, seed: int) -> None:
        shop = self.shop = found.shop
        self.chance, self.seed = chance, seed
        self.records = Records(shop.cloud.items(TABLE), shop.cloud.dynamodb.tables[TABLE].get)
        self.weather, self.ledger, self.watch = Weather(chance), Ledger(), Watch(shop.cloud)
        self.people = People(chance, found, self.records, seed)
        self.traffic = Traffic(chance, shop.cloud, self.by_own_clock)
        self.providers = providers.Providers(chance, shop.cloud)
        self.skews = {
            name: chance.uniform(-SKEW, SKEW) for name in ("Http", "Relay", "Worker", "Sender", "Sweeps", "Imports")
        }
        self.journal: list[str] = []
        self.number = 0
        self.staffed = shop.clock.now

    def by_own_clock(self, process: str, action: Callable[[], Any]) -> Any:
        """Let a process run by its own clock, which is off by up to a quarter of an hour."""
        skew = timedelta(seconds=self.skews[process])
        monotonic.now.skew = skew.total_seconds()
        self.shop.clock.move(skew)
        self.weather.near = True
        try:
            return action()
        finally:
            self.weather.near = False
            self.shop.clock.move(-skew)
            monotonic.now.skew = 0.0

    def step(self) -> None:
        """Something happens, and is judged."""
        self.number += 1
        self._time_passes()
        self.weather.bad = self.chance.random() < 0.5
        what = self.chance.choices(list(HAPPENINGS), list(HAPPENINGS.values()))[0]
        told: str = getattr(self, f"_{what}")()
        self.weather.bad = False
        self._after(f"{what} {told}")

    def _time_passes(self) -> None:
        kind = self.chance.random()
        if kind < 0.75:
            seconds = self.chance.uniform(1, 600)
        elif kind < 0.96:
            seconds = self.chance.uniform(600, 6 * 3600)
        else:
            seconds = self.chance.uniform(6 * 3600, 30 * 3600)
        self.shop.clock.move(timedelta(seconds=round(seconds, 3)))

    def _after(self, told: str) -> None:
        for change in self.watch.look():
            self.records.learn(change.place)
            if change.place[0] == keys.STAFF:
                self.staffed = self.shop.clock.now
        self.providers.notice(self.shop.clock.now.timestamp())
        self.journal.append(f"{self.number} {self.shop.clock.now.isoformat()} {told} {self.shop.cloud.position}")
        if self.number % LOOK_EVERY == 0:
            self.check()

    def _ask(self, route: str = "") -> str:
        asked = self.people.next(self.number, route)
        # A process may know its staff as they were half a minute ago.
        settled = self.shop.clock.now - self.staffed > timedelta(minutes=2)
        may = self.people.may(asked) if settled else None
        while True:
            self._attempt(asked)
            if not self.people.goes_on(asked):
                break
            self.shop.clock.move(timedelta(seconds=self.chance.choice((1, 20, 400))))
        self.ledger.judge(asked, self.shop.cloud.changes)
        if may is False and asked.status is not None and asked.status < 400:
            self.ledger.wrong.append(f"{asked.who} may not, and {asked.request.route} answered {asked.status}")
        self.ledger.remember(asked, fresh_words(asked.request.body, self.number))
        if asked.request.route == "POST /v1/imports" and asked.status == 201 and asked.reply and asked.writes:
            self.traffic.forms.append(asked.reply.json["upload"])
        return f"{asked.who} {asked.request.method} {asked.request.path} {asked.status}"

    def _attempt(self, asked: Asked) -> None:
        cloud, number = self.shop.cloud, len(asked.attempts)
        changes, position, struck = len(cloud.changes), cloud.position, self.weather.strikes
        request_id = f"week-{self.number}-{number}"
        reply = self.by_own_clock("Http", lambda: self.people.send(asked, request_id))
        if reply is None:
            environment.restart()
        grown, struck = cloud.position - position, self.weather.strikes - struck
        asked.attempts.append(Attempt(request_id, reply, changes, len(cloud.changes), grown, struck))

    def _relay(self) -> str:
        self.traffic.relay()
        return ""

    def _queue(self) -> str:
        waiting = [each for each in QUEUES if self.shop.cloud.queues[QUEUES[each]]]
        name = self.chance.choice(waiting or list(QUEUES))
        return f"{name} {self.traffic.queue(name)}"

    def _sweep(self) -> str:
        name = self.chance.choices(SWEEPS, [OFTEN.get(each, 1) for each in SWEEPS])[0]
        for _ in range(2 if self.chance.random() < 0.15 else 1):
            self.traffic.sweep(name)
        return name

    def _upload(self) -> str:
        told = "" if self.traffic.forms and self.chance.random() < 0.5 else self._ask("POST /v1/imports")
        self.traffic.upload()
        return told

    def _provider(self) -> str:
        now = self.shop.clock.now.timestamp()
        told = self.providers.due(now)
        if told:
            again = self.traffic.provider(told)
            self.providers.under_way += [(now + 400, each) for each in again]
        return str(len(told))

    def _text(self) -> str:
        now = self.shop.clock.now.timestamp()
        envelope = self.providers.text(now)
        again = self.traffic.provider([envelope, envelope] if self.chance.random() < 0.2 else [envelope])
        self.providers.under_way += [(now + 400, each) for each in again]
        return ""

    def _restart(self) -> str:
        environment.restart()
        return ""

    def _lag(self) -> str:
        self.shop.cloud.index_lags = not self.shop.cloud.index_lags
        return str(self.shop.cloud.index_lags)

    def _expire(self) -> str:
        late = self.chance.choice((0, 3600, 48 * 3600))
        return str(self.shop.cloud.expire(self.shop.clock.now.timestamp() - late))

    def end(self) -> None:
        """The storm is over: everything that is under way comes to rest."""
        self.weather.bad = False
        self.shop.cloud.index_lags = False
        self.skews = dict.fromkeys(self.skews, 0.0)
        for _ in range(40):
            position = self.shop.cloud.position
            self.traffic.relay(calm=True)
            while any(self.traffic.queue(name, calm=True) for name in QUEUES):
                self.watch.look()
            while told := self.providers.due(0, all_of_them=True):
                self.traffic.provider(told)
            self.traffic.sweep("pending")
            self.watch.look()
            self.providers.notice(self.shop.clock.now.timestamp())
            self.shop.clock.move(timedelta(minutes=20))
            if self.shop.cloud.position == position and not any(self.shop.cloud.queues[url] for url in QUEUES.values()):
                break
        else:
            self.ledger.wrong.append("what is under way does not come to rest")
        self.check()
        self._at_rest()

    def _at_rest(self) -> None:
        """Everything was relayed, and what was made is there."""
        items = self.shop.cloud.items(TABLE)
        waiting = [place for place, item in items.items() if "pending_pk" in item]
        if waiting:
            self.ledger.wrong.append(f"never relayed: {waiting[:3]}")
        self.ledger.kept(items)
        self.watch.settled(items)

    def check(self) -> None:
        """Look at the whole table."""
        try:
            invariants.check(self.shop.table)
            history_invariants.check(self.shop.table)
        except AssertionError as defect:
            self.ledger.wrong.append(f"after step {self.number}: {str(defect)[:600]}")

    @property
    def wrong(self) -> list[str]:
        """All that does not hold."""
        return [*self.ledger.wrong, *self.watch.wrong]

    def digest(self) -> str:
        """The same for the same week."""
        state = sorted(
            (place, json.dumps(item, sort_keys=True)) for place, item in self.shop.cloud.items(TABLE).items()
        )
        return hashlib.sha256(repr((self.journal, state)).encode("utf-8", "surrogatepass")).hexdigest()
