"""Idempotency-Key: the same answer again, one effect. The record commits in the effect's own transaction."""

import json
import re
from dataclasses import dataclass

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Invalid
from chalicelib.handlers.answers import Answer
from chalicelib.handlers.inbound import Inbound
from chalicelib.repos import keys
from chalicelib.repos.table import Item, Table
from chalicelib.repos.transaction import Transaction

KEPT_SECONDS = 7 * 24 * 3600
HEADER = "idempotency-key"
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


class AnsweredMeanwhile(Exception):
    """The same key was committed by another request while this one ran."""

    def __init__(self, item: Item) -> None:
        super().__init__("answered meanwhile")
        self.item = item


def key_of(inbound: Inbound) -> str | None:
    """The key that the client chose, if any.

    Raises:
        Invalid: longer than 255 characters, or not printable ASCII.
    """
    key = inbound.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise Invalid.field("/Idempotency-Key", "must be 1 to 255 printable ASCII characters")
    return key


@dataclass(frozen=True)
class Record:
    """The memory of one key of one caller on one route."""

    key: str
    route: str
    call: Call
    fingerprint: str

    def replay(self, table: Table) -> Answer | None:
        """The answer given before, if there was one.

        Raises:
            Invalid: the key came with another request then.
        """
        item = table.get(self._place)
        if item is None or item["expires_at"] < self._now:
            return None
        return self.answer_in(item)

    def answer_in(self, item: Item) -> Answer:
        """The answer that a record holds.

        Raises:
            Invalid: it belongs to another request.
        """
        if item["fingerprint"] != self.fingerprint:
            raise Invalid.field("/Idempotency-Key", "was used with another request", code="idempotency_key_reused")
        headers = {**json.loads(item["headers"]), "Idempotent-Replayed": "true"}
        return Answer(int(item["status"]), item.get("body"), headers)

    def remember(self, work: Transaction, answer: Answer) -> None:
        """Write the answer in the transaction that makes it true."""
        attributes = {
            "fingerprint": self.fingerprint,
            "status": answer.status,
            "headers": json.dumps(dict(answer.headers)),
            "body": answer.text() or None,
            "expires_at": self._now + KEPT_SECONDS,
        }
        work.put(
            self._place,
            attributes,
            condition="attribute_not_exists(pk) OR expires_at < :now",
            values={":now": self._now},
            otherwise=_answered,
            first=True,
        )

    @property
    def _place(self) -> keys.Key:
        return keys.idempotency(self.call.actor.id, self.route, self.key)

    @property
    def _now(self) -> int:
        return int(self.call.now.timestamp())


def _answered(item: Item | None) -> Exception:
    return AnsweredMeanwhile(item or {})
