"""Looked at with every change: who may be written to, that nothing leaves twice, no change without its entry."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.repos import consent_items, customer_items, keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, decode
from tests.support.memory import Cloud
from tests.support.memory.dynamodb.service import Change
from tests.support.memory.sending import Mail

RECORDS = ("NOTE#", "CALL#", "INQUIRY#", "REMINDER#", "CONSENT#")
LEFT = frozenset(("sent", "delivered", "bounced", "complained"))
STAYED = frozenset(("suppressed", "failed", "queued"))


class Watch:
    """Follows the changes of the table and what leaves the account."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._changes, self._mails, self._texts = 0, len(cloud.mails), len(cloud.texts)
        self._states: dict[Key, Item] = {}
        self._left = Counter(_tag(each) for each in (*cloud.mails, *cloud.texts))
        self.claims = 0
        self.wrong: list[str] = []
        for place, item in cloud.items("facet-test").items():
            self._remember(Key(*place), item)
        self._changes = len(cloud.changes)

    def look(self) -> Sequence[Change]:
        """Judge what has changed since the last look; returns it."""
        fresh = self._cloud.changes[self._changes :]
        self._changes += len(fresh)
        together: dict[int, list[Change]] = {}
        for change in fresh:
            together.setdefault(change.position, []).append(change)
        for changes in together.values():
            self._entries(changes)
            for change in changes:
                self._claim(change)
            for change in changes:
                self._remember(Key(*change.place), change.after)
        self._sent()
        return fresh

    def _remember(self, key: Key, item: Any) -> None:
        if key.sk == keys.PROFILE or key == keys.consents(key.pk) or key.sk == "SETTINGS":
            self._states[key] = decode(item) if item is not None else {}

    def _entries(self, changes: Sequence[Change]) -> None:
        """A record of a customer is written with its timeline entry and its audit entry, in one transaction."""
        records = [each for each in changes if each.place[1].startswith(RECORDS) and not each.expired]
        if not records or all(each.before == each.after for each in records):
            return
        audited = any(each.place[0].startswith(keys.audit_day("")) for each in changes)
        told = any(each.place[1].startswith((keys.EVENT, keys.SYSTEM_EVENT)) for each in changes)
        if not audited or not told:
            self.wrong.append(f"{[each.place for each in records]} changed without an entry")

    def _claim(self, change: Change) -> None:
        """A message is claimed only for somebody who agrees at that moment, and is still a customer."""
        if not change.place[1].startswith(keys.MESSAGE) or change.after is None:
            return
        before, after = _message(change.before), _message(change.after)
        if after.get("status") != "sending" or before.get("status") == "sending":
            return
        self.claims += 1
        customer_id = change.place[0]
        if not customer_id.startswith("cus_"):
            return
        why = self._refusal(customer_id, after)
        if why:
            self.wrong.append(f"{change.place[1]} was claimed: {why}")

    def _refusal(self, customer_id: str, message: Any) -> str | None:
        profile = self._states.get(keys.profile(customer_id), {})
        if not profile or profile["status"] != "active":
            return "the customer is archived"
        settings = json.loads(self._states.get(keys.settings(), {}).get("doc", "{}"))
        transactional = settings.get("communication", {}).get("transactional", ["service"])
        word = _latest(self._states.get(keys.consents(customer_id), {}), message["channel"], message["purpose"])
        if word is False or (word is None and message["purpose"] not in transactional):
            return f"{message['channel']} {message['purpose']} is against consent"
        customer = customer_items.from_item(profile)
        reached = {"email": customer.addresses, "sms": customer.numbers}.get(message["channel"], ())
        if any((message["channel"], each) in customer.suppressed for each in reached[:1]):
            return "the address is suppressed"
        return None

    def _sent(self) -> None:
        """No message leaves twice."""
        mails, texts = self._cloud.mails[self._mails :], self._cloud.texts[self._texts :]
        self._mails, self._texts = self._mails + len(mails), self._texts + len(texts)
        for each in (*mails, *texts):
            self._left[_tag(each)] += 1
            if self._left[_tag(each)] > 1:
                self.wrong.append(f"{_tag(each)} left twice")

    def settled(self, items: Mapping[tuple[str, str], Any]) -> None:
        """At the end: what is said of each message is what became of it."""
        for place, item in items.items():
            if not place[1].startswith(keys.MESSAGE):
                continue
            message, left = _message(item), self._left[place[1].removeprefix(keys.MESSAGE)]
            status = message["status"]
            if status == "sending" or (status in LEFT) > left or (left and status in STAYED):
                self.wrong.append(f"{place[1]} is {status}, and left {left} times")


def _tag(sent: Any) -> str:
    tags = sent.tags if isinstance(sent, Mail) else sent.attributes
    return str(tags["message"])


def _message(item: Any) -> Any:
    found = decode(item) if item is not None else {}
    return {**found, **json.loads(found["doc"])} if "doc" in found else found


def _latest(state: Any, channel: str, purpose: str) -> bool | None:
    """What the customer said last of this; None when nothing."""
    said = consent_items.from_state(state or None).latest.get((channel, purpose))
    return None if said is None else said.granted
