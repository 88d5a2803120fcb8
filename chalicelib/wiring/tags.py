"""Tag names of a request as tags of the shop."""

import contextlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.shop import definitions
from chalicelib.domain.shop.model import Shop, Tag
from chalicelib.domain.shop.tags import MOST_TAGS, plain_tag, refuse_unseen, tag_ids, unknown_names
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change
from chalicelib.repos.audit_log import has_entries
from chalicelib.repos.shop import ShopWriter, customer_with_tag
from chalicelib.repos.transaction import Refusal, Transaction, again, commit_with_retry
from chalicelib.wiring import shop
from chalicelib.wiring.store import table

TOGETHER = 4  # new tags within the transaction of what names them: each is four items, and the largest create has room


class Named(NamedTuple):
    """The tags of a request: their ids, and those among them that its own transaction makes."""

    ids: tuple[str, ...]
    made: tuple[Tag, ...] = ()


def named(names: Sequence[str], work: Transaction, together: int = TOGETHER) -> Named:
    """The tags of these names, checked again when the work commits; managers and imports make those that are missing.

    Up to `together` of them are made by the work itself, so that a refusal leaves none behind.

    Raises:
        Invalid: a name is unknown, and the caller may not make it.
        Conflict: the shop has no room for another tag.
    """
    if not names:
        return Named(())
    reference = shop.shop.get() if work.attempt == 0 else shop.shop.fresh()
    if unknown_names(names, reference):
        reference = shop.shop.fresh()
    refuse_unseen(names, reference, work.call.actor.roles)
    unknown, made = unknown_names(names, reference), tuple[Tag, ...]()
    if len(unknown) <= together:
        made = tuple(_put(name, work, reference) for name in unknown)
    else:
        for name in unknown:
            _make(name, work.call)
        reference = shop.shop.fresh()
    ShopWriter(work).require_tags(tag_ids([name for name in names if name not in unknown or not made], reference))
    return Named(tag_ids(names, reference.with_tags(made)), made)


def ids_of(names: Sequence[str], work: Transaction) -> tuple[str, ...]:
    """The same for one of many rows: rows that are written together may name the same new tag, so it is made before."""
    return named(names, work, together=0).ids


def remove(tag_id: str, work: Transaction, if_match: frozenset[int] | None = None) -> None:
    """Remove a tag that no active customer has; removing it again does nothing.

    It is marked first, so that no customer can get it between the look and the removal.

    Raises:
        NotFound: there never was such a tag.
        Stale: the tag is not at the version of If-Match.
        Conflict: a customer has it, named by the id.
    """
    office = shop.office(work)
    tag = office.shop.tags.get(tag_id)
    if tag is None:
        if ids.is_id(tag_id, "tag") and has_entries(table(), tag_id):
            return
        raise NotFound("There is no such tag.")
    require_version(tag.version, if_match)
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


def _put(name: str, work: Transaction, reference: Shop, taken: Refusal | None = again) -> Tag:
    if len(reference.tags) >= MOST_TAGS:
        raise Conflict(f"A shop has at most {MOST_TAGS} tags.", code="too_many")
    tag = plain_tag(ids.new_id("tag", work.call.now), name)
    ShopWriter(work).put_tag(tag, taken=taken)
    work.audit(Change("tag.create", tag.id, after=definitions.fields_of(tag)))
    work.afterwards(shop.shop.forget)
    return tag


def _make(name: str, call: Call) -> None:
    """A transaction of its own: a customer with twenty new tags would not fit into one."""

    def command(work: Transaction) -> Tag:
        return _put(name, work, shop.shop.get(), taken=None)

    with contextlib.suppress(Conflict):  # another request made it first, which is as good
        commit_with_retry(table(), call, command)
