"""Devices for push messages over the API, with their endpoints at SNS."""

import json
import uuid
from typing import Any

import pytest

from chalicelib.repos.reach import ReachReader
from chalicelib.wiring import clients
from chalicelib.wiring.store import table
from tests.support.history import kinds, made, timeline

pytestmark = pytest.mark.emulator


def a_token() -> str:
    """As Apple's are: 64 hexadecimal digits."""
    return uuid.uuid4().hex * 2


def add(api: Any, path: str, token: str | None = None) -> Any:
    return api.post(f"{path}/devices", {"platform": "apns", "token": token or a_token()})


def ids(api: Any, path: str) -> list[str]:
    return [device["id"] for device in api.get(f"{path}/devices").json["items"]]


def endpoints(path: str) -> list[str]:
    return list(ReachReader(table()).get(path.rsplit("/", 1)[1]).endpoints)


def attributes(endpoint: str) -> dict[str, str]:
    found: dict[str, str] = clients.push_endpoints().get_endpoint_attributes(EndpointArn=endpoint)["Attributes"]
    return found


def test_a_device_is_registered_and_removed(sales: Any) -> None:
    path, token = made(sales), a_token()
    reply = add(sales, path, token)
    assert (reply.status, reply.headers["Location"]) == (201, f"{path}/devices")
    assert reply.json["platform"] == "apns"
    assert reply.json["enabled"] is True
    assert sales.get(f"{path}/devices").json == {"items": [reply.json], "next_cursor": None}
    (endpoint,) = endpoints(path)
    assert attributes(endpoint)["Token"] == token
    place = f"{path}/devices/{reply.json['id']}"
    assert [sales.delete(place).status, sales.delete(place).status] == [204, 204]
    assert (ids(sales, path), endpoints(path)) == ([], [])
    with pytest.raises(clients.push_endpoints().exceptions.NotFoundException):
        attributes(endpoint)
    assert kinds(sales, path) == ["device_removed", "device_added", "customer_created"]


def test_the_same_token_is_the_same_device(sales: Any) -> None:
    path, token = made(sales), a_token()
    first, second = add(sales, path, token), add(sales, path, token)
    assert (first.status, second.status) == (201, 200)
    assert first.json == second.json
    assert kinds(sales, path).count("device_added") == 1


def test_an_endpoint_that_was_shut_is_opened_again(sales: Any) -> None:
    path, token = made(sales), a_token()
    add(sales, path, token)
    (endpoint,) = endpoints(path)
    clients.push_endpoints().set_endpoint_attributes(EndpointArn=endpoint, Attributes={"Enabled": "false"})
    add(sales, path, token)
    assert attributes(endpoint)["Enabled"] == "true"


def test_an_endpoint_that_is_known_with_other_attributes_is_found(sales: Any) -> None:
    path, token, sns = made(sales), a_token(), clients.push_endpoints()
    application = sns.list_platform_applications()["PlatformApplications"][0]["PlatformApplicationArn"]
    known = sns.create_platform_endpoint(PlatformApplicationArn=application, Token=token, CustomUserData="other")
    assert add(sales, path, token).status == 201
    assert endpoints(path) == [known["EndpointArn"]]


def test_a_sixth_takes_the_place_of_the_oldest(sales: Any) -> None:
    path = made(sales)
    made_ids = [add(sales, path).json["id"] for _ in range(6)]
    assert ids(sales, path) == made_ids[1:]
    assert len(endpoints(path)) == 5
    assert kinds(sales, path).count("device_removed") == 1


def test_a_phone_that_changed_hands_shows_only_its_holders_messages(sales: Any) -> None:
    first, second, token = made(sales), made(sales), a_token()
    add(sales, first, token)
    (endpoint,) = endpoints(first)
    assert add(sales, second, token).status == 201
    assert (endpoints(first), endpoints(second)) == ([], [endpoint])
    assert kinds(sales, first)[0] == "device_removed"
    assert attributes(endpoint)["Token"] == token
    for _ in range(6):
        add(sales, first)
    assert len(ids(sales, first)) == 5


def test_a_token_is_never_given_back(sales: Any, manager: Any) -> None:
    path, token = made(sales), a_token()
    reply = add(sales, path, token)
    audit = manager.get(f"/v1/audit?entity={path.rsplit('/', 1)[1]}").text
    (endpoint,) = endpoints(path)
    for text in (reply.text, sales.get(f"{path}/devices").text, json.dumps(timeline(sales, path)), audit):
        assert token not in text
        assert endpoint not in text


def test_archived_and_unknown_customers(sales: Any, manager: Any) -> None:
    path = made(sales)
    device = add(sales, path).json["id"]
    manager.delete(path)
    reply = add(sales, path)
    assert (reply.status, reply.code) == (409, "archived")
    assert sales.delete(f"{path}/devices/{device}").status == 409
    assert sales.delete(f"{path}/devices/dev_00000000000000000000000000").status == 204
    for unknown in ("/v1/customers/cus_00000000000000000000000000", "/v1/customers/nobody"):
        assert add(sales, unknown).status == 404
        assert sales.get(f"{unknown}/devices").status == 404
        assert sales.delete(f"{unknown}/devices/{device}").status == 404


def test_a_platform_that_is_not_set_up(sales: Any) -> None:
    path = made(sales)
    reply = sales.post(f"{path}/devices", {"platform": "fcm", "token": "x"})
    assert (reply.status, reply.code) == (409, "push_not_configured")
    assert ids(sales, path) == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"platform": "wns", "token": "x"}, "/platform"),
        ({"platform": "apns", "token": ""}, "/token"),
        ({"platform": "apns", "token": "x" * 2049}, "/token"),
        ({"platform": "apns", "token": "two words"}, "/token"),
        ({"platform": "apns", "token": "\u202e"}, "/token"),
        ({"platform": "apns", "token": 7}, "/token"),
        ({"platform": "apns", "token": "x", "endpoint": "arn:aws:sns:x"}, "/endpoint"),
        ({"token": "x"}, "/platform"),
    ],
)
def test_what_is_refused(sales: Any, body: dict[str, Any], pointer: str) -> None:
    path = made(sales)
    reply = sales.post(f"{path}/devices", body)
    assert (reply.status, reply.pointers) == (422, [pointer])
    assert ids(sales, path) == []


def test_pages(sales: Any) -> None:
    path = made(sales)
    made_ids = [add(sales, path).json["id"] for _ in range(3)]
    page = sales.get(f"{path}/devices?limit=2").json
    rest = sales.get(f"{path}/devices?limit=2&cursor={page['next_cursor']}").json
    assert [device["id"] for device in page["items"] + rest["items"]] == made_ids
    assert rest["next_cursor"] is None
