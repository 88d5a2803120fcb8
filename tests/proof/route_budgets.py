"""Routes that need more calls than their kind, each with its reason; everything else keeps to what its kind may.

A row that nobody needs any more fails the build.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """Calls of the table: reads of one kind or another, and transactions."""

    reads: int
    writes: int = 0
    reason: str = ""


ONE = Budget(1)  # GET of one record: 1 GetItem (or 1 BatchGetItem of what belongs together)
PAGE = Budget(2)  # any other GET: 1 Query, and 1 BatchGetItem for what it found
WRITE = Budget(1, 1)  # everything else: 1 read and 1 transaction
SHARDS = "what is due lies in four parts"
HOLDERS = "looks whether it is known, and whose address it is"
UNDO = "the job, and the undo that may have been asked for already"

ROWS = {
    "DELETE /v1/suppressions/{channel}/{address}": Budget(2, 1, HOLDERS),
    "DELETE /v1/tags/{tag_id}": Budget(1, 2, "closed to new customers before the look whether anybody has it"),
    "GET /v1/audit/{audit_id}": Budget(2, 0, "the core of the day, and the values with their record"),
    "GET /v1/customers/{customer_id}/consents": Budget(3, 0, "an empty page looks whether there is such a customer"),
    "GET /v1/duplicates": Budget(7, 0, "a Query for each ten points of the score, until the page is full"),
    "GET /v1/exports/{export_id}": Budget(1, 1, "that a link was given away is an audit entry"),
    "GET /v1/messages": Budget(32, 0, "a Query for each day, 31 at most, until the page is full"),
    "GET /v1/messages/figures": Budget(5, 0, "a Query for each day that was asked for"),
    "GET /v1/reminders": Budget(5, 0, SHARDS),
    "GET /v1/sweeps": Budget(10, 0, "where each sweep stands, and its run of the day"),
    "GET /v1/sweeps/{name}/runs": Budget(7, 0, "a Query for each day of the page"),
    "GET /v1/today": Budget(10, 0, f"reminders, inquiries and birthdays: {SHARDS}"),
    "POST /v1/contact-checks": Budget(2, 1, "whether one is under way, and that job"),
    "POST /v1/customers/bulk/{bulk_id}/undo": Budget(2, 1, UNDO),
    "POST /v1/customers/{customer_id}/devices": Budget(2, 1, "who holds the token now"),
    "POST /v1/duplicates/runs": Budget(2, 1, "whether one is under way, and that job"),
    "POST /v1/messages": Budget(2, 1, "the customer with consents, and whether the address is suppressed"),
    "POST /v1/messages/{message_id}/cancel": Budget(2, 1, "the message, and the customer"),
    "POST /v1/messages/{message_id}/resend": Budget(4, 1, "the message, the customer with consents, the address"),
    "POST /v1/suppressions": Budget(2, 1, HOLDERS),
    "POST /v1/sweeps/{name}/runs": Budget(10, 1, "the whole sweep, by hand"),
    "POST /v1/unsubscribe": Budget(2, 1, "the customer, and their consents"),
    "PUT /v1/customers/by-external-id/{external_id}": Budget(2, 1, "who has the id, and that customer"),
}
