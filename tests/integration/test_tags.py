"""Tags' definitions over the API."""

from typing import Any
from uuid import uuid4

import pytest

from chalicelib.domain.shop.tags import DEFAULT_TAGS
from chalicelib.repos import keys
from chalicelib.repos import shop as repository
from chalicelib.repos.shop import ShopWriter, customer_with_tag
from chalicelib.repos.table import Range, Table
from chalicelib.repos.transaction import Retry
from chalicelib.wiring import shop
from chalicelib.wiring import tags as wiring
from chalicelib.wiring.store import table
from tests.support.audit import cores_of
from tests.support.work import a_transaction

pytestmark = pytest.mark.emulator
PATH = "/v1/tags"
BAD = [
    ({"name": ""}, "/name"),
    ({"name": "💎"}, "/name"),
    ({"name": "!!!"}, "/name"),
    ({"name": "ﷺ" * 200}, "/name"),
    ({"name": "x" * 201}, "/name"),
    ({"name": "a\x07"}, "/name"),
    ({"name": "a\u2067b"}, "/name"),
    ({"name": None}, "/name"),
    ({"name": ["VIP"]}, "/name"),
    ({"colour": "red"}, "/colour"),
    ({"colour": "#12345"}, "/colour"),
    ({"colour": "#123456\n"}, "/colour"),
    ({"icon": ""}, "/icon"),
    ({"icon": "🌟" * 17}, "/icon"),
    ({"icon": "\u202e"}, "/icon"),
    ({"meaning": "x" * 201}, "/meaning"),
    ({"visibility": "nobody"}, "/visibility"),
    ({"visibility": None, "id": "tag_1"}, "/id"),
]


def fresh_name(word: str = "Tag") -> str:
    return f"{word} {uuid4().hex}"


def add(caller: Any, **fields: Any) -> dict[str, Any]:
    made = caller.post(PATH, {"name": fresh_name(), **fields})
    assert made.status == 201, made.text
    return dict(made.json)


def every(caller: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    cursor = ""
    while True:
        page = caller.get(f"{PATH}?limit=100{cursor}").json
        found |= {item["id"]: item for item in page["items"]}
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def a_customer(caller: Any, *tags: str) -> str:
    body = {"given_name": "Tagged", "emails": [{"address": f"{uuid4()}@example.com"}], "tags": list(tags)}
    made = caller.post("/v1/customers", body)
    assert made.status == 201, made.text
    return str(made.json["id"])


def test_a_new_shop_has_the_ready_made_tags_once(sales: Any) -> None:
    named = {tag["name"]: tag for tag in every(sales).values()}
    for default in DEFAULT_TAGS:
        assert {name: named[default["name"]][name] for name in default} == default
    entries = list(table().query_all(Range(keys.SHOP, begins=keys.shop_defaults().sk)))
    assert len(entries) == 1


def test_whoever_reads_a_new_shop_second_takes_the_first_ones_tags(
    deployment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes read an empty shop; both try to fill it, one of them fails as the mark is there."""
    import boto3

    from tests.support import emulator

    emulator.make_table(boto3.client("dynamodb"), "facet-test-new-shop")
    empty = Table(boto3.client("dynamodb"), "facet-test-new-shop")
    monkeypatch.setattr(shop, "table", lambda: empty)
    read = repository.read_shop
    first: list[Any] = []

    def read_while_another_is_faster(of: Table) -> Any:
        found = read(of)
        if not first:
            first.append(found)
            shop._read_shop()
        return found

    monkeypatch.setattr(repository, "read_shop", read_while_another_is_faster)
    found = shop._read_shop()
    assert sorted(tag.name for tag in found.tags.values()) == sorted(tag["name"] for tag in DEFAULT_TAGS)
    assert found.has_defaults


def test_the_mark_alone_keeps_them_from_coming_back(monkeypatch: pytest.MonkeyPatch, deployment: Any) -> None:
    import boto3

    from tests.support import emulator

    emulator.make_table(boto3.client("dynamodb"), "facet-test-marked-shop")
    marked = Table(boto3.client("dynamodb"), "facet-test-marked-shop")
    monkeypatch.setattr(shop, "table", lambda: marked)
    found = shop._read_shop()
    for tag in found.tags.values():
        work = a_transaction(store=marked)
        ShopWriter(work).retire_tag(tag, "now")
        work.commit()
        work = a_transaction(store=marked)
        ShopWriter(work).delete_tag(tag, "now")
        work.commit()
    assert dict(shop._read_shop().tags) == {}


def test_a_tag_is_defined_changed_and_keeps_its_customers(manager: Any, sales: Any, admin: Any) -> None:
    tag = add(manager, icon="👩‍👩‍👧‍👦", colour="#00ff7F", meaning="Comes with the family")
    assert tag["visibility"] == "everyone"
    customer = a_customer(sales, tag["name"])
    renamed = fresh_name("Renamed")
    path = f"{PATH}/{tag['id']}"
    changed = manager.patch(path, {"name": renamed, "icon": None}, If_Match='"1"', X_Request_Id="tag-1")
    assert changed.status == 200
    assert (changed.json["name"], changed.json["icon"], changed.json["version"]) == (renamed, None, 2)
    assert sales.get(f"/v1/customers/{customer}").json["tags"] == [renamed]
    assert manager.patch(path, {"icon": "x"}, If_Match='"1"').status == 412
    assert manager.patch(path, {"name": renamed}).json["version"] == 2
    (core,) = cores_of("tag-1")
    assert admin.get(f"/v1/audit/{core['sk']}").json["after"] == {"name": renamed, "icon": None}
    assert manager.post(PATH, {"name": tag["name"]}).status == 201  # the old name is free


@pytest.mark.parametrize(("fields", "pointer"), BAD)
def test_bad_fields_are_named(manager: Any, fields: dict[str, Any], pointer: str) -> None:
    if None not in fields.values() or "name" in fields:
        refused = manager.post(PATH, {"name": fresh_name(), **fields})
        assert refused.status == 422, refused.text
        assert refused.pointers == [pointer]
    tag = add(manager)
    changed = manager.patch(f"{PATH}/{tag['id']}", fields)
    assert changed.status == 422, changed.text
    assert changed.pointers == [pointer]
    assert manager.get(f"{PATH}/{tag['id']}").json == tag


@pytest.mark.parametrize("other", ["{}", "{} ", "  {}", "ÉTERNITÉ", "éternité", "eternite", "Éternité!"])
def test_names_are_unique_without_case_and_accents(manager: Any, other: str) -> None:
    word = uuid4().hex
    tag = add(manager, name=f"Éternité {word}")
    refused = manager.post(PATH, {"name": f"{other.format('Eternite')} {word}"})
    assert (refused.status, refused.code, refused.json["conflict"]["id"]) == (409, "duplicate_tag", tag["id"])
    third = add(manager)
    renamed = manager.patch(f"{PATH}/{third['id']}", {"name": f"eternite {word.upper()}"})
    assert (renamed.status, renamed.json["conflict"]["id"], renamed.pointers) == (409, tag["id"], ["/name"])
    assert manager.patch(f"{PATH}/{tag['id']}", {"name": f"ETERNITE {word}"}).status == 200


def test_a_tag_in_use_stays(manager: Any, sales: Any) -> None:
    tag = add(manager)
    path = f"{PATH}/{tag['id']}"
    customer = a_customer(sales, tag["name"])
    refused = manager.delete(path, X_Request_Id="tag-2")
    assert (refused.status, refused.code, refused.json["conflict"]["id"]) == (409, "tag_in_use", customer)
    assert cores_of("tag-2") == []
    assert a_customer(sales, tag["name"]), "the tag can be given again after a removal that was refused"
    assert manager.get(path).json == tag


def test_a_tag_of_archived_customers_only_is_removed_and_again(manager: Any, sales: Any, admin: Any) -> None:
    tag = add(manager)
    path = f"{PATH}/{tag['id']}"
    customer = a_customer(sales, tag["name"])
    assert manager.delete(f"/v1/customers/{customer}").status == 204
    assert manager.delete(path, X_Request_Id="tag-3").status == 204
    assert manager.delete(path, X_Request_Id="tag-4").status == 204
    assert (len(cores_of("tag-3")), len(cores_of("tag-4"))) == (1, 0)
    assert manager.get(path).status == 404
    assert admin.get(f"/v1/audit?entity={tag['id']}&limit=1").json["items"][0]["before"]["name"] == tag["name"]
    assert manager.post(f"/v1/customers/{customer}/restore").json["tags"] == []
    assert manager.post(PATH, {"name": tag["name"]}).status == 201


@pytest.mark.parametrize("tag_id", ["tag_00000000000000000000000000", "tag_x", "SETTINGS", "%2F", "cus_1"])
def test_what_never_was_a_tag_is_404(manager: Any, tag_id: str) -> None:
    assert manager.get(f"{PATH}/{tag_id}").status == 404
    assert manager.patch(f"{PATH}/{tag_id}", {"icon": "x"}).status == 404
    assert manager.delete(f"{PATH}/{tag_id}").status == 404


def test_a_tag_given_while_it_is_removed_is_not_removed(
    manager: Any, sales: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A customer gets the tag just before the look: the look sees it. After the mark nobody gets it any more."""
    tag = add(manager)
    customer = a_customer(sales)
    at_once = wiring._at_once
    given: list[int] = []

    def give() -> None:
        given.append(sales.put(f"/v1/customers/{customer}/tags", {"tags": [tag["name"]]}).status)

    def mark_after_it_was_given(*arguments: Any) -> None:
        if not given:
            give()
        at_once(*arguments)

    monkeypatch.setattr(wiring, "_at_once", mark_after_it_was_given)
    assert manager.delete(f"{PATH}/{tag['id']}").code == "tag_in_use"
    assert given == [200]
    sales.put(f"/v1/customers/{customer}/tags", {"tags": []})
    monkeypatch.setattr(wiring, "_at_once", at_once)

    def look_while_it_is_given(*arguments: Any) -> Any:
        found = customer_with_tag(*arguments)
        give()
        return found

    monkeypatch.setattr(wiring, "customer_with_tag", look_while_it_is_given)
    assert manager.delete(f"{PATH}/{tag['id']}").status == 204
    assert given[1:] == [409], "busy: the tag is being removed"
    assert sales.get(f"/v1/customers/{customer}").json["tags"] == []


def test_a_removal_that_died_keeps_nobody_off_for_long(sales: Any, manager: Any) -> None:
    tag = add(manager)
    stored = shop.shop.fresh().tags[tag["id"]]
    work = a_transaction("req_died")
    ShopWriter(work).retire_tag(stored, "2026-11-22T00:00:00.000Z")
    work.commit()
    assert a_customer(sales, tag["name"])


def test_delete_needs_the_mark(manager: Any) -> None:
    tag = add(manager)
    work = a_transaction("req_unmarked")
    ShopWriter(work).delete_tag(shop.shop.fresh().tags[tag["id"]], work.call.at)
    with pytest.raises(Retry):
        work.commit()


def test_roles_get_the_tags_they_may_see(people: dict[str, Any]) -> None:
    manager = people["manager"]
    seen = {v: add(manager, visibility=v) for v in ("everyone", "managers", "hidden")}
    for role in ("sales", "inventory", "analyst"):
        ids = every(people[role])
        assert [v for v, tag in seen.items() if tag["id"] in ids] == ["everyone"]
        assert people[role].get(f"{PATH}/{seen['managers']['id']}").status == 404
        assert people[role].get(f"{PATH}/{seen['hidden']['id']}").status == 404
    for role in ("admin", "manager"):
        ids = every(people[role])
        assert all(tag["id"] in ids for tag in seen.values())


def test_profiles_show_the_tags_of_the_role(people: dict[str, Any]) -> None:
    manager, sales = people["manager"], people["sales"]
    names = {v: add(manager, visibility=v)["name"] for v in ("everyone", "managers", "hidden")}
    customer = a_customer(manager, *names.values())
    assert sales.get(f"/v1/customers/{customer}").json["tags"] == [names["everyone"]]
    assert sorted(manager.get(f"/v1/customers/{customer}").json["tags"]) == sorted(
        (names["everyone"], names["managers"])
    )


@pytest.mark.parametrize("role", ["sales", "inventory", "analyst"])
def test_only_management_defines(people: dict[str, Any], role: str) -> None:
    tag = add(people["manager"])
    caller = people[role]
    assert caller.post(PATH, {"name": fresh_name()}).status == 403
    assert caller.patch(f"{PATH}/{tag['id']}", {"name": "x"}).status == 403
    assert caller.delete(f"{PATH}/{tag['id']}").status == 403
    assert people["manager"].get(f"{PATH}/{tag['id']}").json == tag
    assert people["anonymous"].get(PATH).status == 401


def test_a_name_too_long_for_the_store_is_refused_where_tags_are_made_by_use(manager: Any) -> None:
    body = {"given_name": "Long", "emails": [{"address": f"{uuid4()}@example.com"}], "tags": ["ﷺ" * 200]}
    refused = manager.post("/v1/customers", body)
    assert (refused.status, refused.pointers) == (422, ["/tags/0"])
