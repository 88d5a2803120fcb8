"""Findings about contact details, the queue of them, and how many there are."""

from chalicelib.repos.keys.base import Key

CONTACT = "CONTACT"
FINDING_COUNT = "COUNT#"


def findings(customer_id: str) -> Key:
    """All findings about a customer."""
    return Key(customer_id, "FINDINGS")


def finding_queue(status: str) -> str:
    """The findings of a status, by kind."""
    return f"CONTACT#{status}"


def finding_listed(status: str, kind: str, finding_id: str) -> Key:
    """A finding in its queue."""
    return Key(finding_queue(status), f"{kind}#{finding_id}")


def finding_count(kind: str) -> Key:
    """How many findings of a kind there are."""
    return Key(CONTACT, f"{FINDING_COUNT}{kind}")


def contact_check() -> Key:
    """The newest look over all customers, so that two are never under way."""
    return Key(CONTACT, "CHECK")
