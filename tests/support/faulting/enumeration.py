"""What there is to consume, read from the code: each must have an arrangement."""

from collections.abc import Iterator
from typing import Any, get_args

from chalicelib.domain.bulk.model import ActionKind
from chalicelib.domain.consents.model import PURPOSES
from chalicelib.domain.imports.model import NewImport
from chalicelib.domain.jobs.model import PREFIXES
from chalicelib.domain.messages.model import SENT_CHANNELS, STAFF_PURPOSE
from chalicelib.domain.messages.provider_events import DETAILS
from chalicelib.domain.relaying.routes import JOBS, OUTREACH, ROUTES, SENDING
from chalicelib.handlers.sweeps_schedule import Asked
from infra.functions import FUNCTIONS
from tests.support.faulting.functions import Arrangement
from tests.support.faulting.jobs import JOBS as JOB_ARRANGEMENTS
from tests.support.faulting.messages import RELAY, SENDER, WORKER
from tests.support.faulting.play import schedules, sources
from tests.support.faulting.sweeps import SWEEPS

HTTP = "APIHandler"  # its routes have a harness of their own
QUEUE_OF = {OUTREACH: "outreach", SENDING: "sending", JOBS: "imports"}
ARRANGEMENTS: tuple[Arrangement, ...] = (*JOB_ARRANGEMENTS, *RELAY, *WORKER, *SENDER, *SWEEPS)
ADVICE = {
    "job": "add an example of it to tests/support/faulting/jobs.py",
    "bulk": "say in tests/support/faulting/jobs.py what it takes (ACTIONS)",
    "import": "add an example of it to tests/support/faulting/jobs.py",
    "format": "add an example of it to tests/support/faulting/jobs.py",
    "export": "add an example of it to tests/support/faulting/jobs.py (EXPORTS)",
    "sweep": "say in tests/support/faulting/sweeps.py what leaves it something to do (PREPARE)",
}
ELSE = "add an arrangement with it to tests/support/faulting/messages.py"


def _names(prefix: str, names: Any) -> Iterator[str]:
    return (f"{prefix} {name}" for name in names)


def expected() -> set[str]:
    """Everything that is consumed."""
    asked, fields = Asked.model_fields["sweep"].annotation, NewImport.model_fields
    return {
        *_names("function", FUNCTIONS.keys() - {HTTP}),
        *_names("queue", {*sources(), *(QUEUE_OF[queue] for queue in ROUTES.values())}),
        *_names("event", (kind for kind, queue in ROUTES.items() if queue == OUTREACH)),
        *_names("job", PREFIXES),
        *_names("bulk", get_args(ActionKind)),
        *_names("import", get_args(fields["kind"].annotation)),
        *_names("format", get_args(fields["format"].annotation)),
        *_names("sweep", {*get_args(asked), *schedules()}),
        *_names("provider", {*DETAILS, "text"}),
        *_names("channel", SENT_CHANNELS),
        *_names("purpose", {*PURPOSES, STAFF_PURPOSE}),
    }


def missing(seen: set[str]) -> list[str]:
    """A sentence for each that nobody has arranged."""
    return [f"Nothing arranges `{each}`: {ADVICE.get(each.split()[0], ELSE)}." for each in sorted(expected() - seen)]
