"""Fills the sample store over the HTTP API, as people at the counter would; once, at the first start.

Each request carries an Idempotency-Key of its own, and what depends on the day is counted from the day it began, so
a run that was interrupted goes on at the next start and makes nothing twice.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not this folder, whose names hide the library's

import http.client  # after the path is right
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from local.place import Place, Refusal, place, read_json, write_json
from local.processes import die_with_parent
from local.sample_people import LOCATIONS, MUMBAI, Person, people

_NOTES = (
    ("Prefers rose gold, budget 50-80k", "requirement"),
    ("Wears size 14; left hand a little smaller", "general"),
    ("Asked for the clasp of the pearl strand to be looked at", "service"),
    ("Loved the way the polki set was wrapped", "compliment"),
    ("Notices settings before stones", "observation"),
    ("The last repair took longer than promised", "complaint"),
)
_CALLS = (
    {"direction": "out", "duration_s": 240, "outcome": "Will come in on Saturday to see the new bangles"},
    {"direction": "in", "duration_s": 95, "outcome": "Asked whether the ring is ready"},
    {"direction": "out", "duration_s": 30, "outcome": "No answer, left a message"},
)
_INQUIRIES = (
    ("Do you have a mangalsutra in 18 carat, lighter than 12 grams?", "web"),
    ("Can my grandmother's bangles be remade into two?", "email"),
    ("Is the emerald ring from the window still there?", "web"),
)
_REMINDERS = (("follow_up_call", 1, "Call about the bangles"), ("new_arrival", 5, "New rubies from Mogok are in"))


_AGREED = (("email", "birthday"), ("email", "occasions"), ("sms", "birthday"))


class Till:
    """A connection to the API in one person's name."""

    def __init__(self, run: dict[str, Any], role: str) -> None:
        base = urlsplit(run["api"])
        self._path = base.path
        self._connection = http.client.HTTPConnection(base.hostname or "127.0.0.1", base.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {run['tokens'][role]}"}

    def send(self, method: str, path: str, body: object, key: str = "") -> dict[str, Any]:
        """The answer's body. Raises Refusal when it is not a 2xx."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = {**self._headers, "Content-Type": kind, **({"Idempotency-Key": f"sample-{key}"} if key else {})}
        try:
            self._connection.request(method, self._path + path, json.dumps(body).encode(), headers)
            response = self._connection.getresponse()
            answer = json.loads(response.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Refusal(f"The sample store is not complete: {method} {path} got no answer ({error}).") from error
        if not 200 <= response.status < 300:
            reason = answer.get("detail") or answer.get("title")
            raise Refusal(f"The sample store is not complete: {method} {path} was answered {response.status}, {reason}")
        made: dict[str, Any] = answer
        return made


def _shop(admin: Till) -> dict[str, str]:
    """Settings and locations; the ids of the locations by city."""
    admin.send("PATCH", "/settings", {"default_country": "IN", "currency": "INR"})
    ids = {}
    for location in LOCATIONS:
        shared = {"time_zone": "Asia/Kolkata", "country": "IN", "sender_name": "Facet Jewellers"}
        ids[location["city"]] = admin.send("POST", "/locations", {**shared, **location}, location["city"])["id"]
    admin.send("PATCH", "/settings", {"default_location": ids[MUMBAI]})
    return ids


def _events(sales: Till, number: int, customer: str, began: datetime) -> None:
    """What has happened with a customer so far: a few entries, different ones for different people."""
    path = f"/customers/{customer}"
    text, kind = _NOTES[number % len(_NOTES)]
    sales.send("POST", f"{path}/notes", {"text": text, "kind": kind}, f"note-{number}")
    if number % 2 == 0:
        sales.send("POST", f"{path}/calls", _CALLS[number // 2 % len(_CALLS)], f"call-{number}")
    if number % 5 == 0:
        question, channel = _INQUIRIES[number // 5 % len(_INQUIRIES)]
        sales.send("POST", f"{path}/inquiries", {"text": question, "channel": channel}, f"inquiry-{number}")
    if number % 4 == 0:
        kind, days, note = _REMINDERS[number // 4 % len(_REMINDERS)]
        due = (began + timedelta(days=days + number % 3)).strftime("%Y-%m-%dT%H:%M:%SZ")
        sales.send("POST", f"{path}/reminders", {"type": kind, "due_at": due, "note": note}, f"reminder-{number}")


def _consents(sales: Till, number: int, customer: str, person: Person) -> None:
    """Two of three have said what they want to get."""
    for channel, purpose in _AGREED if number % 3 else ():
        if person.email if channel == "email" else person.phone:
            said = {"channel": channel, "purpose": purpose, "granted": True, "source": "in_store"}
            sales.send("POST", f"/customers/{customer}/consents", said, f"consent-{channel}-{purpose}-{number}")


def _customer(manager: Till, number: int, person: Person, homes: dict[str, str]) -> str:
    made = manager.send("POST", "/customers", person.request(homes[person.home]), f"customer-{number}")
    identity: str = made["id"]
    return identity


def fill(run: dict[str, Any], began: datetime) -> int:
    """Makes the shop and its customers; returns how many. Raises Refusal when a request fails."""
    admin, manager, sales = (Till(run, role) for role in ("admin", "manager", "sales"))
    homes = _shop(admin)
    everybody = people()
    for number, person in enumerate(everybody):
        customer = _customer(manager, number, person, homes)
        _consents(sales, number, customer, person)
        _events(sales, number, customer, began)
    return len(everybody)


def _began(at: Place) -> datetime:
    """When filling began, the same for every attempt."""
    path = at.folder / "sample-began.json"
    known = read_json(path)
    if known is None:
        known = {"at": datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0).isoformat()}
        write_json(path, known)
    return datetime.fromisoformat(known["at"])


def main() -> int:
    """Fills the store of the running instance; 1 and one sentence when that fails."""
    die_with_parent()
    at = place()
    print("Filling the sample store …", flush=True)
    try:
        count = fill(read_json(at.run), _began(at))
    except Refusal as refusal:
        print(f"{refusal} The next start goes on from there.", file=sys.stderr)
        return 1
    write_json(at.sample, {"customers": count})
    return 0


if __name__ == "__main__":
    sys.exit(main())
