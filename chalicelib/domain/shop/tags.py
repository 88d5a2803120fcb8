"""Tags: what the shop starts with, and how names become tags."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.permissions import PERMISSIONS
from chalicelib.domain.shop.model import Shop, Tag
from chalicelib.domain.text import folded_key

PLAIN_COLOUR = "#6b7280"
MOST_TAGS = 1000
NAME_KEY_BYTES = 900  # the store's sort key holds 1,024
DEFAULT_TAGS: tuple[dict[str, Any], ...] = (
    {"name": "VIP", "icon": "🌟", "colour": "#b8860b", "meaning": "High-value customers"},
    {"name": "Wedding", "icon": "💒", "colour": "#be185d", "meaning": "Shopping for a wedding"},
    {"name": "Gift Buyer", "icon": "🎁", "colour": "#7c3aed", "meaning": "Buys gifts for others"},
    {"name": "Repeat", "icon": "🔄", "colour": "#0f766e", "meaning": "Has bought more than once"},
    {"name": "Diamond", "icon": "💎", "colour": "#0369a1", "meaning": "Interested in diamonds"},
    {"name": "Gold", "icon": "🥇", "colour": "#ca8a04", "meaning": "Prefers gold pieces"},
)


def check_name(name: str) -> str:
    """A name by which a tag can be told from others, unchanged.

    Raises:
        ValueError: it has no letter or digit, or is too long once compatibility forms are written out.
    """
    key = folded_key(name)
    if not key:
        raise ValueError("needs a letter or a digit")
    if len(key.encode()) > NAME_KEY_BYTES:
        raise ValueError("is too long")
    return name


def default_tags(now: datetime) -> tuple[Tag, ...]:
    """The tags that a new shop starts with."""
    return tuple(Tag(id=ids.new_id("tag", now), version=1, visibility="everyone", **tag) for tag in DEFAULT_TAGS)


def unknown_names(names: Sequence[str], shop: Shop) -> list[str]:
    """Those names that are not tags yet, each once, as they were typed first.

    Raises:
        Invalid: a name cannot be told from others.
    """
    found: dict[str, str] = {}
    for position, name in enumerate(names):
        try:
            check_name(name)
        except ValueError as refusal:
            raise Invalid.field(f"/tags/{position}", str(refusal)) from refusal
        if shop.tag_named(name) is None:
            found.setdefault(folded_key(name), name)
    return list(found.values())


def refuse_unseen(names: Sequence[str], shop: Shop, roles: frozenset[str]) -> None:
    """Only those who define tags make a new one by using it, or use one that they do not see.

    Raises:
        Invalid: the caller does not define tags, and does not see one of these.
    """
    if not roles.isdisjoint(PERMISSIONS["tags.define"]):
        return
    tags = ((name, shop.tag_named(name)) for name in names)
    unknown = [name for name, tag in tags if tag is None or not tag.visible_to(roles)]
    if unknown:
        errors = [FieldError(f"/tags/{names.index(name)}", "is not a tag of this shop") for name in unknown]
        raise Invalid("Some tags do not exist. A manager can add them.", code="unknown_tag", errors=errors)


def tag_ids(names: Sequence[str], shop: Shop) -> tuple[str, ...]:
    """The ids of the tags of these names, each once."""
    tags = (shop.tag_named(name) for name in names)
    return tuple(dict.fromkeys(tag.id for tag in tags if tag))


def plain_tag(tag_id: str, name: str) -> Tag:
    """A tag that came into being by being used."""
    return Tag(tag_id, 1, name, PLAIN_COLOUR, None, None, "everyone")
