"""The function of the jobs: a batch of queue messages in, the ones to be delivered again out."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import unquote_plus

from chalicelib.domain import instants
from chalicelib.domain.call import Call
from chalicelib.domain.errors import NotFound
from chalicelib.domain.jobs.model import Job, kind_of
from chalicelib.domain.jobs.run import Bench, Taken, Turn
from chalicelib.handlers.jobs_steps import steps_of
from chalicelib.handlers.log import defect_facts, logger
from chalicelib.repos.files import import_of
from chalicelib.wiring import jobs

Clock = Callable[[], datetime]


class Context(Protocol):
    """What Lambda tells a function about its turn."""

    def get_remaining_time_in_millis(self) -> int:
        """How long the turn lasts."""


def now() -> datetime:
    """The clock of the edge."""
    return datetime.now(UTC)


def handle(event: Mapping[str, Any], context: Context, clock: Clock = now) -> dict[str, Any]:
    """Work on the jobs that the messages name; one that fails comes again, at last to the dead-letter queue."""
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        try:
            for job_id in _named(record["body"]):
                _work(job_id, context, clock)
        except Exception as defect:  # noqa: BLE001 -- the edge: one message must not take its neighbours along
            facts = {**defect_facts(defect), "message_id": record["messageId"]}
            logger().error("job message failed", extra=facts)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _named(body: str) -> Iterator[str]:
    """The jobs that a message is about: our own word to start or go on, or what the bucket says has arrived."""
    message = json.loads(body)
    if "job_id" in message:
        yield str(message["job_id"])
        return
    for record in message.get("Records", ()):
        key = unquote_plus(record["s3"]["object"]["key"])
        import_id = import_of(key)
        if import_id is None:
            logger().warning("a file that belongs to no import", extra={"event": "import_unknown_file"})
        else:
            yield import_id


def _read(job_id: str, clock: Clock) -> Job | None:
    kind = kind_of(job_id)
    try:
        return jobs.reader().get(job_id, kind, clock()) if kind else None
    except NotFound:
        return None


def _work(job_id: str, context: Context, clock: Clock) -> None:
    job = _read(job_id, clock)
    if job is None:
        logger().warning("unknown job", extra={"event": "job_unknown", "job_id": job_id})
        return
    if job.finished:
        return
    bench = Bench(
        records=jobs.States(Call(job.actor, clock(), job.id)),
        now=clock,
        seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
    )
    try:
        if not Turn(bench, job).go(steps_of(job.kind)):
            jobs.queue().go_on(job.id)
    except Taken:
        _give_way(job_id, clock)


def _give_way(job_id: str, clock: Clock) -> None:
    """Another worker is at it. Should that one die, this message is what remembers the job: look again later."""
    job = _read(job_id, clock)
    if job is None or job.finished:
        return
    until = instants.parse_instant(job.leased_until) if job.leased_until else clock()
    jobs.queue().go_on(job_id, seconds=int((until - clock()).total_seconds()) + 1)
