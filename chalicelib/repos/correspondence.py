"""What a command about a customer's messages reads and writes: whom it may reach, what they asked, the message."""

import json
from collections.abc import Sequence

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.inquiries.answering import OpenInquiry
from chalicelib.domain.messages.policy import Reach
from chalicelib.repos import activity, claims, keys
from chalicelib.repos.customers import CustomerWriter
from chalicelib.repos.messages import AlreadyThere, MessageWriter
from chalicelib.repos.open_items import OPEN
from chalicelib.repos.reach import ReachReader
from chalicelib.repos.table import Item
from chalicelib.repos.transaction import Transaction

INQUIRY = f"{OPEN}inq_"


class Correspondence(MessageWriter):
    """A customer's messages within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work)
        self._customers = CustomerWriter(work)

    def reach(self, customer_id: str) -> tuple[Reach, Sequence[OpenInquiry]]:
        """The customer with all that decides what may be sent, and the open inquiries: one Query.

        Raises:
            NotFound: there is no such customer.
        """
        reach, items = ReachReader(self._work.table).with_items(customer_id)
        return reach, [_inquiry(item) for item in items if item["sk"].startswith(INQUIRY)]

    def contact(self, customer: Customer, at: str | None) -> None:
        """Let the transaction fail when the customer is archived; `at` is when they were in touch, if they were."""
        if at is not None and at > (customer.last_contact_at or ""):
            self._customers.touch(customer, {}, contact_at=at)
        else:
            activity.require_active(self._work, customer.id)

    def once(self, customer_id: str, what: str) -> None:
        """Let the transaction happen once for this customer and cause.

        Raises (on commit):
            AlreadyThere: it has happened before.
        """
        attributes = {"at": self._work.call.at}
        self._work.put(
            keys.once(customer_id, what), attributes, condition=claims.FREE, otherwise=lambda _: AlreadyThere()
        )

    def holders(self, number: str) -> list[str]:
        """The customers who have this number (E.164), its owner first."""
        claim = self._work.table.get(keys.phone_claim(number))
        if claim is None:
            return []
        owner = str(claim["holder"])
        others = claims.phone_holders(self._work, number) if claim["holders"] > 1 else []
        return list(dict.fromkeys([owner, *others]))


def _inquiry(marker: Item) -> OpenInquiry:
    return OpenInquiry(marker["sk"].rsplit("#", 1)[1], marker["pk"], json.loads(marker["doc"])["at"])
