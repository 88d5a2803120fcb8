"""The imports function: a batch of queue messages in, the ones to be delivered again out."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import unquote_plus

from chalicelib.domain import instants
from chalicelib.domain.call import Call
from chalicelib.domain.errors import NotFound
from chalicelib.domain.imports.job import Bench, Run, Taken
from chalicelib.domain.imports.model import Import
from chalicelib.handlers.imports_rows import Rows
from chalicelib.handlers.log import defect_facts, logger
from chalicelib.repos.files import import_of
from chalicelib.wiring import imports

Clock = Callable[[], datetime]


class Context(Protocol):
    """What Lambda tells a function about its turn."""

    def get_remaining_time_in_millis(self) -> int:
        """How long the turn lasts."""


def now() -> datetime:
    """The clock of the edge."""
    return datetime.now(UTC)


def handle(event: Mapping[str, Any], context: Context, clock: Clock = now) -> dict[str, Any]:
    """Work on the imports that the messages name; one that fails comes again, at last to the dead-letter queue."""
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        try:
            for import_id in _named(record["body"]):
                _work(import_id, context, clock)
        except Exception as defect:  # noqa: BLE001 -- the edge: one message must not take its neighbours along
            facts = {**defect_facts(defect), "message_id": record["messageId"]}
            logger().error("import message failed", extra=facts)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _named(body: str) -> Iterator[str]:
    """The imports that a message is about: our own word to go on, or what the bucket says has arrived."""
    message = json.loads(body)
    if "import_id" in message:
        yield str(message["import_id"])
        return
    for record in message.get("Records", ()):
        key = unquote_plus(record["s3"]["object"]["key"])
        import_id = import_of(key)
        if import_id is None:
            logger().warning("a file that belongs to no import", extra={"event": "import_unknown_file"})
        else:
            yield import_id


def _work(import_id: str, context: Context, clock: Clock) -> None:
    try:
        job = imports.reader().get(import_id, clock())
    except NotFound:
        logger().warning("unknown import", extra={"event": "import_unknown", "import_id": import_id})
        return
    if job.finished:
        return
    bench = _bench(job, context, clock)
    try:
        if not Run(bench, job).go():
            imports.queue().go_on(job.id)
    except Taken:
        _give_way(import_id, clock)


def _bench(job: Import, context: Context, clock: Clock) -> Bench:
    call = Call(job.actor, clock(), job.id)
    return Bench(
        records=imports.States(call),
        source=imports.uploaded(job.id),
        do_rows=Rows(clock).do,
        write_result=imports.write_result,
        now=clock,
        seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
    )


def _give_way(import_id: str, clock: Clock) -> None:
    """Another worker is at it. Should that one die, this message is what remembers the import: look again later."""
    job = imports.reader().get(import_id, clock())
    if job.finished:
        return
    until = instants.parse_instant(job.leased_until) if job.leased_until else clock()
    imports.queue().go_on(import_id, seconds=int((until - clock()).total_seconds()) + 1)
