"""The table as the sender sees it: what decides whether a message may leave, and the claim that lets it leave."""

from collections.abc import Callable, Mapping

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.messages import events
from chalicelib.domain.messages.checking import Ready
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.messages.turns import Counted
from chalicelib.domain.shop.model import StaffMember
from chalicelib.domain.suppressions.addresses import CHANNELS, comparable
from chalicelib.repos import keys
from chalicelib.repos.devices import DeviceReader, DeviceWriter
from chalicelib.repos.messages import FREE, MessageReader, MessageWriter
from chalicelib.repos.reach import ReachReader, count_send
from chalicelib.repos.suppressions import SuppressionReader
from chalicelib.repos.table import Table
from chalicelib.repos.transaction import Retry, Transaction

Staff = Callable[[], Mapping[str, StaffMember]]
BAD_ADDRESS = "invalid_address"
ENDPOINT_DISABLED = "endpoint_disabled"


class Sending:
    """Reads and transactions of one turn. `call` gives who sends and what time it is, `staff` the directory."""

    def __init__(self, table: Table, call: Callable[[], Call], staff: Staff) -> None:
        self._table, self._call, self._staff = table, call, staff

    def message(self, message_id: str) -> Message | None:
        """The message; None when there is none."""
        try:
            return MessageReader(self._table).get(message_id)
        except NotFound:
            return None

    def reach(self, customer_id: str) -> Reach | None:
        """The customer with consents and recent sends; None when there is none."""
        try:
            return ReachReader(self._table).get(customer_id)
        except NotFound:
            return None

    def member(self, user_id: str) -> StaffMember | None:
        """The member of staff."""
        return self._staff().get(user_id)

    def suppressed(self, channel: str, address: str) -> str | None:
        """Why nothing is sent to the address; also when it is none."""
        try:
            return SuppressionReader(self._table).reason(channel, address)
        except Invalid:
            return BAD_ADDRESS

    def claim(self, before: Message, after: Message, grounds: Ready) -> bool:
        """Write the claimed message if all that it was decided from still holds; False when something does not."""
        work = Transaction(self._table, self._call())
        MessageWriter(work).change(before, after)
        if grounds.reach is not None:
            _require_customer(work, grounds.reach)
            if grounds.sends is not None:
                count_send(work, grounds.reach, grounds.sends)
        if grounds.member is not None:
            _require_version(work, keys.staff(grounds.member.id), grounds.member.version)
        if after.channel in CHANNELS:
            work.check(keys.suppression(after.channel, comparable(after.channel, after.address or "")), FREE)
        return _committed(work)

    def write(self, before: Message, after: Message, *, told: bool, counted: Counted | None = None) -> bool:
        """Write the next version, with event and audit entry when `told`; False when another was first."""
        work = Transaction(self._table, self._call())
        MessageWriter(work).change(before, after)
        if counted is not None:
            count_send(work, counted.reach, counted.sends)
        if told:
            events.record(work, after)
        if after.status == "failed" and after.reason == ENDPOINT_DISABLED:
            self._disable_device(work, after)
        return _committed(work)

    def _disable_device(self, work: Transaction, message: Message) -> None:
        """The app is gone from the device: it is not chosen again until it registers anew."""
        _, devices = DeviceReader(self._table).of_customer(message.recipient_id)
        for device in devices:
            if device.endpoint == message.address:
                DeviceWriter(work).disable(device)


def _require_customer(work: Transaction, reach: Reach) -> None:
    """A withdrawal, another address or an archived profile that was written since then forbids the claim."""
    work.check(
        keys.profile(reach.customer.id),
        "version = :version AND #status = :active",
        {":version": reach.customer.version, ":active": "active"},
        names={"#status": "status"},
    )
    _require_version(work, keys.consents(reach.customer.id), reach.consents.version)


def _require_version(work: Transaction, key: keys.Key, version: int) -> None:
    if version == 0:
        work.check(key, FREE)
    else:
        work.check(key, "version = :version", {":version": version})


def _committed(work: Transaction) -> bool:
    try:
        work.commit()
    except Retry:
        return False
    return True
