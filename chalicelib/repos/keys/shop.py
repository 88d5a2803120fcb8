"""Staff, stores, settings and tags."""

from chalicelib.repos.keys.base import Key

STAFF = "STAFF"
SHOP = "SHOP"


def staff(user_id: str) -> Key:
    """A member of staff."""
    return Key(STAFF, user_id)


def settings() -> Key:
    """The shop's settings."""
    return Key(SHOP, "SETTINGS")


def shop_defaults() -> Key:
    """The mark that the ready-made tags were written."""
    return Key(SHOP, "DEFAULTS")


def location(location_id: str) -> Key:
    """A store."""
    return Key(SHOP, f"LOCATION#{location_id}")


def tag(tag_id: str) -> Key:
    """A tag's definition."""
    return Key(SHOP, f"TAG#{tag_id}")


def tag_name(folded: str) -> Key:
    """Keeps a tag's name unique without case and accents."""
    return Key(SHOP, f"TAGNAME#{folded}")
