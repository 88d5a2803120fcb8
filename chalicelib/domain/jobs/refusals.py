"""What the result of a refused row says: the first field that is wrong, and why."""

from chalicelib.domain.errors import DomainError

MOST_REASON = 300


def pointer_of(refusal: DomainError) -> str | None:
    """The JSON pointer to the first field that is wrong; None when it is no single field."""
    return refusal.errors[0].pointer if refusal.errors else None


def reason_of(refusal: DomainError, customer_id: str | None = None) -> str:
    """Why, for people, with the record that stands in the way unless it is the row's own customer."""
    reason = refusal.errors[0].detail if refusal.errors else refusal.detail
    if refusal.conflict_id and refusal.conflict_id != customer_id:
        reason = f"{reason} ({refusal.conflict_id})"
    return reason[:MOST_REASON]
