"""The table as the sender sees it, in memory: it honours every condition that the real one writes."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import events
from chalicelib.domain.messages.checking import Ready
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.messages.turns import Counted
from chalicelib.domain.shop.model import StaffMember
from chalicelib.domain.work import Change, Event


@dataclass
class Told:
    """Counts the events of each message."""

    kinds: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    audited: int = 0

    def record(self, event: Event) -> str:
        """Count the event."""
        self.kinds[event.data["message_id"]][event.kind] += 1
        return "evt_memory"

    def audit(self, _: Change) -> None:
        """Count the entry."""
        self.audited += 1


def _nothing(_: str, __: str) -> None:
    """No interruption."""


@dataclass
class MemoryStore:
    """Messages, customers, staff and suppressions; `interrupt` is called before every access (name, message id)."""

    messages: dict[str, Message] = field(default_factory=dict)
    reaches: dict[str, Reach] = field(default_factory=dict)
    members: dict[str, StaffMember] = field(default_factory=dict)
    suppressions: dict[tuple[str, str], str] = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    interrupt: Callable[[str, str], None] = _nothing
    afterwards: Callable[[str, str], None] = _nothing

    def message(self, message_id: str) -> Message | None:
        """The message."""
        self.interrupt("message", message_id)
        return self.messages.get(message_id)

    def reach(self, customer_id: str) -> Reach | None:
        """The customer."""
        self.interrupt("reach", customer_id)
        return self.reaches.get(customer_id)

    def member(self, user_id: str) -> StaffMember | None:
        """The member of staff."""
        return self.members.get(user_id)

    def suppressed(self, channel: str, address: str) -> str | None:
        """Why nothing is sent to the address."""
        return self.suppressions.get((channel, address))

    def claim(self, before: Message, after: Message, grounds: Ready) -> bool:
        """As Sending.claim."""
        self.interrupt("claim", before.id)
        if not (self._is_still(before) and self._holds(grounds)) or self.suppressed(after.channel, after.address or ""):
            return False
        self.messages[after.id] = after
        if grounds.reach is not None and grounds.sends is not None:
            self._count(Counted(grounds.reach, grounds.sends))
        self.afterwards("claim", before.id)
        return True

    def write(self, before: Message, after: Message, *, told: bool, counted: Counted | None = None) -> bool:
        """As Sending.write."""
        self.interrupt("write", before.id)
        if not self._is_still(before):
            return False
        if counted is not None:
            if self.reaches[counted.reach.customer.id].sends_version != counted.reach.sends_version:
                return False
            self._count(counted)
        self.messages[after.id] = after
        if told:
            events.record(self.told, after)
        self.afterwards("write", before.id)
        return True

    def get(self, message_id: str) -> Message:
        """As MessageReader.get."""
        if message_id not in self.messages:
            raise NotFound("There is no such message.")
        return self.messages[message_id]

    def change(self, before: Message, after: Message) -> None:
        """As MessageWriter.change, committed at once."""
        assert self._is_still(before)
        self.messages[after.id] = after

    def _is_still(self, before: Message) -> bool:
        now = self.messages.get(before.id)
        return now is not None and now.version == before.version

    def _holds(self, grounds: Ready) -> bool:
        if grounds.member is not None:
            return self.members.get(grounds.member.id) == grounds.member
        seen = grounds.reach
        now = self.reaches.get(seen.customer.id) if seen else None
        if seen is None or now is None or now.customer.status != "active":
            return False
        same = (now.customer.version, now.consents.version) == (seen.customer.version, seen.consents.version)
        return same and (grounds.sends is None or now.sends_version == seen.sends_version)

    def _count(self, counted: Counted) -> None:
        customer_id = counted.reach.customer.id
        version = counted.reach.sends_version + 1
        self.reaches[customer_id] = replace(self.reaches[customer_id], sends=counted.sends, sends_version=version)
