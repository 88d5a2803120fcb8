"""What a customer becomes when a deed is taken back, and how an undo goes through the rows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import Any
from unittest.mock import create_autospec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import instants
from chalicelib.domain.consents.model import Consent, Consents
from chalicelib.domain.customers.commands import create, write_doc
from chalicelib.domain.customers.model import NewCustomer
from chalicelib.domain.errors import Busy, Conflict
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.undo.commands import begin
from chalicelib.domain.undo.former import former, former_words
from chalicelib.domain.undo.job import CHUNK, Hands, steps
from chalicelib.domain.undo.rows import MOST_NAMED, Remains, UndoDesk, undo_row
from chalicelib.domain.undo.trace import Trace, read_trace, traced
from chalicelib.repos.jobs import JobWriter
from tests.support.fakes import NOW, FakeCustomers, FakeWork, call, desk, shop

TAGS = ("tag_a", "tag_b", "tag_c", "tag_d")
custom = st.dictionaries(st.sampled_from(["ring", "club", "size"]), st.none() | st.integers() | st.booleans())
fields = st.fixed_dictionaries(
    {
        "occupation": st.none() | st.sampled_from(["Nurse", "Pilot"]),
        "language": st.none() | st.sampled_from(["de", "hi"]),
        "custom": custom,
    }
)
tag_sets = st.lists(st.sampled_from(TAGS), unique=True)


def customer(doc: dict[str, Any], tags: Sequence[str]) -> Any:
    new = NewCustomer.model_validate({"given_name": "Asha", "phones": [{"number": "+919800000001"}], **doc})
    return create(desk(), new, tags)


@given(fields, fields, tag_sets, tag_sets)
def test_what_nobody_touched_is_given_back_whole(
    before: dict[str, Any], after: dict[str, Any], had: list[str], has: list[str]
) -> None:
    made = customer(before, had)
    changed = replace(made, doc={**made.doc, **after}, tags=tuple(has))
    trace = read_trace(traced(made, changed).as_json())
    was = former(changed.doc, changed.tags, TAGS, trace)
    assert (was.doc, set(was.tags), was.stays) == (made.doc, set(had), [])


@given(fields, fields, fields, tag_sets, tag_sets, tag_sets)
def test_what_somebody_changed_since_stays_and_is_named(
    before: dict[str, Any],
    after: dict[str, Any],
    since: dict[str, Any],
    had: list[str],
    has: list[str],
    got: list[str],
) -> None:
    made = customer(before, had)
    changed = replace(made, doc={**made.doc, **after}, tags=tuple(has))
    trace = traced(made, changed)
    was = former({**changed.doc, **since}, got, TAGS, trace)
    for name in ("occupation", "language"):
        ours = before[name] != after[name]
        given_back = ours and since[name] == after[name]
        assert was.doc[name] == (before[name] if given_back else since[name])
        assert (name in was.stays) == (ours and since[name] not in (before[name], after[name]))
    for name in ("ring", "club", "size"):
        absent = object()
        old, new, now = (each["custom"].get(name, absent) for each in (before, after, since))
        wanted = old if old != new and now == new else now
        assert was.doc["custom"].get(name, absent) == wanted or (wanted is absent and name not in was.doc["custom"])
        assert (f"custom.{name}" in was.stays) == (old != new and now not in (old, new))
    assert set(was.tags) == (set(got) - (set(has) - set(had))) | (set(had) - set(has))


def test_a_tag_that_the_shop_has_no_more_does_not_come_back() -> None:
    made = customer({}, ["tag_a", "tag_b"])
    trace = traced(made, replace(made, tags=()))
    assert former(made.doc, (), ("tag_b",), trace).tags == ("tag_b",)


PLACES = [(channel, purpose) for channel in ("email", "sms") for purpose in ("birthday", "care")]


def word_of(word_id: str, at: str, **said: Any) -> Consent:
    return Consent(word_id, "cus_1", at=at, recorded_at=at, recorded_by=("usr_1", "Meera"), **said)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Consent], set[str]]:
    """Words of one customer, and which of them an import wrote."""
    words = []
    for number in range(draw(st.integers(0, 6))):
        channel, purpose = draw(st.sampled_from(PLACES))
        at = instants.to_text(NOW + timedelta(minutes=draw(st.integers(0, 3))))
        said = {"channel": channel, "purpose": purpose, "granted": draw(st.booleans()), "source": "in_store"}
        words.append(word_of(f"con_{number}", at, wording_version="v1", **said))
    return words, {word.id for word in words if draw(st.booleans())}


@given(histories())
def test_words_that_are_taken_back_leave_what_was_agreed_before_them(told: tuple[list[Consent], set[str]]) -> None:
    words, ours = told
    before = reduce(Consents.with_word, (word for word in words if word.id not in ours), Consents())
    now = reduce(Consents.with_word, words, Consents())
    later = instants.to_text(NOW + timedelta(hours=1))
    again = [
        Consent(
            f"con_x{n}", "cus_1", w.channel, w.purpose, w.granted, w.source, w.wording_version, later, later, ("", "")
        )
        for n, w in enumerate(former_words(words, ours))
    ]
    after = reduce(Consents.with_word, again, now)
    for place in PLACES:
        assert after.agreed(*place) == before.agreed(*place)
    untouched = [word for word in now.latest.values() if word.id not in ours]
    assert {(word.channel, word.purpose) for word in again}.isdisjoint((w.channel, w.purpose) for w in untouched)


def job(**more: Any) -> Job:
    return Job(
        "und_1", "undo", "running", call().actor, "2026-11-22T10:00:00Z", 0, **{"request": {"of": "blk_1"}, **more}
    )


class Turn:
    """A turn whose checkpoints are kept in memory."""

    def __init__(self, started: Job) -> None:
        self.job = started

    def through(self, hands: Hands) -> list[Job]:
        """Every state, in order."""
        states = []
        for state in steps(self, hands):  # type: ignore[arg-type]  # as much of a turn as steps look at
            self.job = state
            states.append(state)
        return states


def test_the_rows_go_backwards_in_chunks_and_only_those_with_a_trace_have_a_result() -> None:
    last = 2 * CHUNK + 7
    rows = [
        RowResult(n, "changed", f"cus_{n}", trace={"did": "changed"} if n % 2 else None) for n in range(1, last + 1)
    ]
    asked: list[int] = []

    def some(_: Job, below: int | None, limit: int) -> list[RowResult]:
        return [row for row in reversed(rows) if below is None or row.row < below][:limit]

    def done(_: Job, wanted: Sequence[RowResult]) -> list[RowResult]:
        asked.extend(row.row for row in wanted)
        return [RowResult(row.row, "undone", row.customer_id) for row in wanted]

    states = Turn(job()).through(Hands(lambda _: 104, some, done))
    assert asked == [n for n in range(last, 0, -1) if n % 2]
    assert [state.state.get("below") for state in states] == [None, last - CHUNK + 1, last - 2 * CHUNK + 1, 1]
    assert (states[-1].total, states[-1].done, states[-1].counts) == (104, 104, {"undone": 104})


def test_a_job_that_is_over_is_taken_back_by_another_which_it_remembers() -> None:
    jobs, work = create_autospec(JobWriter, instance=True), FakeWork()
    origin = Job("imp_1", "import", "done", call().actor, "", 0, request={"kind": "customers"})
    made = begin(call(), jobs, work, origin)
    assert (made.kind, made.request, made.status) == ("undo", {"of": "imp_1"}, "waiting")
    jobs.add.assert_called_once_with(made)
    jobs.amend.assert_called_once_with(origin, origin.with_state(undo_id=made.id))
    assert [event.data["job_id"] for event in work.events] == [made.id]


@pytest.mark.parametrize("status", ["waiting", "unmapped", "checked", "running"])
def test_a_job_that_is_not_over_is_not_taken_back(status: str) -> None:
    jobs = create_autospec(JobWriter, instance=True)
    with pytest.raises(Conflict) as refused:
        begin(call(), jobs, FakeWork(), replace(job(), status=status))
    assert (refused.value.code, jobs.mock_calls) == ("not_finished", [])


def test_what_was_restored_from_an_export_is_not_taken_back() -> None:
    origin = Job("imp_1", "import", "done", call().actor, "", 0, request={"kind": "everything"})
    with pytest.raises(Conflict) as refused:
        begin(call(), create_autospec(JobWriter, instance=True), FakeWork(), origin)
    assert refused.value.code == "not_undoable"


def test_a_trace_comes_back_from_a_rows_result_as_it_was() -> None:
    trace = Trace("created", 1, tags_added=["tag_a"], consents=["con_1"], digest="d")
    assert read_trace(trace.as_json()) == trace
    assert "before" not in trace.as_json()


class Creations:
    """One customer whom a job made, and whether they were removed."""

    def __init__(self, remains: Remains) -> None:
        self.remains = remains
        self.removed = False

    def look(self, _: str, __: Sequence[str]) -> Remains:
        return self.remains

    def remove(self, _: Remains) -> None:
        self.removed = True


def take_back(creations: Creations, work: FakeWork) -> RowResult:
    """Take back the row that made the customer."""
    there: Any = creations
    nothing: Any = None  # the row wrote down no word and left no mark
    row = RowResult(1, "created", creations.remains.customer.id, trace=Trace("created", 1).as_json())
    return undo_row(UndoDesk(desk(work=work), nothing, there, nothing, nothing), row)


def test_a_row_names_the_first_of_many_things_that_were_done_since() -> None:
    done = [f"deed_{number:02}" for number in range(MOST_NAMED + 3)]
    creations = Creations(Remains(customer({}, ()), [*reversed(done), *done]))
    result = take_back(creations, FakeWork())
    assert result.reason == f"has been worked with since: {', '.join(done[:MOST_NAMED])}"
    assert (result.result, creations.removed) == ("kept", False)


def test_a_customer_who_was_restored_meanwhile_is_not_removed() -> None:
    """They were archived so that nobody works with them while it is decided; by now somebody may."""
    creations, work = Creations(Remains(customer({}, ()))), FakeWork()
    with pytest.raises(Busy):
        take_back(creations, work)
    assert (creations.removed, work.changes) == (False, [])


def test_a_document_is_written_as_it_was_without_being_read_anew() -> None:
    """A number that was local when it was entered stays the number it was, whatever the country is by now."""
    kept = FakeCustomers()
    new = NewCustomer.model_validate({"given_name": "Asha", "phones": [{"number": "98000 00001"}]})
    made = create(desk(customers=kept), new, ())
    abroad = desk(customers=kept, of=shop(default_country="AE"))
    after = write_doc(abroad, made, {**made.doc, "occupation": "Pilot"}, made.tags, share=False)
    assert after.doc["phones"] == made.doc["phones"]
    assert after.version == 2
