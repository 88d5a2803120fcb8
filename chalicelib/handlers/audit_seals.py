"""The seals of the audit over HTTP: which days are sealed, and which should be."""

from datetime import UTC, date, timedelta

from chalicelib.domain.audit import sealing
from chalicelib.domain.audit.seals import SealOut, listed
from chalicelib.handlers.answers import Answer
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import seals

endpoint = Routes(__name__, "audit")


@endpoint("GET", "/v1/audit/seals", "audit.read", "List the audit's seals", query=Paging, returns=page_of(SealOut))
def search(request: Request) -> Answer:
    """The newest day first, back to the first that was sealed. A day without a seal is `missing` from 03:00 UTC of the
    next day on: `docs/operations.md` says what to do. The files themselves are in the audit bucket."""
    now, at = request.call.now, position(request)
    due = sealing.newest_due(now)
    last = date.fromisoformat(at["d"]) if at else now.astimezone(UTC).date()
    start = _start(due)
    if start is None:
        return page(request, [], None)
    first = max(start, last - timedelta(days=request.query.limit - 1))
    sealed = {
        day: {"entries": found.entries, "digest": found.digest, "sealed_at": found.sealed_at}
        for day, found in seals.days().between(first, last).items()
    }
    following = {"d": (first - sealing.DAY).isoformat()} if first > start else None
    return page(request, list(listed(sealed, first, last, due)), following)


def _start(due: date) -> date | None:
    """The first day that was sealed; while there is none, yesterday, when it had something to seal."""
    return seals.days().oldest() or (due if seals.entries().any_of(due) else None)
