"""What every operation takes of the table, measured in the made-up shop: each route, consumer, tick and job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.wiring import clients
from infra import schedules
from infra.stages import stage
from infra.template import final
from tests.infra.conftest import whole
from tests.support.meter import Meter, Spent, item_size
from tests.support.world import World, delivery, opened
from tests.support.world.environment import TABLE
from tools import costs_page
from tools.reckoning import Taken

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "costs.md"
OVERHEAD = 100  # bytes that DynamoDB counts for each item, beside what is in it
LIST = "external_id,given_name,family_name,phone\n" + "".join(
    f"C-{n},Asha,Person {chr(97 + n // 26)}{chr(97 + n % 26)},+9198{n:08}\n" for n in range(100)
)


JOBS = (
    ("run for duplicates", "/v1/duplicates/runs", None),
    ("look over contact details", "/v1/contact-checks", None),
    ("export of customers", "/v1/exports", {"format": "csv"}),
)


def taken(calls: list[Spent], events: int = 0) -> Taken:
    """Calls as the page shows them."""
    counted = Counter(call.operation for call in calls)
    named = " + ".join(f"{number} {name}" for name, number in counted.items()) or "none"
    return Taken(named, sum(call.read_units for call in calls), sum(call.write_units for call in calls), events)


class Measuring:
    """Runs operations in the made-up shop and remembers what each took."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.found: dict[str, Taken] = {}

    def all(self) -> dict[str, Taken]:
        """Every route, and every step behind them."""
        for route in sorted(ENDPOINTS):
            self.found[route] = max((self._route(each) for each in self.world.requests(route)), key=_weight)
        for step in (self._birthday, self._ticks, self._hundred):
            self.world.reset()
            step()
        return self.found

    def sizes(self) -> dict[str, float]:
        """Bytes of a new customer and of a note, with entries, events and audit."""
        self.world.reset()
        made = self._grown(lambda: self.world.send(self.world.request("POST /v1/customers")))
        note = self._grown(lambda: self.world.send(self.world.request("POST /v1/customers/{customer_id}/notes")))
        return {"customer": made, "note": note}

    def _grown(self, do: Callable[[], Any]) -> float:
        self.world.reset()
        before = self.world.cloud.items(TABLE)
        do()
        after = self.world.cloud.items(TABLE)
        return sum(OVERHEAD + item_size(item) for key, item in after.items() if key not in before)

    def _route(self, request: Any) -> Taken:
        self.world.reset()
        with self._counting() as calls:
            self.world.send(request)
        return taken(calls, self._published())

    def _published(self) -> int:
        """How many events are to be relayed now."""
        new = [record for record in self.world.cloud.take_stream() if record["eventName"] == "INSERT"]
        return sum(record["dynamodb"]["NewImage"].get("publish") == {"BOOL": True} for record in new)

    @contextmanager
    def _counting(self) -> Iterator[list[Spent]]:
        calls: list[Spent] = []
        with Meter(clients.dynamodb()) as meter:
            yield calls
        calls += meter.all_calls

    def _note(self, name: str, do: Callable[[], Any]) -> None:
        with self._counting() as calls:
            do()
        self.found[name] = taken(calls)

    def _birthday(self) -> None:
        """From the morning of a birthday to what SES tells of the mail."""
        world, sales = self.world, self.world.api("sales")
        fields = {"given_name": "Ila", "birthday": "1990-11-24", "emails": [{"address": "ila@shop.example"}]}
        customer_id = sales.post("/v1/customers", fields).json["id"]
        word = {"channel": "email", "purpose": "birthday", "granted": True, "source": "in_store"}
        sales.post(f"/v1/customers/{customer_id}/consents", word)
        world.deliver()
        world.pass_time(timedelta(days=1))
        self._note("birthday of a customer", lambda: world.sweep("birthdays"))
        self._note("relay an event", lambda: delivery.relay(world.cloud))
        self._note("plan a birthday message", lambda: delivery.work_off(world.cloud, "outreach"))
        delivery.relay(world.cloud)
        self._note("send a mail", lambda: delivery.work_off(world.cloud, "sending"))
        self._note("take in what SES tells", lambda: _told(world))
        self.found["birthday of a customer"] = _with_events(self.found["birthday of a customer"], 1)
        self.found["plan a birthday message"] = _with_events(self.found["plan a birthday message"], 1)

    def _ticks(self) -> None:
        """Each schedule when there is nothing to do: its third turn, after two that left nothing."""
        for each in schedules.definitions():
            name = each["input"]["sweep"]
            for _ in range(2):
                delivery.call(each["target"], each["input"])
                self.world.deliver()
            self.world.pass_time(timedelta(minutes=15))
            self._note(f"tick of {name}", lambda each=each: delivery.call(each["target"], each["input"]))  # type: ignore[misc]
            self.world.deliver()

    def _hundred(self) -> None:
        """Jobs over the few customers of the made-up shop, and what a hundred more add to each."""
        few = self._jobs()
        self.world.reset()
        body = {"kind": "customers", "format": "csv", "file_name": "list.csv"}
        self.world.upload(self.world.api("manager").post("/v1/imports", body).json["upload"], LIST)
        self.found["import of 100 new customers"] = taken(self._job())
        self.world.pass_time(timedelta(days=1))
        for name, calls in self._jobs().items():
            self.found[name] = taken(few[name])
            self.found[f"{name}: each 100 customers"] = more(taken(calls), taken(few[name]), calls, few[name])

    def _jobs(self) -> dict[str, list[Spent]]:
        found = {}
        for name, route, body in JOBS:
            reply = self.world.api("manager").post(route, body)
            assert reply.status < 300, reply.text
            found[name] = self._job()
        return found

    def _job(self) -> list[Spent]:
        delivery.relay(self.world.cloud)
        with self._counting() as calls:
            worked = delivery.work_off(self.world.cloud, "imports")
        assert worked, "no job was waiting"
        self.world.deliver()
        return calls


def more(large: Taken, small: Taken, calls: list[Spent], few: list[Spent]) -> Taken:
    """What the larger one takes beyond the smaller one."""
    counted = Counter(call.operation for call in calls)
    counted.subtract(call.operation for call in few)
    named = " + ".join(f"{number} {name}" for name, number in counted.items() if number > 0) or "none"
    return Taken(named, large.reads - small.reads, large.writes - small.writes)


def _told(world: World) -> None:
    from tests.support.recorded import told_by_ses

    told_by_ses(world, world.cloud.mails[-1], "Delivery")


def _with_events(found: Taken, events: int) -> Taken:
    return Taken(found.calls, found.reads, found.writes, events)


def _weight(found: Taken) -> float:
    """How dear it is: a write unit costs five times a read unit."""
    return found.reads + 5 * found.writes


def resources() -> dict[str, Any]:
    """The template of a shop."""
    return dict(final(whole(), stage("prod"))["Resources"])


def main() -> None:
    """Write docs/costs.md anew."""
    with opened() as world:
        measuring = Measuring(world)
        page = costs_page.render(measuring.all(), measuring.sizes(), resources())
    PAGE.write_text(page)
    print(f"{PAGE.relative_to(ROOT)} is written.")  # noqa: T201 -- what `make costs` says


if __name__ == "__main__":
    main()
