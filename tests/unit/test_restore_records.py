"""What a file of all data may hold, line by line; everything else is refused for the reason it gives."""

from collections.abc import Iterable
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.errors import Invalid
from chalicelib.domain.imports.unreadable import Unreadable
from chalicelib.domain.jobs.model import Job, StoredFile
from chalicelib.domain.restore import job, records
from chalicelib.domain.restore.fields import MOST_FACTS
from chalicelib.domain.restore.job import Hands
from tests.support.fakes import call

AT = "2026-11-22T10:00:00.000Z"
ASHA, RAVI = f"cus_{'0' * 26}", f"cus_{'1' * 26}"
MEERA = {"id": "usr_meera", "name": "Meera", "at": AT}
NO_ONE = dict.fromkeys(("template", "template_id", "language", "location_id", "event_id", "resend_of", "resent_as"))
NOT_YET = dict.fromkeys(("provider_id", "dlt_template_id", "send_at", "check_at", "claim", "claimed_until", "seen"))
LINES: dict[str, dict[str, Any]] = {
    "customer": {
        "id": ASHA,
        "version": 3,
        "status": "active",
        "created_at": AT,
        "updated_at": AT,
        "last_contact_at": None,
        "tags": [],
        "doc": {
            "given_name": "Asha",
            "phones": [{"number": "98765 43210", "label": None, "e164": "+919876543210"}],
            "emails": [],
            "addresses": [],
            "source": "online",
        },
        "owns": [],
        "shared": [],
        "suppressed": [],
        "marks": [],
        "sends": None,
    },
    "message": {
        **NO_ONE,
        **NOT_YET,
        "id": f"msg_{'2' * 26}{ASHA[4:]}",
        "customer_id": ASHA,
        "version": 1,
        "channel": "email",
        "purpose": "birthday",
        "status": "sent",
        "address": "asha@example.com",
        "content": {"subject": "Hello", "text": "All the best.", "html": None},
        "by": MEERA,
        "direction": "out",
        "template_version": None,
        "automatic": False,
        "reason": None,
        "attempts": 0,
        "status_at": AT,
    },
    "event": {
        "customer_id": ASHA,
        "id": f"evt_{'3' * 26}",
        "at": AT,
        "kind": "note_added",
        "summary": "Note added",
        "actor": {"id": "usr_meera", "name": "Meera"},
        "data": {"note_id": "nte_1"},
        "content": None,
        "audience": "staff",
    },
    "suppression": {
        "id": f"sup_{'4' * 26}",
        "channel": "email",
        "address": "asha@example.com",
        "reason": "bounce",
        "by": MEERA,
        "version": 1,
        "message_id": None,
        "note": None,
        "marked": [ASHA],
    },
    "duplicate": {
        "id": f"dup_{ASHA[4:]}{RAVI[4:]}",
        "version": 1,
        "status": "open",
        "score": 97,
        "reasons": ["same_phone"],
        "against": [],
        "found_at": AT,
        "run": f"dpr_{'5' * 26}",
        "decided_at": None,
        "decided_by": None,
    },
}


def line(kind: str, **changes: Any) -> dict[str, Any]:
    return {"record": kind, **LINES[kind], **changes}


@pytest.mark.parametrize("kind", LINES)
def test_a_record_is_read_as_it_stands(kind: str) -> None:
    assert records.read(line(kind)).record == kind


ASHAS = LINES["customer"]["doc"]
REFUSED: list[tuple[dict[str, Any], str]] = [
    *(
        (line("customer", doc={name: ASHAS[name] for name in ASHAS if name != missing}), f"doc has no {missing}")
        for missing in ("phones", "emails", "addresses", "source")
    ),
    (line("message", id=f"msg_{'2' * 26}{RAVI[4:]}"), "has an id that is not of this customer"),
    (line("message", id="msg_1"), "has an id that is not of this customer"),
    (line("event", data={"text": "x" * MOST_FACTS}), "must be at most 300 KB of JSON"),
    (line("event", data={"text": "a\x00b"}), "control"),
    (line("event", content={"told": [{"a\x1bb": "c"}]}), "control"),
    (line("suppression", address="Asha@Example.com"), "has an address that is not in comparable form"),
    (line("suppression", channel="sms", address="98765 43210"), "has an address that is not in comparable form"),
    (line("duplicate", id=f"dup_{RAVI[4:]}{ASHA[4:]}"), "has an id that is not of two customers"),
    (line("duplicate", id="dup_1"), "has an id that is not of two customers"),
]


@pytest.mark.parametrize(("given", "reason"), REFUSED, ids=[f"{given['record']} {why}" for given, why in REFUSED])
def test_what_no_table_holds_is_refused_for_its_reason(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        records.read(given)


@pytest.mark.parametrize("given", [None, [], "customer", 7])
def test_a_line_is_an_object(given: Any) -> None:
    with pytest.raises(Invalid, match="must be a JSON object"):
        records.read(given)


@pytest.mark.parametrize("text", [b'{"record": ', b"\xff\xfe", b"[" * 100_000, b"NaN", b'{"data": {"sum": -Infinity}}'])
def test_a_line_is_json(text: bytes) -> None:
    with pytest.raises(Invalid, match="not JSON in UTF-8"):
        records.parse(text)


class Uploaded:
    """A file in memory."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def describe(self) -> StoredFile:
        return StoredFile("etag", len(self._content))

    def blocks(self, _: StoredFile, offset: int) -> Iterable[bytes]:
        yield self._content[offset:]


class Begun:
    """As much of a turn as steps look at."""

    job = Job("imp_1", "import", "running", call().actor, AT, 0)


def looked_through(lines: int) -> Job:
    """An import of so many lines after its first step."""
    source = Uploaded(b'{"record": "x"}\n' * lines)
    return next(job.steps(Begun(), Hands(source, lambda *_: [], lambda _: None)))  # type: ignore[arg-type]  # see Begun


def test_a_file_has_at_most_so_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "MOST_LINES", 3)
    assert looked_through(3).total == 3
    with pytest.raises(Unreadable, match="more than 3 lines"):
        looked_through(4)
