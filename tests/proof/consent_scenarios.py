"""Writes of consents, suppressed addresses and devices, for the faults."""

import uuid
from collections import Counter
from typing import Any
from urllib.parse import quote

from chalicelib.domain.consents.links import unsubscribe_token
from chalicelib.handlers.forms import URL_ENCODED
from chalicelib.wiring.signing import signing_key
from tests.proof.scenarios import Attempt, Scenario, customer, kinds, unique

YES = {"channel": "email", "purpose": "birthday", "granted": True, "source": "in_store"}


def _happened(api: Any, customer_id: str, *expected: str) -> None:
    assert Counter(kinds(api, customer_id)) == Counter(("customer_created", *expected))


def _consent(api: Any) -> Attempt:
    made, key = customer(api), unique()
    path = f"/v1/customers/{made['id']}/consents"

    def check() -> None:
        answer = api.get(path).json
        assert len(answer["items"]) == 1
        assert answer["current"]["email"]["birthday"] == answer["items"][0]
        _happened(api, made["id"], "consent_given")

    return Attempt(lambda: api.post(path, YES, Idempotency_Key=key), check)


def _unsubscribe(api: Any) -> Attempt:
    made = customer(api)
    path = f"/v1/customers/{made['id']}/consents"
    api.post(path, YES)
    address = f"/v1/unsubscribe?token={unsubscribe_token(signing_key(), made['id'], 'email', 'birthday')}"

    def check() -> None:
        answer = api.get(path).json
        assert [said["granted"] for said in answer["items"]] == [False, True]
        assert answer["current"]["email"]["birthday"]["source"] == "unsubscribe_link"
        _happened(api, made["id"], "consent_given", "consent_withdrawn")

    def send() -> Any:
        return api("POST", address, raw="List-Unsubscribe=One-Click", Content_Type=URL_ENCODED)

    return Attempt(send, check)


def _held(api: Any) -> tuple[str, list[str]]:
    """An address, and two customers who hold it."""
    address = f"{unique()}@shop.example"
    made = [customer(api, emails=[{"address": address}], allow_duplicate=True) for _ in range(2)]
    return address, [each["id"] for each in made]


def _suppress(api: Any) -> Attempt:
    address, holders = _held(api)

    def check() -> None:
        for customer_id in holders:
            (mark,) = api.get(f"/v1/customers/{customer_id}").json["suppressed"]
            assert (mark["address"], mark["reason"]) == (address, "manual")
            _happened(api, customer_id, "address_suppressed")

    return Attempt(lambda: api.post("/v1/suppressions", {"channel": "email", "address": address}), check)


def _lift(api: Any) -> Attempt:
    address, holders = _held(api)
    api.post("/v1/suppressions", {"channel": "email", "address": address})

    def check() -> None:
        for customer_id in holders:
            assert api.get(f"/v1/customers/{customer_id}").json["suppressed"] == []
            _happened(api, customer_id, "address_suppressed", "address_released")

    return Attempt(lambda: api.delete(f"/v1/suppressions/email/{quote(address, safe='')}"), check)


def _add_device(api: Any) -> Attempt:
    made, body = customer(api), {"platform": "apns", "token": uuid.uuid4().hex}
    path = f"/v1/customers/{made['id']}/devices"

    def check() -> None:
        assert len(api.get(path).json["items"]) == 1
        _happened(api, made["id"], "device_added")

    return Attempt(lambda: api.post(path, body), check)


def _take_device_over(api: Any) -> Attempt:
    first, second = customer(api), customer(api)
    body = {"platform": "apns", "token": uuid.uuid4().hex}
    api.post(f"/v1/customers/{first['id']}/devices", body)
    path = f"/v1/customers/{second['id']}/devices"

    def check() -> None:
        assert api.get(f"/v1/customers/{first['id']}/devices").json["items"] == []
        assert len(api.get(path).json["items"]) == 1
        _happened(api, first["id"], "device_added", "device_removed")
        _happened(api, second["id"], "device_added")

    return Attempt(lambda: api.post(path, body), check)


def _remove_device(api: Any) -> Attempt:
    made = customer(api)
    path = f"/v1/customers/{made['id']}/devices"
    device = api.post(path, {"platform": "apns", "token": uuid.uuid4().hex}).json["id"]

    def check() -> None:
        assert api.get(path).json["items"] == []
        _happened(api, made["id"], "device_added", "device_removed")

    return Attempt(lambda: api.delete(f"{path}/{device}"), check)


CONSENTS = (
    Scenario("consent", "sales", _consent),
    Scenario("unsubscribe", "sales", _unsubscribe),
    Scenario("suppress", "manager", _suppress),
    Scenario("lift", "manager", _lift),
    Scenario("device", "sales", _add_device),
    Scenario("device of another", "sales", _take_device_over),
    Scenario("remove a device", "sales", _remove_device),
)
