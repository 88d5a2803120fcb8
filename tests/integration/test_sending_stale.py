"""Between the decision that a message may leave and its claim, somebody else forbids it: it does not leave."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from chalicelib.domain.call import Call
from chalicelib.domain.messages.checking import Ready
from chalicelib.repos.messages import MessageReader
from chalicelib.repos.reach import ReachReader
from chalicelib.repos.sending import Sending
from chalicelib.wiring.sender import SENDER
from tests.support.sending_desk import outgoing
from tests.support.world import World

OTHER = [{"address": "new@shop.example"}]


def letter(world: World, customer_id: str) -> str:
    """A letter to a customer, about to leave."""
    body = {"customer_id": customer_id, "channel": "email", "subject": "Your ring", "text": "It is ready."}
    return str(world.api("sales").post("/v1/messages", body).json["id"])


def trial(world: World) -> str:
    """A test of a template to the manager, about to leave."""
    template = world.records["tpl"][0]
    return str(world.api("manager").post(f"/v1/templates/{template}/test", {}).json["message_id"])


def withdraw(world: World, customer_id: str) -> None:
    word = {"channel": "email", "purpose": "service", "granted": False, "source": "in_store"}
    assert world.api("sales").post(f"/v1/customers/{customer_id}/consents", word).status == 201


def change_address(world: World, customer_id: str) -> None:
    assert world.api("sales").patch(f"/v1/customers/{customer_id}", {"emails": OTHER}).status == 200


def archive(world: World, customer_id: str) -> None:
    assert world.api("manager").delete(f"/v1/customers/{customer_id}").status == 204


def suppress(world: World, customer_id: str) -> None:
    (address,) = world.api("sales").get(f"/v1/customers/{customer_id}").json["emails"]
    body = {"channel": "email", "address": address["address"]}
    assert world.api("manager").post("/v1/suppressions", body).status == 201


def dismiss(world: World, _: str) -> None:
    people = world.api("admin").get("/v1/users").json["items"]
    manager = next(person["id"] for person in people if person["name"] == "Manager")
    assert world.api("admin").patch(f"/v1/users/{manager}", {"disabled": True}).status == 200


def sent_after(world: World, meanwhile: Callable[[], None]) -> list[str]:
    """To whom mails left, when this happened after the decision and before the claim."""
    claim, others, left = Sending.claim, iter([meanwhile]), len(world.cloud.mails)

    def claimed(store: Sending, *given: Any) -> bool:
        for other in others:
            other()
        return claim(store, *given)

    with patch.object(Sending, "claim", claimed):
        world.deliver()
    assert not list(others), "nothing came to a claim"
    return [mail.to for mail in world.cloud.mails[left:]]


@pytest.mark.parametrize(
    ("number", "meanwhile"),
    [(0, withdraw), (2, withdraw), (0, archive), (0, suppress)],
    ids=["withdrawn", "withdrawn with the first word", "archived", "suppressed"],
)
def test_what_a_customer_may_not_be_sent_any_more_stays(
    world: World, number: int, meanwhile: Callable[[World, str], None]
) -> None:
    customer_id = world.records["cus"][number]
    message_id = letter(world, customer_id)
    assert sent_after(world, lambda: meanwhile(world, customer_id)) == []
    assert MessageReader(world.table).get(message_id).status == "suppressed"
    world.check()


def test_an_address_that_was_changed_meanwhile_gets_nothing(world: World) -> None:
    customer_id = world.records["cus"][0]
    letter(world, customer_id)
    assert sent_after(world, lambda: change_address(world, customer_id)) == ["new@shop.example"]
    world.check()


def test_who_has_left_the_shop_meanwhile_gets_nothing(world: World) -> None:
    message_id = trial(world)
    assert sent_after(world, lambda: dismiss(world, "")) == []
    assert MessageReader(world.table).get(message_id).status == "suppressed"


def test_nobody_in_the_archive_is_written_to_whatever_was_decided(world: World) -> None:
    customer_id = world.records["cus"][0]
    message = MessageReader(world.table).get(letter(world, customer_id))
    archive(world, customer_id)
    reach = ReachReader(world.table).get(customer_id)
    store = Sending(world.table, lambda: Call(SENDER, world.clock.now, "req_1"), dict)
    after = replace(message, status="sending", version=message.version + 1)
    position = world.cloud.position
    assert not store.claim(message, after, Ready(outgoing(), reach=reach))
    assert world.cloud.position == position


def test_what_has_left_is_told(world: World) -> None:
    customer_id = world.records["cus"][0]
    message_id = letter(world, customer_id)
    world.deliver()
    told = world.api("sales").get(f"/v1/customers/{customer_id}/timeline").json["items"][0]
    assert (told["kind"], told["data"]["message_id"]) == ("message_sent", message_id)
