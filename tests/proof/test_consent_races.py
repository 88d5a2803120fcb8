"""Sixteen clients at once at one customer's consents, address and devices, a fifth of all transactions refused."""

import contextlib
import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.domain.consents.links import unsubscribe_token
from chalicelib.domain.errors import Busy
from chalicelib.domain.suppressions import commands
from chalicelib.handlers.forms import URL_ENCODED
from chalicelib.repos.devices import DeviceWriter
from chalicelib.repos.transaction import Retry, Transaction, commit_with_retry
from chalicelib.wiring import suppressions
from chalicelib.wiring.signing import signing_key
from chalicelib.wiring.store import table
from tests.support import invariants
from tests.support.history import kinds, made
from tests.support.race import conflicts, together
from tests.support.work import a_transaction

pytestmark = [pytest.mark.emulator, pytest.mark.race]
CLIENTS = 16
YES = {"channel": "email", "purpose": "birthday", "granted": True, "source": "in_store"}


def race(actions: Sequence[Callable[[], Any]], seed: int) -> list[Any]:
    with conflicts(seed):
        replies = together(list(actions))
    assert all(reply.status < 500 for reply in replies), [reply.text for reply in replies]
    return replies


@pytest.mark.parametrize("seed", range(3))
def test_every_word_is_kept_and_the_latest_holds(sales: Any, seed: int) -> None:
    path = made(sales)
    words = [{**YES, "granted": n % 2 == 0, "wording_version": f"w{n}"} for n in range(CLIENTS)]
    replies = race([partial(sales.post, f"{path}/consents", word) for word in words], seed)
    assert {reply.status for reply in replies} <= {201, 409}
    accepted = [reply.json["id"] for reply in replies if reply.status == 201]
    answer = sales.get(f"{path}/consents?limit=100").json
    assert sorted(said["id"] for said in answer["items"]) == sorted(accepted)
    latest = max(answer["items"], key=lambda said: (said["at"], not said["granted"], said["id"]))
    assert answer["current"]["email"]["birthday"] == latest
    invariants.check(table())


def test_one_click_from_many_programs_is_one_word(sales: Any, people: dict[str, Any]) -> None:
    path = made(sales)
    sales.post(f"{path}/consents", YES)
    token = unsubscribe_token(signing_key(), path.rsplit("/", 1)[1], "email", "birthday")
    click = partial(
        people["anonymous"],
        "POST",
        f"/v1/unsubscribe?token={token}",
        raw="List-Unsubscribe=One-Click",
        Content_Type=URL_ENCODED,
    )
    counted = Counter(reply.status for reply in race([click] * CLIENTS, 4))
    assert set(counted) <= {200, 409}
    assert counted[200] >= 1
    assert Counter(kinds(sales, path))["consent_withdrawn"] == 1


def test_a_no_beside_a_yes_of_the_same_moment(sales: Any, people: dict[str, Any]) -> None:
    """Whoever was first, the state is what the words say."""
    path = made(sales)
    token = unsubscribe_token(signing_key(), path.rsplit("/", 1)[1], "email", "birthday")
    link = f"/v1/unsubscribe?token={token}"
    click = partial(people["anonymous"], "POST", link, raw="scope=channel", Content_Type=URL_ENCODED)
    race([click, partial(sales.post, f"{path}/consents", YES)] * 6, 5)
    invariants.check(table())


def _provider_says(address: str, reason: Any) -> None:
    def say(work: Transaction) -> None:
        commands.suppress(suppressions.desk(work), "email", address, reason)

    with contextlib.suppress(Busy):
        commit_with_retry(table(), a_transaction().call, say)


@pytest.mark.parametrize("seed", range(3))
def test_marks_agree_whoever_gives_the_address_up(sales: Any, manager: Any, seed: int) -> None:
    address = f"{uuid.uuid4().hex}@shop.example"
    paths = [made(manager, emails=[{"address": address}], allow_duplicate=True) for _ in range(4)]
    place = f"/v1/suppressions/email/{quote(address, safe='')}"
    other = {"emails": [{"address": f"{uuid.uuid4().hex}@shop.example"}], "allow_duplicate": True}
    back = {"emails": [{"address": address}], "allow_duplicate": True}
    actions: list[Callable[[], Any]] = [
        partial(_provider_says, address, "bounce"),
        partial(_provider_says, address, "complaint"),
        partial(manager.delete, place),
        partial(manager.post, "/v1/suppressions", {"channel": "email", "address": address}),
        partial(sales.patch, paths[0], other),
        partial(sales.patch, paths[0], back),
        partial(manager.delete, paths[1]),
        partial(manager.post, f"{paths[1]}/restore", {"allow_duplicate": True}),
    ]
    with conflicts(seed):
        replies = together(actions * 2)
    assert all(reply is None or reply.status < 500 for reply in replies)
    invariants.check(table())


def test_an_address_given_up_after_the_holders_were_read_is_not_marked(manager: Any) -> None:
    """The narrow case of the race above, made certain."""
    address = f"{uuid.uuid4().hex}@shop.example"
    path = made(manager, emails=[{"address": address}])
    work = a_transaction()
    commands.suppress(suppressions.desk(work), "email", address, "bounce")
    manager.patch(path, {"emails": [{"address": f"{uuid.uuid4().hex}@shop.example"}]})
    commit_with_retry(table(), work.call, _once(work, address))
    manager.patch(path, {"emails": [{"address": address}]})
    assert manager.get(path).json["suppressed"] == []
    invariants.check(table())


def _once(prepared: Transaction, address: str) -> Callable[[Transaction], None]:
    """First the transaction that was prepared, then the same command afresh."""
    left = [prepared]

    def run(work: Transaction) -> None:
        if left:
            left.pop().commit()
            return
        commands.suppress(suppressions.desk(work), "email", address, "bounce")

    return run


@pytest.mark.parametrize("seed", range(2))
def test_devices_never_become_too_many(sales: Any, seed: int) -> None:
    path = made(sales)
    bodies = [{"platform": "apns", "token": uuid.uuid4().hex} for _ in range(12)]
    replies = race([partial(sales.post, f"{path}/devices", body) for body in bodies], seed)
    assert {reply.status for reply in replies} <= {201, 409}
    assert 1 <= len(sales.get(f"{path}/devices").json["items"]) <= 5
    invariants.check(table())


def test_a_device_that_was_registered_between_the_reads_is_met_again(sales: Any) -> None:
    """The narrow case of the race below, made certain."""
    path, body = made(sales), {"platform": "apns", "token": uuid.uuid4().hex}
    customer_id = path.rsplit("/", 1)[1]
    digest = hashlib.sha256(f"apns\n{body['token']}".encode()).hexdigest()
    assert sales.post(f"{path}/devices", body).status == 201
    with pytest.raises(Retry):
        DeviceWriter(a_transaction()).holder(digest, customer_id)
    held = DeviceWriter(a_transaction()).holder(digest, made(sales).rsplit("/", 1)[1])
    assert held is not None
    assert held.customer_id == customer_id


def test_a_device_has_one_holder(sales: Any) -> None:
    paths = [made(sales) for _ in range(4)]
    body = {"platform": "apns", "token": uuid.uuid4().hex}
    race([partial(sales.post, f"{path}/devices", body) for path in paths] * 3, 6)
    assert sum(len(sales.get(f"{path}/devices").json["items"]) for path in paths) == 1
    invariants.check(table())
