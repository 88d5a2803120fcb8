"""Requests that are like those which succeed, about other records and with other words."""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

from chalicelib.domain.consents.links import CHANNELS, PURPOSES, unsubscribe_token
from chalicelib.handlers.endpoint import Endpoint
from chalicelib.repos import keys
from chalicelib.wiring.signing import signing_key
from tests.support.world.arrangement import KINDS
from tests.support.world.records import ID
from tests.support.world.requests import Request

NUMBERS = [f"+91981000{number:04d}" for number in range(1, 13)]
ADDRESSES = [f"{name}@shop.example" for name in ("meera", "kiran", "asha", "om", "tara", "lost")]
WORDS: Mapping[str, list[str]] = {
    "number": NUMBERS,
    "given_name": ["Asha", "Meera", "Kiran", "Zoë", "Om"],
    "family_name": ["Rao", "Shah", "Iyer"],
    "birthday": [*(f"1988-11-{day}" for day in range(23, 31)), "1992-02-29"],
    "external_id": ["EXT-1", "EXT-2", "EXT-3"],
    "send_at": ["2026-11-23T12:00:00Z", "2026-11-25T09:00:00Z", "2026-11-27T09:00:00Z"],
    "due_at": ["2026-11-23T10:00:00Z", "2026-11-25T10:00:00Z", "2026-11-28T16:00:00Z"],
}
REGULAR = 0.35  # of what happens is about the shop's first customer, so that one thing meets another
FREE = frozenset(("text", "note", "outcome", "answer", "nickname", "occupation", "subject", "meaning", "reason_text"))
NAMED = frozenset(("name",))


Look = Callable[[tuple[str, str]], Mapping[str, Any] | None]


class Records:
    """The ids that there are, by kind, and whose they are."""

    def __init__(self, places: Iterable[tuple[str, str]], look: Look) -> None:
        self._look = look
        self.by_kind: dict[str, list[str]] = defaultdict(list)
        self.owner: dict[str, str] = {}
        for place in places:
            self.learn(place)

    def learn(self, place: tuple[str, str]) -> None:
        """Take in the ids of a key."""
        for text in place:
            for match in ID.finditer(text):
                found, kind = match[0], match[1]
                if found not in self.owner:
                    self.owner[found] = place[0]
                    self.by_kind[kind].append(found)

    def one(self, chance: random.Random, kind: str, otherwise: str) -> str:
        """One of a kind, rather one of the last."""
        known = self.by_kind.get(kind)
        if not known:
            return otherwise
        if kind == "cus" and chance.random() < REGULAR:
            return known[0]
        return chance.choice(known[-6:]) if chance.random() < 0.7 else chance.choice(known)

    def letter(self, chance: random.Random) -> tuple[str, str, str] | None:
        """Somebody who was just written to, by which channel and why; rather one whose message waits."""
        for message_id in chance.sample(self.by_kind["msg"], min(8, len(self.by_kind["msg"]))):
            item = self._look((self.owner[message_id], f"{keys.MESSAGE}{message_id}"))
            if item is not None and item["status"]["S"] == "queued":
                said = json.loads(item["doc"]["S"])
                return self.owner[message_id], said["channel"], said["purpose"]
        return None


def varied(chance: random.Random, request: Request, records: Records, step: int) -> Request:
    """The request about other records, with other words."""
    if chance.random() < 0.2:
        return request
    if request.endpoint.raw:
        return _by_link(chance, request, records)
    if request.route.endswith("/consents") and chance.random() < 0.4:
        return _thinks_again(chance, request, records)
    body = _body(chance, request.endpoint, json.loads(json.dumps(request.body)), records, step)
    return request.with_(parameters=_parameters(chance, request, records), body=body)


def _parameters(chance: random.Random, request: Request, records: Records) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in request.parameters.items():
        kind = KINDS.get(name)
        found[name] = records.one(chance, kind, value) if kind else value
        if name == "external_id":
            found[name] = chance.choice(WORDS["external_id"])
    others = [value for name, value in found.items() if name != "customer_id"]
    if "customer_id" in found and others and records.owner.get(others[0], "").startswith("cus_"):
        found["customer_id"] = records.owner[others[0]]  # a record is asked for where it is
    return found


def _body(chance: random.Random, endpoint: Endpoint, body: Any, records: Records, step: int) -> Any:
    if not isinstance(body, dict):
        return body
    body = _worded(chance, body, records, step)
    for name, described in getattr(endpoint.body, "model_fields", {}).items():
        choices = _choices(described.annotation) or WORDS.get(name, [])
        if choices and chance.random() < (0.5 if name in body else 0.15) and isinstance(body.get(name, ""), str):
            body[name] = chance.choice(choices)
        if body.get(name) in (True, False) and isinstance(body[name], bool) and chance.random() < 0.4:
            body[name] = not body[name]
    return body


def _choices(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [choice for each in get_args(annotation) for choice in _choices(each)]


def _worded(chance: random.Random, value: Any, records: Records, step: int, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _worded(chance, inner, records, step, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_worded(chance, inner, records, step, name) for inner in value]
    return _text(chance, value, records, step, name) if isinstance(value, str) else value


def _text(chance: random.Random, value: str, records: Records, step: int, name: str) -> str:
    match = ID.fullmatch(value)
    if match:
        return records.one(chance, match[1], value)
    if name in WORDS:
        return chance.choice(WORDS[name])
    if name in ("address", "email") and "@" in value:
        return chance.choice(ADDRESSES)
    if name in FREE:
        return f"{value} ({step})"
    if name in NAMED and chance.random() < 0.8:
        return f"{value} {step}" if value[:1].isupper() else f"{value}-{step}"
    return value


def _by_link(chance: random.Random, request: Request, records: Records) -> Request:
    """The link under a message to somebody, rather under one that is on its way."""
    about = records.letter(chance) if chance.random() < 0.6 else None
    channel = "email" if chance.random() < 0.7 else chance.choice(list(CHANNELS.values()))
    anybody = records.one(chance, "cus", ""), channel, chance.choice(list(PURPOSES.values()))
    return request.with_(query={"token": unsubscribe_token(signing_key(), *(about or anybody))})


def _thinks_again(chance: random.Random, request: Request, records: Records) -> Request:
    """Somebody who is written to tells the shop otherwise."""
    about = records.letter(chance)
    if about is None or not about[0].startswith("cus_"):
        return request
    word = {"channel": about[1], "purpose": about[2], "granted": chance.random() < 0.3, "source": "phone"}
    return request.with_(parameters={"customer_id": about[0]}, body=word)


def fresh_words(body: Any, step: int) -> list[str]:
    """The words of a body that were not used before this step, in fields of plain text."""
    if not isinstance(body, dict):
        return []
    return [value for name, value in body.items() if name in FREE and str(value).endswith(f"({step})")]
