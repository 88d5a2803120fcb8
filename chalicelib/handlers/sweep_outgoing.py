"""Every minute: messages on their way whose sender died become unknown, those that were lost from the queue go back."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.errors import Busy, NotFound, Unavailable
from chalicelib.domain.messages import overdue
from chalicelib.domain.messages.model import Message
from chalicelib.handlers.log import defect_facts, logger
from chalicelib.repos import message_items
from chalicelib.repos.messages import MessageWriter
from chalicelib.repos.outgoing import Entry
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import provider_events as wiring
from chalicelib.wiring import sender
from chalicelib.wiring.store import table

SWEEP = Actor(id="sys_sweep", name="Sweep")
MOST = 50  # of each of the four parts of the list; the rest a minute later
RESERVE = 10.0
SecondsLeft = Callable[[], float]


def look_after_outgoing(now: datetime, seconds_left: SecondsLeft) -> dict[str, int]:
    """Look at what is due; returns how many messages became unknown, were queued again, were left, or are gone."""
    done: Counter[str] = Counter()
    for entry in wiring.outgoing().due(now, MOST):
        if seconds_left() < RESERVE:
            break
        try:
            done[_look_at(entry, now)] += 1
        except (Busy, Unavailable):  # a minute later it is still there
            done["later"] += 1
        except Exception as defect:  # noqa: BLE001 -- the edge: one message must not take the others along
            logger().error("a message could not be looked at", extra=defect_facts(defect) | _facts(entry))
            done["failed"] += 1
    return {f"outgoing_{what}": number for what, number in sorted(done.items())}


def _look_at(entry: Entry, now: datetime) -> str:
    call = Call(SWEEP, now, ids.new_id("req", now))
    done = commit_with_retry(table(), call, lambda work: _one(work, entry, now))
    if done == "gone":
        wiring.outgoing().drop(entry)
    elif done == "unknown":
        logger().warning("it is not known whether a message left", extra=_facts(entry))
    return done


def _facts(entry: Entry) -> dict[str, str]:
    return {"event": "message_overdue", "message_id": entry.message_id}


def _one(work: Transaction, entry: Entry, now: datetime) -> str:
    messages = MessageWriter(work)
    try:
        message = messages.get(entry.message_id)
    except NotFound:
        return "gone"
    if message_items.outgoing_key(message) != entry.key:  # somebody else has moved it on
        return "left"
    need = overdue.need_of(message, now)
    if need == "settle":
        overdue.settle(work, messages, message, now)
        return "unknown"
    if need == "queue":
        _queue(message, work.call.request_id)
    overdue.put_off(messages, message, now)
    return "queued" if need == "queue" else "left"


def _queue(message: Message, request_id: str) -> None:
    """Before it is put off: twice in the queue does no harm, a quarter of an hour too late would."""
    sender.queue().send({"purpose": "sending", "message_id": message.id, "request_id": request_id})
