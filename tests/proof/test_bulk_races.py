"""Bulk changes and undos against each other, and against the people at the counter."""

from typing import Any

import pytest

from chalicelib.domain.consents.links import unsubscribe_token
from chalicelib.domain.undo.rows import Remains
from chalicelib.handlers.forms import URL_ENCODED
from chalicelib.repos.removal import CreationWriter
from chalicelib.wiring.signing import signing_key
from tests.proof.scenarios import customer, kinds, unique
from tests.support import imports, jobs
from tests.support.bulk import BULK, begin, run, state
from tests.support.jobs import events, until_over
from tests.support.race import conflicts, together
from tests.support.undoing import YES, ImportedRow, imported, new, undo

pytestmark = [pytest.mark.emulator, pytest.mark.race]
SEED = 20261122


def _work(job_id: str) -> Any:
    return lambda: imports.deliver(jobs.message(job_id))


def test_a_bulk_change_and_people_at_the_counter_both_win(manager: Any, sales: Any) -> None:
    """They write different fields of the same customers at the same moment."""
    ids = [customer(manager)["id"] for _ in range(8)]
    bulk_id = begin(manager, {"ids": ids}, {"kind": "change", "fields": {"occupation": "Pilot"}})
    edits = [lambda each=each: sales.patch(f"/v1/customers/{each}", {"nickname": "Ash"}) for each in ids]
    with conflicts(SEED):
        _, *replies = together([_work(bulk_id), *edits])
    assert {reply.status for reply in replies} <= {200, 409}
    until_over(bulk_id)
    assert state(manager, bulk_id)["changed"] == 8
    for each, reply in zip(ids, replies, strict=True):
        now = manager.get(f"/v1/customers/{each}").json
        edited = reply.status == 200
        assert (now["occupation"], now["nickname"]) == ("Pilot", "Ash" if edited else None)
        assert now["version"] == 2 + edited
        assert kinds(manager, each) == ["customer_created", *["customer_changed"] * (1 + edited)]


def test_two_bulk_changes_of_the_same_customers_both_win(manager: Any) -> None:
    ids = [customer(manager)["id"] for _ in range(8)]
    names = [unique(), unique()]
    work = [begin(manager, {"ids": ids}, {"kind": "tag", "tags": [name]}) for name in names]
    with conflicts(SEED):
        together([_work(bulk_id) for bulk_id in work])
    for bulk_id in work:
        until_over(bulk_id)
        assert state(manager, bulk_id)["changed"] == 8
    for each in ids:
        assert sorted(manager.get(f"/v1/customers/{each}").json["tags"]) == sorted(names)


def test_workers_at_the_same_job_do_each_customer_once(manager: Any) -> None:
    ids = [customer(manager)["id"] for _ in range(12)]
    bulk_id = begin(manager, {"ids": ids}, {"kind": "archive"})
    with conflicts(SEED):
        together([_work(bulk_id)] * 3)
    until_over(bulk_id)
    done = state(manager, bulk_id)
    assert (done["status"], done["changed"]) == ("done", 12)
    assert all(events(each) == ["customer_created", "customer_archived"] for each in ids)
    assert events(bulk_id).count("bulk_finished") == 1


def test_of_many_requests_to_undo_one_makes_the_job(manager: Any) -> None:
    done = run(manager, {"ids": [customer(manager)["id"]]}, {"kind": "tag", "tags": ["VIP"]})
    with conflicts(SEED):
        replies = together([lambda: manager.post(f"{BULK}/{done['id']}/undo")] * 6)
    answered = [reply.json["id"] for reply in replies if reply.status == 202]
    assert {reply.status for reply in replies} <= {202, 409}
    assert set(answered) == {state(manager, done["id"])["undo_id"]}


def test_whoever_edits_during_an_undo_keeps_the_customer_or_hears_that_it_is_too_late(manager: Any, sales: Any) -> None:
    import_id, made = imported(manager, [ImportedRow(new()) for _ in range(9)])
    undo_id = manager.post(f"/v1/imports/{import_id}/undo").json["id"]

    def edit(place: int) -> Any:
        path = f"/v1/customers/{made[place]}"
        if place % 3 == 0:
            return sales.post(f"{path}/notes", {"text": "Likes pearls"})
        if place % 3 == 1:
            return sales.post(f"{path}/consents", {**YES, "source": "in_store"})
        return sales.patch(path, {"nickname": "Ash"})

    with conflicts(SEED):
        _, *replies = together([_work(undo_id), *(lambda place=place: edit(place) for place in range(9))])
    until_over(undo_id)
    rows = {row["customer_id"]: row["result"] for row in jobs.rows(manager, f"/v1/undos/{undo_id}")}
    for each, reply in zip(made, replies, strict=True):
        now = manager.get(f"/v1/customers/{each}")
        assert (rows[each], now.json["status"]) in (("kept", "active"), ("undone", 404))
        if reply.status < 300:
            assert rows[each] == "kept"
        else:
            assert reply.status in (404, 409)


def test_an_edit_between_the_look_and_the_removal_is_refused(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer is archived by then, so nothing can come to lie with them that the undo has not seen."""
    import_id, (made,) = imported(manager, [ImportedRow(new())])
    real, replies = CreationWriter.remove, []

    def remove(self: CreationWriter, remains: Remains) -> None:
        for path, body in (("notes", {"text": "Likes pearls"}), ("consents", YES)):
            replies.append(manager.post(f"/v1/customers/{made}/{path}", body).status)
        real(self, remains)

    monkeypatch.setattr(CreationWriter, "remove", remove)
    assert undo(manager, f"/v1/imports/{import_id}")["undone"] == 1
    assert replies == [409, 409]
    assert manager.get(f"/v1/customers/{made}").status == 404


def test_a_customer_who_unsubscribes_during_the_removal_is_kept(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ending messages is always possible; it counts as something that was done with the customer."""
    words = [[YES], []]
    import_id, made = imported(manager, [ImportedRow(new(), words=said) for said in words])
    real, asked = CreationWriter.remove, set[str]()

    def remove(self: CreationWriter, remains: Remains) -> None:
        if remains.customer.id not in asked:
            asked.add(remains.customer.id)
            token = unsubscribe_token(signing_key(), remains.customer.id, "email", "birthday")
            sent = manager("POST", f"/v1/unsubscribe?token={token}", raw="scope=purpose", Content_Type=URL_ENCODED)
            assert sent.status == 200
        real(self, remains)

    monkeypatch.setattr(CreationWriter, "remove", remove)
    done = undo(manager, f"/v1/imports/{import_id}")
    assert (done["undone"], done["kept"]) == (0, 2)
    for each in made:
        assert manager.get(f"/v1/customers/{each}").json["status"] == "active"
        current = manager.get(f"/v1/customers/{each}/consents").json["current"]
        assert current["email"]["birthday"]["granted"] is False


def test_a_customer_who_is_restored_during_the_removal_is_kept(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id, (made,) = imported(manager, [ImportedRow(new())])
    real, asked = CreationWriter.remove, set[str]()

    def remove(self: CreationWriter, remains: Remains) -> None:
        if not asked:
            asked.add(remains.customer.id)
            assert manager.post(f"/v1/customers/{made}/restore").status == 200
        real(self, remains)

    monkeypatch.setattr(CreationWriter, "remove", remove)
    done = undo(manager, f"/v1/imports/{import_id}")
    assert (done["undone"], done["kept"]) == (0, 1)
    assert manager.get(f"/v1/customers/{made}").json["status"] == "active"


def test_one_with_a_long_history_is_kept_as_it_is(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one transaction could remove, whoever wrote it."""
    import_id, (made,) = imported(manager, [ImportedRow(new(), tags=["VIP"], words=[YES])])
    monkeypatch.setattr("chalicelib.repos.removal.MOST_ITEMS", 5)
    done = undo(manager, f"/v1/imports/{import_id}")
    (row,) = jobs.rows(manager, f"/v1/undos/{done['id']}")
    assert (row["result"], row["reason"]) == ("kept", "has been worked with since: a long history")
    assert sorted(events(made)) == ["consent_given", "customer_imported"]
