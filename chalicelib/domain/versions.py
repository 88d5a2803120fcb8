"""Versions: a change may name the one it was made for."""

from chalicelib.domain.errors import Stale


def require_version(version: int, if_match: frozenset[int] | None) -> None:
    """Refuse a change of a version that is not the newest; without If-Match (None) any version will do.

    Raises:
        Stale: the record is at another version.
    """
    if if_match is not None and version not in if_match:
        raise Stale(f"The record is at version {version}.")
