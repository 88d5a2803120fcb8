"""One number, one person, sometimes two: who owns a phone number or an email address.

A claim item names the owner (its first active holder) and counts the holders. The first attempt of a command assumes
the usual case, a number of one customer alone, and needs no read; when that turns out wrong, the next attempt reads.
"""

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.domain.errors import Conflict, FieldError
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Retry, Transaction, again

FREE = "attribute_not_exists(pk)"
ONLY_MINE = "holder = :me AND holders = :one"


def claim(work: Transaction, key: Key, customer_id: str, pointer: str, *, share: bool) -> None:
    """Hold a number or address; with `share` also one that others hold.

    Raises (on commit):
        Conflict: another active customer holds it, named by its id.
    """
    held = work.table.get(key) if share and work.attempt else None
    if held:
        work.update(
            key,
            "SET holders = holders + :one",
            {":one": 1, ":before": held["holders"]},
            condition="holders = :before",
        )
    else:
        attributes = {"holder": customer_id, "holders": 1}
        work.put(key, attributes, condition=FREE, otherwise=again if share else _taken(pointer))


def release(work: Transaction, key: Key, customer_id: str, others: Callable[[], Sequence[str]]) -> None:
    """Give a number or address up; the claim passes to the oldest of the `others` who hold it.

    Raises:
        Retry: the others have just given it up.
    """
    held = work.table.get(key) if work.attempt else None
    if held is None or (held["holder"] == customer_id and held["holders"] == 1):
        work.delete(key, condition=ONLY_MINE, values={":me": customer_id, ":one": 1})
        return
    owner = held["holder"]
    if owner == customer_id:
        heirs = [other for other in others() if other != customer_id]
        if not heirs:  # the others have given it up between the two reads
            raise Retry
        owner = min(heirs)
    work.update(
        key,
        "SET holder = :owner, holders = holders - :one",
        {":owner": owner, ":one": 1, ":before": held["holders"], ":was": held["holder"]},
        condition="holder = :was AND holders = :before",
    )


def phone_holders(work: Transaction, e164: str) -> list[str]:
    """Ids of all holders of a number."""
    return holders_of_phone(work.table, e164)


def email_holders(work: Transaction, address: str) -> list[str]:
    """Ids of all holders of an address."""
    return holders_of_email(work.table, address)


def holders_of_phone(table: Table, e164: str) -> list[str]:
    """Ids of all holders of a number."""
    key = keys.phone_holder(e164, "")
    return [_customer_of(item) for item in table.query_all(Range(key.pk, begins=key.sk))]


def holders_of_email(table: Table, address: str) -> list[str]:
    """Ids of all holders of an address."""
    return [item["sk"] for item in table.query_all(Range(keys.email_claim(address).pk, begins="cus_"))]


def _customer_of(item: Item) -> str:
    return str(item["sk"]).rsplit("#", 1)[1]


def _taken(pointer: str) -> Callable[[Item | None], Exception]:
    def refuse(held: Item | None) -> Exception:
        owner: Any = held["holder"] if held else None
        detail = "Another active customer holds it. Send allow_duplicate to accept that."
        return Conflict(
            detail, code="duplicate", errors=[FieldError(pointer, "is held by another customer")], conflict_id=owner
        )

    return refuse
