"""Tag names of a request as tags of the shop."""

import contextlib
from collections.abc import Sequence

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.errors import Conflict
from chalicelib.domain.shop.model import Shop, Tag
from chalicelib.domain.shop.tags import plain_tag, refuse_unknown, tag_ids, unknown_names
from chalicelib.domain.work import Change
from chalicelib.repos.shop import ShopWriter
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import shop
from chalicelib.wiring.store import table


def find(name: str, roles: frozenset[str]) -> Tag | None:
    """The tag of this name, if these roles see it."""
    tag = shop.shop.get().tag_named(name) or shop.shop.fresh().tag_named(name)
    return tag if tag and tag.visible_to(roles) else None


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
        unknown = unknown_names(names, reference)
        refuse_unknown(names, unknown, work.call.actor.roles)
        for name in unknown:
            _make(name, work.call)
        reference = shop.shop.fresh() if unknown else reference
    found = tag_ids(names, reference)
    ShopWriter(work).require_tags(found)
    return found


def _make(name: str, call: Call) -> None:
    """A transaction of its own: a customer with twenty new tags would not fit into one."""

    def command(work: Transaction) -> Shop:
        tag = plain_tag(ids.new_id("tag", call.now), name)
        ShopWriter(work).put_tag(tag)
        work.audit(Change("tag.create", tag.id, after={"name": name}))
        return shop.shop.get()

    with contextlib.suppress(Conflict):  # another request made it first, which is as good
        commit_with_retry(table(), call, command)
