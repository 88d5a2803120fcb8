"""Everything that decides whether a customer may be written to: one Query, as it all lies beside the profile."""

import json
from collections.abc import Sequence

from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.domain.messages.policy import Reach, Sends
from chalicelib.repos import consent_items, keys
from chalicelib.repos.compact import compact
from chalicelib.repos.customer_items import from_item
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Transaction

DEVICE = f"{keys.PROFILE}#DEVICE#"


class ReachReader:
    """Reads of what can be sent to whom."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, customer_id: str) -> Reach:
        """The customer with consents, recent sends and devices.

        Raises:
            NotFound: there is no such customer.
        """
        return self.with_items(customer_id)[0]

    def with_items(self, customer_id: str) -> tuple[Reach, list[Item]]:
        """The same, and all that lies beside the profile, the markers of what is open among it.

        Raises:
            NotFound: there is no such customer.
        """
        if not is_id(customer_id, "cus"):
            raise NotFound("There is no such customer.")
        items = {item["sk"]: item for item in self._table.query_all(Range(customer_id, begins=keys.PROFILE))}
        if keys.PROFILE not in items:
            raise NotFound("There is no such customer.")
        sends = items.get(keys.recent_sends(customer_id).sk)
        reach = Reach(
            customer=from_item(items[keys.PROFILE]),
            consents=consent_items.from_state(items.get(keys.consents(customer_id).sk)),
            sends=_sends(sends),
            sends_version=int(sends["version"]) if sends else 0,
            endpoints=_endpoints([item for sk, item in items.items() if sk.startswith(DEVICE)]),
        )
        return reach, list(items.values())


def _sends(item: Item | None) -> Sends:
    return [(at, message_id) for at, message_id in json.loads(item["doc"])["sends"]] if item else ()


def _endpoints(devices: Sequence[Item]) -> list[str]:
    """Those of the devices that accept messages, the one registered last first."""
    newest = sorted(devices, key=lambda item: str(item["sk"]), reverse=True)
    return [str(item["endpoint"]) for item in newest if item["enabled"]]


def count_send(work: Transaction, reach: Reach, sends: Sends) -> None:
    """Write which sends count from now on; run again when another message was counted meanwhile."""
    work.put(
        keys.recent_sends(reach.customer.id),
        {"version": reach.sends_version + 1, "doc": compact({"sends": [list(sent) for sent in sends]})},
        condition="attribute_not_exists(pk) OR version = :version",
        values={":version": reach.sends_version},
    )
