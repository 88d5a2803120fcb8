"""What the relay and the sweep of pending events work with."""

from functools import cache

from chalicelib.config import settings
from chalicelib.domain.relaying.delivery import Exits
from chalicelib.domain.relaying.routes import JOBS, OUTREACH, SENDING
from chalicelib.repos.bus import Bus
from chalicelib.repos.queues import Queue
from chalicelib.repos.relay import Pending
from chalicelib.wiring import clients
from chalicelib.wiring.store import table


@cache
def exits() -> Exits:
    """The queues of our own functions, and the bus."""
    urls = {
        OUTREACH: settings().outreach_queue_url,
        SENDING: settings().sending_queue_url,
        JOBS: settings().import_queue_url,
    }
    queues = {purpose: Queue(clients.sqs(), url) for purpose, url in urls.items()}
    return Exits(queues, Bus(clients.events(), settings().bus))


@cache
def pending() -> Pending:
    """The events that are not relayed yet."""
    return Pending(table())
