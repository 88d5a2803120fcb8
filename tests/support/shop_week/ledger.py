"""What people were told, held against what was written: an account of its own, kept beside the table.

Each attempt of a request has an id of its own, which the audit entries of what it writes carry. So what an answer
promised is found by that id: written once, however often the caller had to ask, and nothing where it was refused.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.repos import keys
from tests.support.memory.dynamodb.service import Change
from tests.support.shop_week.asking import Asked, Attempt, request_ids
from tests.support.world.records import ID

AUDIT_DAY = keys.audit_day("")
REMEMBERED = keys.idempotency("", "", "").pk.partition("#")[0]
# What is more than one transaction, with the reason why doing it again does no harm.
SEVERAL = {
    "POST /v1/sweeps/{name}/runs": "a transaction for each person and customer; what it tells of is keyed by its day",
}
# Actions that a request takes as often as it takes.
REPEATED = {"tag.create": "every tag that is named for the first time is made"}
# Whoever comes is first followed as the user pool has them now, in a transaction of its own: it is no part of what they
# ask for, and stays whatever becomes of that.
FOLLOWING = ("user.entered", "user.moved_in_console")


class Ledger:
    """Everything that was acknowledged, and what is wrong with it."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.answers: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        self._made: dict[str, str] = {}
        self._said: dict[str, tuple[str, list[str]]] = {}
        self._gone: set[str] = set()

    def judge(self, asked: Asked, changes: Sequence[Change]) -> None:
        """Look at a request after its last attempt; `changes` are all of the week."""
        self._judge_attempts(asked, changes)
        route, status = asked.request.route, asked.status
        self.answers[str(status)] += 1
        if not asked.writes:
            return
        effects = _effects(asked, changes)
        twice = [action for action, number in effects.items() if number > 1 and action not in REPEATED]
        if twice and route not in SEVERAL:
            self.wrong.append(f"{twice} of {route} was done {effects} by {request_ids(asked)}")
        if status is not None and status < 300:
            self.written[route] += 1
            self._acknowledged(asked, effects, changes)

    def _judge_attempts(self, asked: Asked, changes: Sequence[Change]) -> None:
        for attempt in asked.attempts:
            if attempt.reply is None:
                continue
            status, route = attempt.reply.status, asked.request.route
            if status >= 500 and (status != 503 or not attempt.struck):
                self.wrong.append(f"{route} answered {status} {attempt.reply.text}, {attempt.struck} faults")
            if 400 <= status < 500 or (status < 300 and not asked.writes):
                self._refused(asked, attempt, changes)

    def _refused(self, asked: Asked, attempt: Attempt, changes: Sequence[Change]) -> None:
        """A refusal leaves nothing but the audit entry of a 403; a read may leave the entry that says who read."""
        written, grown = _asked_for(attempt, changes)
        status = attempt.reply.status if attempt.reply else 0
        may_tell = _is_refusal if status == 403 else _is_entry if status < 300 else _nothing
        more = [each for each in _net(written) if not may_tell(each)]
        if more or grown > len({each.position for each in written}):
            what = [f"{each.place} {each.after}" for each in more]
            self.wrong.append(f"{asked.request.route} was answered {status} and changed {grown}: {what}")

    def _acknowledged(self, asked: Asked, effects: Mapping[str, int], changes: Sequence[Change]) -> None:
        """What an answer promised is audited; where nothing had to be done, the answer itself is all that is kept."""
        if effects:
            return
        for attempt in asked.attempts:
            written, grown = _asked_for(attempt, changes)
            more = [each for each in _net(written) if not each.place[0].startswith(REMEMBERED)]
            more = [each for each in more if not _is_refusal(each)]
            if more or grown > len({each.position for each in written}):
                route, what = asked.request.route, [each.place for each in more]
                self.wrong.append(f"{route} {asked.status} wrote {what} ({grown}) and nothing tells of it")

    def remember(self, asked: Asked, fresh: Sequence[str]) -> None:
        """Keep what was promised, to look for it at the end; `fresh` are the words that nobody used before."""
        reply, path = asked.reply, asked.request.path.partition("?")[0]
        if not asked.writes or (reply and 400 <= reply.status < 500):
            return
        record = path.rpartition("/")[2]
        if asked.request.method == "DELETE":
            self._gone.add(record)
        if asked.request.route.endswith("/devices"):  # a token has one holder: the one before loses the device
            self._gone |= {each for each in self._made if each.startswith("dev_")}
        if asked.request.method != "POST":
            self._forget(record)
        if reply is None or reply.status >= 300 or not reply.text or asked.request.endpoint.raw:
            return
        found = str(reply.json.get("id", ""))
        if not found:
            return
        how = f"{asked.request.route} {request_ids(asked)}"
        if reply.status == 201:
            self._made[found] = how
        self._said[found] = (how, [word for word in fresh if word in reply.text])

    def _forget(self, record: str) -> None:
        """What was said of a record may have been replaced; where the address names none, that of any."""
        self._said.pop(record, None)
        if ID.fullmatch(record) is None:
            self._said.clear()

    def kept(self, items: Mapping[tuple[str, str], Any]) -> None:
        """At the end: what was made is there, with the words that were said of it last."""
        kept = {place: item for place, item in items.items() if not _tells(place)}
        there = {match[0] for place in kept for match in ID.finditer("\n".join(place))}
        text = json.dumps(list(kept.values()), ensure_ascii=False)
        kinds = {record.partition("_")[0] for record in there}  # those of suppressions are no part of a key
        for record, how in self._made.items():
            if record not in there and record not in self._gone and record.partition("_")[0] in kinds:
                self.wrong.append(f"{record} is gone, which was made by {how}")
        for record, (how, words) in self._said.items():
            lost = [word for word in words if word not in text]
            if lost and record in there and record not in self._gone:  # a doubt ends with what it was about
                self.wrong.append(f"{record} does not say {lost}, as {how} was told")


def _tells(place: tuple[str, str]) -> bool:
    """Whether an item tells what happened, or what was answered; what is now stands elsewhere."""
    return place[0].startswith((AUDIT_DAY, REMEMBERED)) or place[1].startswith((keys.AUDIT, keys.EVENT))


def _effects(asked: Asked, changes: Sequence[Change]) -> Counter[str]:
    """In how many transactions the attempts left an audit entry of each action."""
    ids = set(request_ids(asked))
    fresh = changes[asked.attempts[0].first_change :]
    entries = [each for each in fresh if each.before is None and _audits(each, ids) and not _is_refusal(each)]
    return Counter(action for action, _ in {(str(_text(each, "action")), each.position) for each in entries})


def _asked_for(attempt: Attempt, changes: Sequence[Change]) -> tuple[list[Change], int]:
    """What an attempt wrote of what it asked for, and how many writes that were."""
    written = changes[attempt.first_change : attempt.last_change]
    following = {
        each.position for each in written if each.place[0].startswith(AUDIT_DAY) and _text(each, "action") in FOLLOWING
    }
    return [each for each in written if each.position not in following], attempt.grown - len(following)


def _audits(change: Change, ids: set[str]) -> bool:
    return change.place[0].startswith(AUDIT_DAY) and _text(change, "request_id") in ids


def _is_refusal(change: Change) -> bool:
    return change.place[0].startswith(AUDIT_DAY) and _text(change, "action") == "refused"


def _is_entry(change: Change) -> bool:
    return change.before is None and (change.place[0].startswith(AUDIT_DAY) or change.place[1].startswith(keys.AUDIT))


def _nothing(_: Change) -> bool:
    return False


def _net(changes: Sequence[Change]) -> list[Change]:
    """What is different in the end: a mark that was set and taken back is not."""
    first = {change.place: change for change in reversed(changes)}
    last = {change.place: change for change in changes}
    return [change for place, change in last.items() if _unmarked(first[place].before) != _unmarked(change.after)]


def _unmarked(item: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The item without the mark of a removal that has not ended: whoever comes next may take it off."""
    return item and {name: value for name, value in item.items() if name != "retiring"}


def _text(change: Change, name: str) -> Any:
    return change.after[name].get("S") if change.after is not None and name in change.after else None
