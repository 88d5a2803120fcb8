"""Writes of a customer's history, for the faults."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.proof.scenarios import Attempt, Scenario, customer, kinds, unique

DUE = "2035-03-08T10:00:00Z"


def _path(api: Any) -> str:
    return f"/v1/customers/{customer(api)['id']}"


def _happened(api: Any, path: str, *expected: str) -> None:
    counted = Counter(kinds(api, path.rsplit("/", 1)[1]))
    assert counted == Counter(("customer_created", *expected))


def _note(api: Any) -> tuple[str, str]:
    path = _path(api)
    return path, api.post(f"{path}/notes", {"text": "Likes rubies"}).headers["Location"]


def _correct(api: Any) -> Attempt:
    path, note = _note(api)

    def check() -> None:
        assert (api.get(note).json["text"], api.get(note).json["version"]) == ("Likes opals", 2)
        _happened(api, path, "note_added", "note_corrected")

    return Attempt(lambda: api.patch(note, {"text": "Likes opals"}), check)


def _withdraw(api: Any) -> Attempt:
    path, note = _note(api)

    def check() -> None:
        assert (api.get(note).json["status"], api.get(note).json["version"]) == ("withdrawn", 2)
        _happened(api, path, "note_added", "note_withdrawn")

    return Attempt(lambda: api.delete(note), check)


def _receive(api: Any) -> Attempt:
    path, key = _path(api), unique()

    def check() -> None:
        _happened(api, path, "inquiry_received")
        assert len(api.get(f"{path}/overview").json["open_inquiries"]) == 1

    return Attempt(lambda: api.post(f"{path}/inquiries", {"text": "Any studs?"}, Idempotency_Key=key), check)


def _inquiry(api: Any) -> tuple[str, str]:
    path = _path(api)
    return path, api.post(f"{path}/inquiries", {"text": "Any studs?"}).headers["Location"]


def _answer(api: Any) -> Attempt:
    path, inquiry = _inquiry(api)

    def check() -> None:
        assert (api.get(inquiry).json["answer"], api.get(inquiry).json["version"]) == ("Yes", 2)
        _happened(api, path, "inquiry_received", "inquiry_answered")

    return Attempt(lambda: api.patch(inquiry, {"status": "answered", "answer": "Yes"}), check)


def _reopen(api: Any) -> Attempt:
    path, inquiry = _inquiry(api)
    api.patch(inquiry, {"status": "answered"})

    def check() -> None:
        assert (api.get(inquiry).json["status"], api.get(inquiry).json["version"]) == ("open", 3)
        _happened(api, path, "inquiry_received", "inquiry_answered", "inquiry_reopened")

    return Attempt(lambda: api.patch(inquiry, {"status": "open"}), check)


def _set(api: Any) -> Attempt:
    path, key = _path(api), unique()

    def check() -> None:
        _happened(api, path, "reminder_set")
        assert len(api.get(f"{path}/reminders").json["items"]) == 1

    return Attempt(lambda: api.post(f"{path}/reminders", {"type": "other", "due_at": DUE}, Idempotency_Key=key), check)


def _change(patch: dict[str, Any], event: str) -> Callable[[Any], Attempt]:
    def prepare(api: Any) -> Attempt:
        path = _path(api)
        place = api.post(f"{path}/reminders", {"type": "other", "due_at": DUE}).headers["Location"]

        def check() -> None:
            assert api.get(place).json["version"] == 2
            _happened(api, path, "reminder_set", event)

        return Attempt(lambda: api.patch(place, patch), check)

    return prepare


def _cancel(api: Any) -> Attempt:
    path = _path(api)
    place = api.post(f"{path}/reminders", {"type": "other", "due_at": DUE}).headers["Location"]

    def check() -> None:
        assert api.get(place).json["status"] == "cancelled"
        _happened(api, path, "reminder_set", "reminder_cancelled")

    return Attempt(lambda: api.delete(place), check)


HISTORY = (
    Scenario("correct a note", "sales", _correct),
    Scenario("withdraw a note", "sales", _withdraw),
    Scenario("inquiry", "sales", _receive),
    Scenario("answer", "sales", _answer),
    Scenario("reopen", "sales", _reopen),
    Scenario("reminder", "sales", _set),
    Scenario("reschedule", "sales", _change({"due_at": "2036-01-01T00:00:00Z"}, "reminder_rescheduled")),
    Scenario("complete", "sales", _change({"status": "done"}, "reminder_completed")),
    Scenario("cancel", "sales", _cancel),
)
