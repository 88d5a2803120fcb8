"""Messages in the table: read by id, and every write with the entries that must stay true with it."""

from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages.model import Message, recipient_of
from chalicelib.repos import keys, message_items
from chalicelib.repos.table import Item, Table
from chalicelib.repos.transaction import Transaction, again

FREE = "attribute_not_exists(pk)"


class AlreadyThere(Exception):
    """The event that this message answers has made it before: nothing is to be done."""


class MessageReader:
    """Reads of single messages."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, message_id: str) -> Message:
        """The message.

        Raises:
            NotFound: there is none with this id.
        """
        recipient_id = recipient_of(message_id)
        item = self._table.get(keys.message(recipient_id, message_id)) if recipient_id else None
        if item is None:
            raise NotFound("There is no such message.")
        return message_items.from_item(item)


class MessageWriter(MessageReader):
    """Writes of messages within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work.table)
        self._work = work

    def add(self, message: Message) -> None:
        """Write a new message.

        Raises (on commit):
            AlreadyThere: there is one with this id.
        """
        self._work.put(
            message_items.key(message), message_items.attributes(message), condition=FREE, otherwise=_already_there
        )
        self._work.put(message_items.log_key(message), message_items.log_attributes(message))
        place = message_items.outgoing_key(message)
        if place:
            self._work.put(place, {"recipient_id": message.recipient_id})

    def change(self, before: Message, after: Message) -> None:
        """Write the next version; on commit the command is run again when another writer was first."""
        attributes = message_items.attributes(after)
        self._work.update(
            message_items.key(after),
            "SET #version = :new_version, #status = :status, doc = :doc",
            {
                ":new_version": attributes["version"],
                ":status": attributes["status"],
                ":doc": attributes["doc"],
                ":version": before.version,
            },
            condition="#version = :version",
            names={"#version": "version", "#status": "status"},
            otherwise=again,
        )
        if message_items.log_attributes(before) != message_items.log_attributes(after):
            self._work.put(message_items.log_key(after), message_items.log_attributes(after))
        self._move(before, after)

    def _move(self, before: Message, after: Message) -> None:
        old, new = message_items.outgoing_key(before), message_items.outgoing_key(after)
        if old == new:
            return
        if old:
            self._work.delete(old)
        if new:
            self._work.put(new, {"recipient_id": after.recipient_id})


def _already_there(_: Item | None) -> Exception:
    return AlreadyThere()
