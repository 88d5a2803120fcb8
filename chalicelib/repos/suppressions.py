"""Suppressed addresses in the table: asked for by the sender, and written with the marks on profiles."""

from dataclasses import dataclass

from chalicelib.domain.suppressions.addresses import CHANNELS, comparable
from chalicelib.domain.suppressions.model import Suppression
from chalicelib.repos import claims, keys, suppression_items
from chalicelib.repos.found import Position
from chalicelib.repos.table import Range, Table
from chalicelib.repos.transaction import Transaction

HELD = "attribute_exists(pk)"


@dataclass(frozen=True)
class SuppressionPage:
    """Suppressions and the position of the next page."""

    suppressions: list[Suppression]
    next: Position | None


class SuppressionReader:
    """Reads of suppressions."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, channel: str, address: str) -> Suppression | None:
        """What is known of an address in comparable form; None when it may be written to."""
        item = self._table.get(keys.suppression(channel, address))
        return suppression_items.from_item(item) if item else None

    def reason(self, channel: str, address: str) -> str | None:
        """Why nothing may be sent to this address, in any notation; None when it may. One GetItem.

        Raises:
            Invalid: it is no address of this channel.
        """
        if channel not in CHANNELS:
            return None
        found = self.get(channel, comparable(channel, address))
        return found.reason if found else None

    def page(self, channel: str | None, limit: int, position: Position | None) -> SuppressionPage:
        """Suppressed addresses of one channel or of all, in their order."""
        channels = [channel] if channel else list(CHANNELS)
        after = None
        if position:
            channels, after = channels[channels.index(position["c"]) :], position["k"]
        found: list[Suppression] = []
        for each in channels:
            wanted = Range(keys.suppressions(each), after=after, limit=limit + 1 - len(found))
            found += [suppression_items.from_item(item) for item in self._table.query(wanted).items]
            after = None
            if len(found) > limit:
                last = found[limit - 1]
                return SuppressionPage(found[:limit], {"c": last.channel, "k": last.address})
        return SuppressionPage(found, None)


class SuppressionWriter(SuppressionReader):
    """Writes of suppressions within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work.table)
        self._work = work

    def holders(self, channel: str, address: str) -> list[str]:
        """Ids of all active customers who have the address, the oldest first."""
        find = claims.email_holders if channel == "email" else claims.phone_holders
        return find(self._work, address)

    def keep(self, before: Suppression | None, after: Suppression) -> None:
        """Write a suppression, new or for a weightier reason."""
        self._work.put(
            suppression_items.key(after),
            suppression_items.attributes(after),
            condition="version = :before" if before else claims.FREE,
            values={":before": before.version} if before else None,
        )

    def lift(self, before: Suppression) -> None:
        """Remove a suppression."""
        self._work.delete(
            suppression_items.key(before), condition="version = :before", values={":before": before.version}
        )

    def mark(self, customer_id: str, suppression: Suppression) -> None:
        """Say on the profile of somebody who holds the address that it is suppressed; makes no new version."""
        self._still_held(customer_id, suppression)
        self._work.update(
            keys.profile(customer_id),
            "SET #mark = :mark",
            {":mark": suppression_items.mark(suppression)},
            condition=HELD,
            names={"#mark": suppression_items.mark_name(suppression.channel, suppression.address)},
        )

    def unmark(self, customer_id: str, suppression: Suppression) -> None:
        """Take the mark off the profile."""
        self._still_held(customer_id, suppression)
        self._work.update(
            keys.profile(customer_id),
            "REMOVE #mark",
            {},
            condition=HELD,
            names={"#mark": suppression_items.mark_name(suppression.channel, suppression.address)},
        )

    def _still_held(self, customer_id: str, suppression: Suppression) -> None:
        """Who gives an address up loses the mark with it, so nobody may be marked who has just done so."""
        entry = keys.email_holder if suppression.channel == "email" else keys.phone_holder
        self._work.check(entry(suppression.address, customer_id), HELD)
