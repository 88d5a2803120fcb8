"""The steps of an export, with what they work with."""

from collections.abc import Iterator

from chalicelib.domain.exports import job
from chalicelib.domain.exports.job import Source
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.jobs.run import Turn
from chalicelib.handlers.exports_customers import Selected
from chalicelib.wiring import dashboard, exports


def steps(turn: Turn) -> Iterator[Job]:
    """The export after each of its steps."""
    hands = job.Hands(
        source=_source(turn),
        total=_total,
        write_part=lambda state, name, lines: exports.files_of(state).write_part(name, lines),
        join=lambda now: exports.files_of(now.job).join(now.renew),
    )
    return job.steps(turn, hands)


def _source(turn: Turn) -> Source:
    if turn.job.request["kind"] == "everything":
        from chalicelib.handlers.exports_everything import Everything  # noqa: PLC0415 -- who takes a list needs it not

        return Everything(turn.now)
    return Selected(turn.job, turn.now)


def _total(job: Job) -> int | None:
    """How many customers there will be, as far as that is known without looking at them."""
    asked = job.request
    if asked["ids"]:
        return len(asked["ids"])
    if asked["filter"]:
        return None
    counted = dashboard.customer_counts()
    both = asked["archived"] or asked["kind"] == "everything"
    return counted["active"] + (counted["archived"] if both else 0)
