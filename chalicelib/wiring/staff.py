"""The staff directory, for commands that give work to people."""

from chalicelib.domain.staff.members import Directory
from chalicelib.wiring import shop


def directory(mentioned: object = None) -> Directory:
    """Everybody by id; read afresh when a person is mentioned whom this process does not know yet."""
    known = shop.staff.get()
    return known if not isinstance(mentioned, str) or mentioned in known else shop.staff.fresh()
