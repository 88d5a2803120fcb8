"""The made-up shop with a marker in every text: planted by every route that takes a body, and what follows from it."""

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.wiring import shop as reference_data
from tests.support.access.markers import Plot, markers_in
from tests.support.world import World, delivery
from tests.support.world.arrangement import KINDS, made
from tests.support.world.environment import QUEUES
from tests.support.world.records import by_kind
from tests.support.world.requests import Request

SWEEPS = ("birthdays", "follow-ups", "contact-checks", "duplicates", "pending")
NEWEST = 3


def order(route: str) -> tuple[int, str]:
    """New records first, then what is changed of those that there are."""
    return (route.partition(" ")[0] != "POST", route)


class Planted:
    """The shop after planting, with what went over its queues and its bus meanwhile."""

    def __init__(self, world: World) -> None:
        self.world, self.plot = world, Plot(world)
        for route in ENDPOINTS:
            world.request(route)  # found before anything is changed
        world.reset()
        self.sent: list[str] = []
        for route in sorted(ENDPOINTS, key=order):
            if ENDPOINTS[route].body and not ENDPOINTS[route].raw:
                self.plot.plant(world.request(route))
        self._tags()
        self._colleagues_customer()
        self._import()
        self._work_off()
        self.records = by_kind([*world.items(), *world.items().values()])
        self._kept = world.cloud.snapshot()

    def reset(self) -> None:
        """Let it be as it was planted."""
        self.world.cloud.restore(self._kept)
        reference_data.forget()

    def _tags(self) -> None:
        """One of each visibility, on the customer whom the requests name."""
        names = ["VIP"]
        for visibility in ("everyone", "managers", "hidden"):
            request = self.world.request("POST /v1/tags").with_(body={"name": "x", "visibility": visibility})
            names.append(self.plot.plant(request, name=f"{visibility} tag").json["name"])
        put = self.world.request("PUT /v1/customers/{customer_id}/tags")
        made(self.world.send(put.with_(body={"tags": names}), "manager"))

    def _colleagues_customer(self) -> None:
        """A customer of ravi's, with a message from him and one to him."""
        body = {"given_name": "Devi", "emails": [{"address": "devi@shop.example"}], "source": "walk_in"}
        self.theirs = str(made(self.world.api("ravi").post("/v1/customers", body))["id"])
        me = made(self.world.api("ravi").get("/v1/me"))["id"]
        made(self.world.api("ravi").patch(f"/v1/customers/{self.theirs}", {"assignee": me}))
        message = {"customer_id": self.theirs, "channel": "email", "subject": "x", "text": "x"}
        for direction, extra in (("out", {}), ("in", {"direction": "in", "channel": "letter"})):
            request = Request("POST /v1/messages", body={**message, **extra})
            self.plot.plant(request, "ravi", f"a colleague's message {direction}")

    def _import(self) -> None:
        """A list with a row that is taken and one that is not."""
        good, bad = "mk99001", "mk99002"
        self.plot.origins |= {good: "a row of an import", bad: "a refused row of an import"}
        form = made(self.world.api("manager").post("/v1/imports", {"kind": "customers", "format": "csv"}))
        rows = f"given_name,phone\n{good},+919810700001\n{bad},{bad}\n"
        self.world.upload(form["upload"], rows)

    def _work_off(self) -> None:
        """What is under way, with a look at what is sent on the way; then the sweeps."""
        for sweep in ("", *SWEEPS):
            if sweep:
                self.world.sweep(sweep)
            self._look()
            while sum(self._watched()):
                pass

    def _watched(self) -> Iterator[int]:
        for step in delivery.steps(self.world.cloud):
            self._look()
            yield step

    def _look(self) -> None:
        bodies = [message.body for url in QUEUES.values() for message in self.world.cloud.queues[url]]
        self.sent += [str(body) for body in (*bodies, *self.world.cloud.events.accepted)]

    def requests(self, route: str) -> Iterator[Request]:
        """The route's request for its own record and for the newest ones that it can name, with long pages."""
        first = self.world.request(route)
        for request in (first, *self._of_others(first)):
            yield request.with_(query={**request.query, **self._long(route)})

    def _of_others(self, first: Request) -> Iterator[Request]:
        named = [name for name in first.parameters if name in KINDS]
        if len(named) == 1:
            known: Sequence[str] = self.records[KINDS[named[0]]]
            of_a_colleague = [each for each in known if each.endswith(self.theirs.removeprefix("cus_"))]
            for each in dict.fromkeys((*known[-NEWEST:], *of_a_colleague)):
                yield first.with_(parameters={**first.parameters, named[0]: each})

    def _long(self, route: str) -> dict[str, str]:
        return {"limit": "100"} if "limit" in ENDPOINTS[route].query.model_fields else {}

    def audit(self) -> set[str]:
        """Markers in what the seals of the audit cover, which is never erased."""
        return markers_in(*(item for key, item in self.world.items().items() if key[0].startswith("AUDIT#")))


Seen = dict[str, dict[str, set[str]]]


def note(seen: Seen, marker: str, who: str, where: Any) -> None:
    """Somebody saw a marker somewhere."""
    seen.setdefault(marker, {}).setdefault(who, set()).add(str(where))
