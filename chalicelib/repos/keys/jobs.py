"""Jobs such as imports and exports, and what became of each of their rows."""

from chalicelib.repos.keys.base import CLAIM, Key


def job(job_id: str) -> Key:
    """A job and how far it has come."""
    return Key(job_id, "JOB")


def job_listed(kind: str, job_id: str, month: str) -> Key:
    """A job in the list of its kind and month."""
    return Key(f"JOBS#{kind}#{month}", job_id)


def job_row(job_id: str, number: int) -> Key:
    """What became of one row; written in the row's own transaction, so a row is never done twice."""
    return Key(job_id, f"ROW#{number:07d}")


def checked_row(job_id: str, number: int) -> Key:
    """What would become of one row, as a dry run found."""
    return Key(job_id, f"CHECK#{number:07d}")


def imported(digest: str) -> Key:
    """The customer whom a row of this content made or changed, so that the same row again changes nothing."""
    return Key(f"IMPORTED#{digest}", CLAIM)
