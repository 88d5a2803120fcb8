"""Audit entries: how they are built, and that nothing changes them."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import ids, instants
from chalicelib.domain.audit.model import AuditFilters, day_of
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.work import Change
from chalicelib.repos import audit_items, keys
from chalicelib.repos.audit_log import _bounds, _days, _range
from chalicelib.repos.table import Table
from chalicelib.repos.transaction import Transaction

CODE = Path(__file__).resolve().parents[2] / "chalicelib"
MOMENTS = st.integers(0, 10**15).map(lambda micros: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(microseconds=micros))


def a_call(now: datetime) -> Call:
    return Call(Actor("usr_1", "A"), now, "req_1", "192.0.2.1")


@given(MOMENTS)
def test_the_id_of_an_entry_leads_to_its_day(now: datetime) -> None:
    for key, core in audit_items.build(Change("x", "cus_1", after={"a": 1}), a_call(now)):
        audit_id = key.sk.removeprefix(keys.AUDIT)
        assert day_of(audit_id) == core["at"][:10]
    key, core = audit_items.refusal("x", "GET /", a_call(now))
    assert (key.pk, day_of(key.sk)) == (keys.audit_day(core["at"][:10]), core["at"][:10])


@pytest.mark.parametrize("text", ["", "aud_", "aud_0", "cus_" + "0" * 26, "aud_" + "z" * 26, "aud_" + "u" * 26])
def test_what_is_no_id_has_no_day(text: str) -> None:
    assert day_of(text) is None


@given(MOMENTS, MOMENTS, MOMENTS)
def test_a_wanted_entry_lies_within_the_bounds(one: datetime, other: datetime, moment: datetime) -> None:
    filters = AuditFilters(since=min(one, other), until=max(one, other))
    wanted = instants.to_text(min(one, other)) <= instants.to_text(moment) < instants.to_text(max(one, other))
    bounds = _bounds("", filters)
    assert bounds is not None
    entries = [key for key, _ in audit_items.build(Change("x", ""), a_call(moment))]
    entries.append(audit_items.refusal("x", "GET /", a_call(moment))[0])
    if wanted:
        assert all(bounds[0] <= key.sk <= bounds[1] for key in entries)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_any_instants_can_be_asked_for(one: datetime, other: datetime) -> None:
    filters = AuditFilters(since=min(one, other), until=max(one, other))
    bounds = _range("AUDIT#2026-11-22", "", filters).between
    assert bounds is not None
    assert bounds[0] <= bounds[1]
    days = _days(filters, None, datetime(2026, 11, 22, tzinfo=UTC))
    assert all("2026-11-01" <= day <= "2026-11-23" for day in days)


def test_days_go_backwards_and_on_from_a_position() -> None:
    now = datetime(2026, 11, 4, 23, 59, tzinfo=UTC)
    assert list(_days(AuditFilters(), None, now)) == [f"2026-11-0{day}" for day in (5, 4, 3, 2, 1)]
    assert list(_days(AuditFilters(since=now - timedelta(days=1)), {"d": "2026-11-04"}, now)) == [
        "2026-11-04",
        "2026-11-03",
    ]


def test_values_stand_apart_and_the_core_only_seals_them() -> None:
    change = Change("customer.change", "cus_1", before={"name": "Asha"}, after={"name": "Usha"})
    (values_key, values), (core_key, core) = audit_items.build(change, a_call(datetime(2026, 11, 22, tzinfo=UTC)))
    assert (values_key.pk, core_key.pk) == ("cus_1", "AUDIT#2026-11-22")
    assert "Asha" not in str(core)
    assert "salt" not in core
    assert core["values_digest"] == audit_items.digest(values["salt"], values["values"])
    assert core["values_digest"] != audit_items.digest("", values["values"]), "without the salt it cannot be guessed"


def test_every_entry_is_written_only_where_there_is_none() -> None:
    work = Transaction(Table(None, "t"), a_call(datetime(2026, 11, 22, tzinfo=UTC)))
    work.audit(Change("x", "cus_1", after={"a": 1}))
    assert len(work) == 2
    for operation in work._operations:
        assert operation["Put"]["ConditionExpression"] == "attribute_not_exists(pk)"


def _names(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)}


AUDIT_KEYS = {"audit_entry", "audit_values", "audit_day", "AUDIT"}
WRITES = {"put", "update", "delete", "write", "put_item", "update_item", "delete_item", "transact_write_items"}


# Builds what a transaction puts where nothing is (see above); reads entries; seals them; and passes over their values.
KNOW_ENTRIES = {"audit_items.py", "audit_log.py", "seals.py", "everything.py"}
# Values before and after lie with a customer, and go with one whom an undo removes; the cores stay.
REMOVES_VALUES = {"removal.py"}


def test_few_modules_know_where_entries_are_and_none_changes_one() -> None:
    users = {path for path in CODE.rglob("*.py") if "keys" not in path.parts and AUDIT_KEYS & _names(path)}
    assert {path.name for path in users} == KNOW_ENTRIES | REMOVES_VALUES
    for path in users:
        names = _names(path)
        allowed = {"delete", "add", "check"} if path.name in REMOVES_VALUES else set()
        if path.name == "seals.py":
            allowed = {"put"}  # the list of sealed days
            assert "audit_values" not in names
        assert not (WRITES & names) - allowed, f"{path.name} writes"
        assert path.name not in REMOVES_VALUES or not {"audit_entry", "audit_day"} & names


def test_only_the_transaction_and_the_refusal_write_entries() -> None:
    builders = {
        path.relative_to(CODE).as_posix()
        for path in CODE.rglob("*.py")
        if "audit_items." in path.read_text("utf-8") and path.name != "audit_log.py"
    }
    assert builders == {"repos/transaction.py", "handlers/serve.py"}


def test_ids_know_nothing_of_days_before_the_epoch() -> None:
    assert day_of(f"aud_{ids.encode(0)}") == "1970-01-01"
