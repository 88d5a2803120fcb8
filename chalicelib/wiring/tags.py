"""Tag names of a request as tags of the shop."""

import contextlib
from collections.abc import Callable, Sequence

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.shop import definitions
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.shop.tags import MOST_TAGS, plain_tag, refuse_unseen, tag_ids, unknown_names
from chalicelib.domain.work import Change
from chalicelib.repos.audit_log import has_entries
from chalicelib.repos.shop import ShopWriter, customer_with_tag
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import shop
from chalicelib.wiring.store import table


def ids_of(names: Sequence[str], work: Transaction) -> tuple[str, ...]:
    """The tags' ids, checked again when the work commits; managers and imports make those that are missing.

    Raises:
        Invalid: a name is unknown, and the caller may not make it.
    """
    if not names:
        return ()
    reference = shop.shop.get() if work.attempt == 0 else shop.shop.fresh()
    if unknown_names(names, reference):
        reference = shop.shop.fresh()
    refuse_unseen(names, reference, work.call.actor.roles)
    unknown = unknown_names(names, reference)
    for name in unknown:
        _make(name, work.call)
    found = tag_ids(names, shop.shop.fresh() if unknown else reference)
    ShopWriter(work).require_tags(found)
    return found


def remove(tag_id: str, work: Transaction) -> None:
    """Remove a tag that no active customer has; removing it again does nothing.

    It is marked first, so that no customer can get it between the look and the removal.

    Raises:
        NotFound: there never was such a tag.
        Conflict: a customer has it, named by the id.
    """
    office = shop.office(work)
    tag = office.shop.tags.get(tag_id)
    if tag is None:
        if ids.is_id(tag_id, "tag") and has_entries(table(), tag_id):
            return
        raise NotFound("There is no such tag.")
    mark = work.call.at
    _at_once(work.call, lambda writer: writer.retire_tag(tag, mark))
    customer_id = customer_with_tag(table(), tag_id)
    if customer_id is not None:
        _at_once(work.call, lambda writer: writer.keep_tag(tag, mark))
        raise Conflict("Customers have this tag.", code="tag_in_use", conflict_id=customer_id)
    definitions.remove(office, tag, mark)


def _at_once(call: Call, write: Callable[[ShopWriter], None]) -> None:
    """A write of its own, ahead of the command's; when it conflicts, the whole command runs again."""
    work = Transaction(table(), call)
    write(ShopWriter(work))
    work.commit()


def _make(name: str, call: Call) -> None:
    """A transaction of its own: a customer with twenty new tags would not fit into one."""
    if len(shop.shop.get().tags) >= MOST_TAGS:
        raise Conflict(f"A shop has at most {MOST_TAGS} tags.", code="too_many")

    def command(work: Transaction) -> Shop:
        tag = plain_tag(ids.new_id("tag", call.now), name)
        ShopWriter(work).put_tag(tag)
        work.audit(Change("tag.create", tag.id, after=definitions.fields_of(tag)))
        return shop.shop.get()

    with contextlib.suppress(Conflict):  # another request made it first, which is as good
        commit_with_retry(table(), call, command)
