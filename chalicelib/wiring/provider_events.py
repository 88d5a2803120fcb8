"""What providers' events and the look after messages on their way work with."""

from functools import cache

from chalicelib.config import settings
from chalicelib.domain.call import Actor
from chalicelib.domain.messages import provider_events
from chalicelib.domain.suppressions import commands
from chalicelib.domain.suppressions.model import Reason
from chalicelib.repos.messages import MessageReader, MessageWriter
from chalicelib.repos.outgoing import Outgoing
from chalicelib.repos.sns_signature import Signatures
from chalicelib.repos.suppressions import SuppressionWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring.store import table

PROVIDER = Actor(id="sys_provider", name="Provider")


@cache
def signatures() -> Signatures:
    """Checks what comes from the topics of this deployment."""
    return Signatures(settings().provider_topics, settings().endpoint_url)


def desk(work: Transaction) -> provider_events.Desk:
    """Where one word of a provider is taken in."""
    suppressions = commands.Desk(work.call, work, SuppressionWriter(work))

    def suppress(channel: str, address: str, reason: Reason, message_id: str) -> object:
        return commands.suppress(suppressions, channel, address, reason, message_id)

    return provider_events.Desk(work.call, work, MessageWriter(work), suppress)


def outgoing() -> Outgoing:
    """The list of messages on their way."""
    return Outgoing(table())


def messages() -> MessageReader:
    """Reads of messages."""
    return MessageReader(table())
