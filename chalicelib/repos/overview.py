"""The 360 view in two Queries: the profile with what is open, and the newest entries of the timeline."""

from chalicelib.domain.overview.model import Sight
from chalicelib.repos import open_items
from chalicelib.repos.table import Table
from chalicelib.repos.timeline import Timeline

ENTRIES = 20


class Overviews:
    """Reads of 360 views."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, customer_id: str, *, with_content: bool) -> Sight:
        """Everything that is shown of a customer.

        Raises:
            NotFound: there is no such customer.
        """
        found = open_items.read(self._table, customer_id)
        newest = Timeline(self._table).page(customer_id, ENTRIES, None, with_content=with_content)
        return Sight(found.customer, found.inquiries, found.reminders, newest.entries, found.consents)
