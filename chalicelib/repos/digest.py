"""What a digest names, read at once: one BatchGetItem for up to a hundred records and profiles."""

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.ids import is_id, owner_of
from chalicelib.domain.messages.digest import Due
from chalicelib.domain.messages.digest_text import MOST_BIRTHDAYS, Waiting
from chalicelib.repos import customer_items, inquiry_items, keys, reminder_items
from chalicelib.repos.inquiry_items import INQUIRY
from chalicelib.repos.keys import Key
from chalicelib.repos.reminder_items import REMINDER
from chalicelib.repos.table import Item, Table


class DigestRecords:
    """Reads of what waits for a member of staff."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def waiting(self, due: Due) -> Waiting:
        """What of it is still open, of customers who are still active; more birthdays than are named are not read."""
        reminders = [keys.owned(owner, REMINDER, each) for each in due.reminder_ids if (owner := owner_of(each, "rem"))]
        inquiries = [keys.owned(owner, INQUIRY, each) for owner, each in due.inquiries if is_id(owner, "cus")]
        born = [keys.profile(each) for each in due.birthday_ids[:MOST_BIRTHDAYS] if is_id(each, "cus")]
        about = [keys.profile(key.pk) for key in (*reminders, *inquiries)]
        found = self._table.get_many(list(dict.fromkeys((*reminders, *inquiries, *born, *about))))
        active = _active(found)
        return Waiting(
            [each for each in map(reminder_items.from_item, _of(found, reminders, active)) if each.status == "open"],
            [each for each in map(inquiry_items.from_item, _of(found, inquiries, active)) if each.status == "open"],
            [active[key.pk] for key in born if key.pk in active and active[key.pk].doc.get("birthday")],
            active,
            max(len(due.birthday_ids) - MOST_BIRTHDAYS, 0),
        )


def _active(found: dict[Key, Item]) -> dict[str, Customer]:
    profiles = (customer_items.from_item(item) for key, item in found.items() if key.sk == keys.PROFILE)
    return {customer.id: customer for customer in profiles if customer.status == "active"}


def _of(found: dict[Key, Item], places: list[Key], active: dict[str, Customer]) -> list[Item]:
    return [found[key] for key in places if key in found and key.pk in active]
