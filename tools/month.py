"""The month of a shop of 20,000 customers, as docs/costs.md assumes it: what is done how often, line by line."""

from __future__ import annotations

from dataclasses import dataclass

CUSTOMERS = 20_000
OPEN_DAYS = 26
DAYS = 30
MINUTES = DAYS * 24 * 60
HTTP = "APIHandler"
# Lambda asks each queue with five connections, each of which waits for 20 seconds: AWS Compute Blog, "Understanding how
# AWS Lambda scales with Amazon SQS standard queues".
POLLS_A_QUEUE = 5 * 3 * MINUTES


@dataclass(frozen=True)
class Traffic:
    """How often an operation is done in a month, and which function does it for how long."""

    operation: str
    times: float
    why: str
    function: str = HTTP
    milliseconds: float = 120


SERVED = 100 * OPEN_DAYS
SCREENS = 10 * 20 * OPEN_DAYS
BIRTHDAYS = CUSTOMERS / 12
MAILS = 1_000
LETTERS = MAILS + 300
HUNDREDS = CUSTOMERS / 100

TRAFFIC = (
    Traffic(
        "GET /v1/customers", SERVED + SCREENS / 4, "everybody who is served is looked up: 100 a day; lists of staff"
    ),
    Traffic("GET /v1/customers/{customer_id}/overview", SERVED, "once each"),
    Traffic("GET /v1/customers/{customer_id}/timeline", SERVED / 4, "for every fourth"),
    Traffic("POST /v1/customers/{customer_id}/notes", SERVED / 2, "for every second"),
    Traffic("POST /v1/customers/{customer_id}/calls", SERVED / 4, "for every fourth"),
    Traffic("POST /v1/customers/{customer_id}/inquiries", 150, "assumed"),
    Traffic("PATCH /v1/customers/{customer_id}/inquiries/{inquiry_id}", 150, "each is answered"),
    Traffic("POST /v1/customers/{customer_id}/reminders", 500, "assumed"),
    Traffic("PATCH /v1/reminders/{reminder_id}", 500, "each is done"),
    Traffic("POST /v1/customers", 300, "new customers"),
    Traffic("PATCH /v1/customers/{customer_id}", 600, "changed details"),
    Traffic("POST /v1/customers/{customer_id}/consents", 300, "of the new ones"),
    Traffic("PUT /v1/customers/{customer_id}/tags", 300, "assumed"),
    Traffic("GET /v1/customers/{customer_id}", SCREENS / 4, "ten staff open 20 screens a day"),
    Traffic("GET /v1/today", SCREENS / 4, "as above"),
    Traffic("GET /v1/dashboard", SCREENS / 4, "as above"),
    Traffic("POST /v1/messages", 300, "letters of staff"),
    Traffic("GET /v1/exports/{export_id}", 20, "looking whether it is done, and the link"),
    Traffic("relay an event", 0, "every event that the above and the sweeps publish", "Relay", 100),
    Traffic("plan a birthday message", BIRTHDAYS, "a twelfth of the customers", "Worker", 150),
    Traffic("send a mail", LETTERS, "a thousand agree to birthday mails; letters of staff", "Sender", 300),
    Traffic("take in what SES tells", 3 * LETTERS, "sent, delivered, opened", "Worker", 100),
    Traffic("birthday of a customer", BIRTHDAYS, "as above", "Sweeps", 30),
    Traffic("tick of pending", MINUTES, "every minute", "Sweeps", 100),
    Traffic("tick of birthdays", MINUTES / 15, "every 15 minutes", "Sweeps", 100),
    Traffic("tick of follow-ups", MINUTES / 15, "every 15 minutes", "Sweeps", 100),
    Traffic("tick of duplicates", MINUTES / 60, "every hour", "Sweeps", 60),
    Traffic("tick of contact-checks", DAYS, "every night", "Sweeps", 60),
    Traffic("tick of seal", DAYS, "every night", "Sweeps", 1_000),
    Traffic("run for duplicates", DAYS, "every night", "Imports", 500),
    Traffic("run for duplicates: each 100 customers", DAYS * HUNDREDS, "all of them", "Imports", 100),
    Traffic("look over contact details", DAYS / 7, "every week", "Imports", 500),
    Traffic("look over contact details: each 100 customers", DAYS / 7 * HUNDREDS, "all of them", "Imports", 100),
    Traffic("export of customers", 4, "every week", "Imports", 500),
    Traffic("export of customers: each 100 customers", 4 * HUNDREDS, "all of them", "Imports", 100),
    Traffic("import of 100 new customers", 4, "assumed", "Imports", 3_000),
)
# What is assumed beside the traffic.
BYTES_OF_A_LOG_LINE = 450
LOG_LINES_A_TURN = 4  # ours, and three that Lambda writes
BYTES_OF_AN_ANSWER = 5_000
STAFF = 10
FILES_WRITTEN = DAYS * (CUSTOMERS // 2_000 + 1) + 4 * (CUSTOMERS // 5_000 + 1) + 4 * 4 + DAYS * 2
HISTORY = 10  # notes, calls, reminders and messages of a customer: this traffic for four years
KEY_USES = 18_000  # DynamoDB asks KMS once in five minutes for each role at work: one role all month, five by day
