"""Which queue wants which event, and what it is told."""

from typing import Any

from chalicelib.domain.relaying.model import Relayed, Unreadable

OUTREACH, SENDING, JOBS = "outreach", "sending", "jobs"
ROUTES = {
    "birthday_due": OUTREACH,
    "digest_due": OUTREACH,
    "job_started": JOBS,
    "message_queued": SENDING,
}


def letter(event: Relayed) -> tuple[str, dict[str, Any]] | None:
    """The queue and the body of the message that an event becomes; None when only the bus wants it.

    Raises:
        Unreadable: the event lacks what its queue needs.
    """
    queue = ROUTES.get(event.kind)
    if queue is None:
        return None
    if queue == OUTREACH:
        return queue, {"purpose": OUTREACH, "event": event.as_json()}
    if queue == JOBS:
        return queue, {"purpose": JOBS, "job_id": event.aggregate}
    message_id = event.data.get("message_id")
    if not isinstance(message_id, str):
        raise Unreadable(f"{event.kind} without the id of its message")
    return queue, {"purpose": SENDING, "message_id": message_id, "request_id": event.request_id}
