"""Settings, stores, tags and staff are written only over what was read: somebody else may have been there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from chalicelib.domain import ids
from chalicelib.domain.errors import Conflict
from chalicelib.domain.shop.model import Location, Shop, StaffMember, Tag
from chalicelib.repos.shop import ShopWriter, read_shop, read_staff
from chalicelib.repos.transaction import Transaction, again
from chalicelib.wiring.store import table
from tests.support.stale import begun, refused, written
from tests.support.world import World

MINE, THEIRS = "2026-11-23T09:00:00.000Z", "2026-11-23T09:00:00.001Z"  # marks of two who remove a tag


class Seen(NamedTuple):
    """What was read."""

    shop: Shop
    staff: dict[str, StaffMember]

    @property
    def tag(self) -> Tag:
        return next(tag for tag in self.shop.tags.values() if tag.name == "Slow payer")  # nobody has it

    @property
    def store(self) -> Location:
        return next(each for each in self.shop.locations.values() if each.doc["name"] == "Pune")

    def member(self, name: str) -> StaffMember:
        return next(each for each in self.staff.values() if each.email == f"{name}@shop.example")


Write = Callable[[ShopWriter, Seen], None]


def read() -> Seen:
    return Seen(read_shop(table()), read_staff(table()))


def with_writer(write: Write, seen: Seen) -> Callable[[Transaction], None]:
    return lambda work: write(ShopWriter(work), seen)


def next_tag(seen: Seen) -> Tag:
    return replace(seen.tag, version=seen.tag.version + 1, colour="#000000")


def next_store(seen: Seen) -> Location:
    return replace(seen.store, version=seen.store.version + 1)


def change_settings(writer: ShopWriter, seen: Seen) -> None:
    writer.put_settings(seen.shop.settings, seen.shop.settings_version + 1)


def change_tag(writer: ShopWriter, seen: Seen) -> None:
    writer.put_tag(next_tag(seen), old_name=seen.tag.name)


def change_store(writer: ShopWriter, seen: Seen) -> None:
    writer.put_location(next_store(seen))


def change_member(writer: ShopWriter, seen: Seen) -> None:
    before = seen.member("ravi")
    writer.put_staff(replace(before, version=before.version + 1))


def sign_out(writer: ShopWriter, seen: Seen) -> None:
    writer.withdraw_tokens(seen.member("ravi"), seen.member("ravi").tokens_valid_from + 1)


def demote(writer: ShopWriter, seen: Seen) -> None:
    before = seen.member("admin")
    writer.put_staff(replace(before, version=before.version + 1, roles=frozenset(("sales",))))


def disable(writer: ShopWriter, seen: Seen) -> None:
    before = seen.member("admin")
    writer.put_staff(replace(before, version=before.version + 1, disabled=True))


def retire(writer: ShopWriter, seen: Seen) -> None:
    writer.retire_tag(seen.tag, THEIRS)


def remove(writer: ShopWriter, seen: Seen) -> None:
    writer.delete_tag(seen.tag, THEIRS)


def retire_the_next(writer: ShopWriter, seen: Seen) -> None:
    """Another version, and by chance the same mark."""
    writer.retire_tag(next_tag(seen), MINE)


# Each: what somebody else writes, one after the other; the last is what is then written from what was read before.
STALE: dict[str, tuple[Write, ...]] = {
    "settings": (change_settings, change_settings),
    "a store": (change_store, change_store),
    "a tag": (change_tag, change_tag),
    "a member of staff": (change_member, change_member),
    "a member whose tokens were withdrawn": (sign_out, change_member),
    "the withdrawal of the tokens of a member who was changed": (change_member, sign_out),
    "the mark on a tag that was changed": (change_tag, lambda writer, seen: writer.retire_tag(seen.tag, MINE)),
    "the removal of a tag that was changed": (
        change_tag,
        retire_the_next,
        lambda writer, seen: writer.delete_tag(seen.tag, MINE),
    ),
    "the removal of a tag that another one marks": (
        retire,
        lambda writer, seen: writer.delete_tag(seen.tag, MINE),
    ),
    "the mark of another one, taken off": (
        retire,
        lambda writer, seen: writer.keep_tag(seen.tag, MINE),
    ),
    "by an admin who was demoted": (
        demote,
        lambda writer, seen: writer.require_admin(seen.member("admin").id),
    ),
    "by an admin who was disabled": (
        disable,
        lambda writer, seen: writer.require_admin(seen.member("admin").id),
    ),
    "with a tag that was removed": (retire, remove, lambda writer, seen: writer.require_tags((seen.tag.id,))),
    "with a tag that is being removed": (
        lambda writer, seen: writer.retire_tag(seen.tag, "2999-01-01T00:00:00.000Z"),
        lambda writer, seen: writer.require_tags((seen.tag.id,)),
    ),
    "with other settings": (
        change_settings,
        lambda writer, seen: writer.require_settings(seen.shop.settings_version),
    ),
    "with the first settings": (change_settings, lambda writer, _: writer.require_settings(0)),
    "with a store that was changed": (change_store, lambda writer, seen: writer.require_location(seen.store)),
}


@pytest.mark.parametrize("what", STALE)
def test_what_was_read_before_is_not_written_over_what_others_wrote(world: World, what: str) -> None:
    seen = read()
    *theirs, mine = STALE[what]
    for each in theirs:
        written(world, with_writer(each, seen))
    refused(world, begun(world, with_writer(mine, seen)))


NEW: dict[str, Any] = {
    "settings": lambda writer, seen: writer.put_settings(seen.shop.settings, 1),
    "a store": lambda writer, seen: writer.put_location(replace(seen.store, version=1)),
    "a tag": lambda writer, seen: writer.put_tag(replace(seen.tag, version=1, name="Another name")),
    "a member of staff": lambda writer, seen: writer.put_staff(replace(seen.member("ravi"), version=1)),
    "the ready-made tags": lambda writer, _: writer.mark_defaults(),
}


@pytest.mark.parametrize("what", NEW)
def test_what_is_new_is_written_once(world: World, what: str) -> None:
    refused(world, begun(world, with_writer(NEW[what], read())))


def test_a_name_of_a_tag_that_was_given_meanwhile_is_refused_by_name(world: World) -> None:
    tag = replace(read().tag, id=ids.new_id("tag", world.clock.now), version=1)
    refusal = refused(world, begun(world, lambda work: ShopWriter(work).put_tag(tag)), Conflict)
    assert (refusal.code, refusal.conflict_id) == ("duplicate_tag", read().tag.id)
    refused(world, begun(world, lambda work: ShopWriter(work).put_tag(tag, taken=again)))
