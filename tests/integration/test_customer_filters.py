"""The list narrowed in every way: what it finds is what a look at each customer finds, whatever index drives."""

import itertools
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.repos import all_customers, customer_index, customer_list, keys, under_tags
from chalicelib.repos.table import encode, key_of
from chalicelib.wiring import store
from tests.support import imports
from tests.support.api import Reply

pytestmark = pytest.mark.emulator
_numbers = itertools.count(9_730_000_000)
OLD, LATER, MUCH_LATER = "2026-01-01T00:00:00Z", "2031-01-01T05:00:00+05:00", "2032-01-01T00:00:00Z"
Customer = dict[str, Any]


def word() -> str:
    """A name that no other test uses."""
    return "q" + uuid.uuid4().hex[:11].translate(str.maketrans("0123456789", "ghijklmnop"))


def ids(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.text
    return [item["id"] for item in reply.json["items"]]


def found(api: Any, wanted: Mapping[str, Any], limit: int = 100) -> list[str]:
    """The ids of all pages."""
    address, seen = f"/v1/customers?{urlencode({**wanted, 'limit': limit}, doseq=True)}", list[str]()
    reply = api.get(address)
    seen += ids(reply)
    while reply.json["next_cursor"]:
        assert len(reply.json["items"]) <= limit
        reply = api.get(f"{address}&cursor={reply.json['next_cursor']}")
        seen += ids(reply)
    return seen


@dataclass(frozen=True)
class Town:
    """Customers of all kinds with words of their own, as the API shows them, and who agreed to what."""

    tags: list[str]
    cities: list[str]
    store: str
    me: str
    customers: list[Customer]
    agreed: frozenset[str]


def _body(town: Mapping[str, Any], chance: random.Random, number: int) -> Customer:
    contacts: Customer = {"emails": [{"address": f"{word()}@example.com"}]} if chance.random() < 0.6 else {}
    if not contacts or chance.random() < 0.5:
        contacts["phones"] = [{"number": f"+91{next(_numbers)}"}]
    maybe: Customer = {
        "birthday": chance.choice(("1990-03-15", "--03-02", "1985-11-30", None)),
        "gender": chance.choice(("Female", "female", "male", None)),
        "occupation": chance.choice(("Pilot", "Ärztin", None)),
        "language": chance.choice(("en", "en-GB", "hi", "eng", None)),
        "preferred_channel": chance.choice(("email", "call", None)),
        "home_location": chance.choice((town["store"], None)),
        "assignee": chance.choice((town["me"], None)),
        "category": chance.choice(("business", None)),
        "external_id": f"{town['tags'][0]}-{number}" if chance.random() < 0.5 else None,
    }
    return {
        "given_name": "Asha",
        "family_name": town["tags"][0],
        **contacts,
        **{name: value for name, value in maybe.items() if value is not None},
        "source": chance.choice(("walk_in", "online", "referral")),
        "tags": chance.sample(town["tags"], chance.randrange(4)),
        "addresses": [{"kind": "home", "city": city, "country": "IN"} for city in chance.sample(town["cities"], 1)],
        "custom": chance.choice(({}, {"ring": 14}, {"ring": "14", "likes": ["Gold", "pearls"]}, {"club": True})),
    }


@pytest.fixture(scope="module")
def town(people: dict[str, Any]) -> Town:
    manager = people["manager"]
    chance = random.Random(7)  # noqa: S311 -- the same customers every time, no secret
    names = {"tags": [word() for _ in range(4)], "cities": [word(), word()]}
    store = manager.post("/v1/locations", {"name": word(), "time_zone": "UTC", "country": "IN", "city": "Pune"})
    parts = {**names, "store": store.json["id"], "me": manager.get("/v1/me").json["id"]}
    made, agreed = [], set()
    for number in range(36):
        reply = manager.post("/v1/customers", _body(parts, chance, number))
        assert reply.status == 201, reply.text
        path = f"/v1/customers/{reply.json['id']}"
        if chance.random() < 0.4:
            word_given = {"channel": "email", "purpose": "birthday", "granted": True, "source": "web"}
            manager.post(f"{path}/consents", word_given)
            if chance.random() < 0.3:
                manager.post(f"{path}/consents", {**word_given, "granted": False})
            else:
                agreed.add(reply.json["id"])
        if chance.random() < 0.3:
            manager.post(f"{path}/inquiries", {"text": "Any pearls?", "channel": "web"})
        if chance.random() < 0.2:
            manager.delete(path)
        made.append(manager.get(path).json | {"asked": "inquiry_received" in _kinds(manager, path)})
    return Town(**parts, customers=made, agreed=frozenset(agreed))


def _kinds(api: Any, path: str) -> list[str]:
    return [item["kind"] for item in api.get(f"{path}/timeline").json["items"]]


def _tags(customer: Customer) -> set[str]:
    return set(customer["tags"])


PASSES: Mapping[str, Callable[[Town, Customer, Any], bool]] = {
    "tag": lambda _, c, v: v in _tags(c),
    "tags_all": lambda _, c, v: set(v) <= _tags(c),
    "tags_any": lambda _, c, v: not v or bool(set(v) & _tags(c)),
    "tags_none": lambda _, c, v: not set(v) & _tags(c),
    "city": lambda _, c, v: v in [address["city"] for address in c["addresses"]],
    "country": lambda _, __, v: v == "IN",
    "source": lambda _, c, v: c["source"] == v,
    "category": lambda _, c, v: c["category"] == v,
    "status": lambda _, c, v: c["status"] == v,
    "home_location": lambda _, c, v: (c["home_location"] or "none") == v,
    "assignee": lambda _, c, v: (c["assignee"] or "none") == v,
    "gender": lambda _, c, v: (c["gender"] or "").lower() == v.lower(),
    "occupation": lambda _, c, v: (c["occupation"] or "").lower().replace("ä", "a") == v,
    "language": lambda _, c, v: c["language"] in ({"en": ("en", "en-GB")}.get(v, (v,))),
    "preferred_channel": lambda _, c, v: c["preferred_channel"] == v,
    "has_email": lambda _, c, v: bool(c["emails"]) == (v == "true"),
    "has_phone": lambda _, c, v: bool(c["phones"]) == (v == "true"),
    "has_birthday": lambda _, c, v: (c["birthday"] is not None) == (v == "true"),
    "birthday_month": lambda _, c, v: (c["birthday"] or "")[-5:-3].lstrip("0") == v,
    "created_after": lambda _, __, v: v == OLD,
    "created_before": lambda _, __, v: v != OLD,
    "updated_after": lambda _, __, v: v == OLD,
    "updated_before": lambda _, __, v: v != OLD,
    "last_contact_after": lambda _, c, v: v == OLD and c["last_contact_at"] is not None,
    "last_contact_before": lambda _, c, v: v != OLD or c["last_contact_at"] is None,
    "never_contacted": lambda _, c, v: (c["last_contact_at"] is None) == (v == "true"),
    "has_inquiries": lambda _, c, v: c["asked"] == (v == "true"),
    "consent": lambda t, c, v: v == "email.birthday" and c["id"] in t.agreed,
    "custom.ring": lambda _, c, v: str(c["custom"].get("ring")) == v,
    "custom.likes": lambda _, c, v: v.lower() in [each.lower() for each in c["custom"].get("likes", ())],
    "custom.club": lambda _, c, v: str(c["custom"].get("club")).lower() == v,
    "q": lambda t, _, v: v == t.tags[0],
    "external_id": lambda _, c, v: c["external_id"] == v,
}


def _values(town: Town) -> dict[str, st.SearchStrategy[Any]]:
    tags = st.lists(st.sampled_from(town.tags), min_size=1, max_size=3, unique=True)
    flags, instants = st.sampled_from(("true", "false")), st.sampled_from((OLD, LATER, MUCH_LATER))
    fixed = {
        "tag": town.tags,
        "city": town.cities,
        "country": ("IN", "IS"),
        "source": ("walk_in", "online", "referral"),
        "category": ("business", "new"),
        "status": ("active", "archived"),
        "home_location": (town.store, "none"),
        "assignee": (town.me, "none"),
        "gender": ("FEMALE", "male"),
        "occupation": ("pilot", "arztin"),
        "language": ("en", "en-GB", "hi"),
        "preferred_channel": ("email", "call"),
        "birthday_month": ("3", "11"),
        "consent": ("email.birthday", "sms.care"),
        "custom.ring": ("14", "15"),
        "custom.likes": ("gold", "PEARLS"),
        "custom.club": ("true", "false"),
        "q": (town.tags[0],),
        "external_id": [each["external_id"] for each in town.customers if each["external_id"]][:3],
    }
    named = {name: st.sampled_from(values) for name, values in fixed.items()}
    named |= dict.fromkeys(("tags_all", "tags_any", "tags_none"), tags)
    return {name: named.get(name, flags if name.startswith(("has_", "never")) else instants) for name in PASSES}


@pytest.mark.parametrize("bounds", ["as they are", "small"])
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_list_is_what_a_look_at_each_customer_finds(
    bounds: str, town: Town, manager: Any, data: st.DataObject
) -> None:
    """With small bounds a page breaks off at every place where it may, and the next one goes on."""
    values = _values(town)
    names = data.draw(st.lists(st.sampled_from(sorted(PASSES)), min_size=1, max_size=3, unique=True))
    wanted = {name: data.draw(values[name], label=name) for name in names}
    if _conflict(wanted):
        return
    limit = data.draw(st.sampled_from((1, 2, 7, 100)))
    with pytest.MonkeyPatch.context() as patch:
        if bounds == "small":
            patch.setattr(customer_index, "MOST_READ", 2)
            patch.setattr(customer_list, "MOST_READ", 2)
            patch.setattr(all_customers, "MOST_READ", 2)
            patch.setattr(all_customers, "EXAMINED", 5)
            patch.setattr(all_customers, "GUESS", 1)
            patch.setattr(under_tags, "EXAMINED", 5)
        listed = found(manager, wanted, max(limit, 7) if set(wanted) <= {"country", "status"} else limit)
    expected = {each["id"] for each in town.customers if _passes(town, each, wanted)}
    ours = [each for each in listed if each in {customer["id"] for customer in town.customers}]
    assert sorted(ours) == sorted(expected)
    assert len(listed) == len(set(listed))


def _passes(town: Town, customer: Customer, wanted: Mapping[str, Any]) -> bool:
    status = wanted.get("status", "active")
    return customer["status"] == status and all(PASSES[name](town, customer, v) for name, v in wanted.items())


def _conflict(wanted: Mapping[str, Any]) -> bool:
    """What is refused, as another test shows."""
    needed = {wanted.get("tag"), *wanted.get("tags_all", ())}
    backwards = any(
        (wanted.get(f"{name}_after", OLD) != OLD and wanted.get(f"{name}_before", MUCH_LATER) != MUCH_LATER)
        or (wanted.get(f"{name}_after"), wanted.get(f"{name}_before")) in ((OLD, OLD), (MUCH_LATER, MUCH_LATER))
        for name in ("created", "updated", "last_contact")
    )
    never = wanted.get("never_contacted") == "true" and "last_contact_after" in wanted
    return backwards or never or bool(needed & set(wanted.get("tags_none", ())))


@pytest.mark.parametrize("name", ["tags_all", "tags_any"])
@pytest.mark.parametrize("limit", [1, 3])
def test_several_tags_are_gone_through_together(
    sales: Any, town: Town, monkeypatch: pytest.MonkeyPatch, name: str, limit: int
) -> None:
    """Each tag has a place of its own in the table, and a page ends in the midst of them."""
    monkeypatch.setattr(under_tags, "EXAMINED", 4)
    for tags in itertools.combinations(town.tags, 2):
        wanted = {name: list(tags)}
        expected = [each["id"] for each in town.customers if _passes(town, each, wanted)]
        assert found(sales, wanted, limit) == sorted(expected, reverse=True)


@pytest.mark.parametrize("name", ["tag", "tags_all", "tags_any", "tags_none"])
def test_entries_of_a_city_answer_every_question_about_tags(
    sales: Any, town: Town, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(under_tags, "EXAMINED", 10)
    for city, tags in itertools.product(town.cities, itertools.combinations(town.tags, 2)):
        wanted = {"city": city, name: tags[0] if name == "tag" else list(tags)}
        expected = [each["id"] for each in town.customers if _passes(town, each, wanted)]
        assert found(sales, wanted, limit=2) == sorted(expected, reverse=True)


def test_several_tags_are_a_parameter_each(sales: Any, town: Town) -> None:
    one, other = town.tags[:2]
    assert set(found(sales, {"tags_any": [one, other.upper()]})) == set(found(sales, {"tags_any": one})) | set(
        found(sales, {"tag": other})
    )
    assert found(sales, {"tags_any": [word(), word()]}) == found(sales, {"tags_all": [one, word()]}) == []
    assert found(sales, {"tag": one, "tags_none": word()}) == found(sales, {"tags_all": [one, one]})


def test_who_came_by_an_import(sales: Any, manager: Any, deployment: dict[str, str]) -> None:
    """In the order of the file; whom it only changed came another way."""
    known = imports.fresh_phone()
    lines = [f"Mira,{imports.fresh_phone()}", f"Nils,{imports.fresh_phone()}", "Nobody,12", f"Nils,{known}"]
    before = sales.post("/v1/customers", {"given_name": "Nils", "phones": [{"number": known}]}).json["id"]
    content = "\n".join(["given_name,phone", *lines]).encode()
    import_id = imports.run(deployment, manager, content)["id"]
    came = [row["customer_id"] for row in imports.rows(manager, import_id, "created")]
    assert len(came) == 2
    assert found(sales, {"import_id": import_id}, limit=1) == came
    assert before not in came
    manager.delete(f"/v1/customers/{came[0]}")
    assert found(sales, {"import_id": import_id}) == found(sales, {"import_id": import_id, "q": "nils"}) == came[1:]
    assert found(sales, {"import_id": import_id, "status": "archived"}) == came[:1]


@pytest.mark.parametrize("import_id", ["imp_" + "0" * 26, "cus_" + "0" * 26, "imp_1", "x"])
def test_nobody_came_by_an_import_that_there_is_not(sales: Any, import_id: str) -> None:
    assert found(sales, {"import_id": import_id}) == []


def test_entries_of_an_earlier_version_are_looked_up_on_the_customer(sales: Any, town: Town) -> None:
    """They lack the facts by which the store narrows: the customers are found all the same."""
    customer = next(each for each in town.customers if each["status"] == "active" and each["occupation"] == "Pilot")
    wanted = {"occupation": "pilot", "language": customer["language"] or "en", "created_after": OLD}
    before = found(sales, wanted)
    key = keys.listed("active", customer["id"], customer["created_at"][:7])
    table = store.table()
    kept = table.get(key)
    assert kept
    table.send("update_item", Key=key_of(key), UpdateExpression="REMOVE facts")
    assert found(sales, wanted) == before
    table.send(
        "update_item",
        Key=key_of(key),
        UpdateExpression="SET facts = :facts",
        ExpressionAttributeValues=encode({":facts": kept["facts"]}),
    )


def test_a_change_of_a_fact_moves_the_customer(sales: Any) -> None:
    tag = {"occupation": word()}
    made = sales.post("/v1/customers", {"given_name": "Asha", "phones": [{"number": f"+91{next(_numbers)}"}], **tag})
    path = f"/v1/customers/{made.json['id']}"
    assert found(sales, tag) == [made.json["id"]]
    sales.patch(path, {"occupation": word()})
    assert found(sales, tag) == []
    sales.patch(path, {**tag, "language": "ar"})
    assert found(sales, {**tag, "language": "AR"}) == [made.json["id"]]
    sales.patch(path, {"language": None})
    assert found(sales, {**tag, "language": "ar"}) == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("has_email=yes", "/has_email"),
        ("has_email=1", "/has_email"),
        ("never_contacted=", "/never_contacted"),
        ("birthday_month=0", "/birthday_month"),
        ("birthday_month=13", "/birthday_month"),
        ("birthday_month=March", "/birthday_month"),
        ("birthday_month=3&birthday_month=4", "/birthday_month"),
        ("language=English please", "/language"),
        ("preferred_channel=fax", "/preferred_channel"),
        ("consent=email", "/consent"),
        ("consent=email.fun", "/consent"),
        ("consent=email.birthday.x", "/consent"),
        ("created_after=2026", "/created_after"),
        ("updated_before=2026-02-30T00:00:00Z", "/updated_before"),
        ("created_after=2026-01-01T00:00:00Z&created_before=2026-01-01T05:00:00%2B05:00", "/created_before"),
        ("updated_after=2026-01-02T00:00:00Z&updated_before=2026-01-01T00:00:00Z", "/updated_before"),
        ("never_contacted=true&last_contact_after=2026-01-01T00:00:00Z", "/never_contacted"),
        ("tag=VIP&tags_none=vip", "/tags_none"),
        ("&".join(f"tags_any=t{number}" for number in range(11)), "/tags_any"),
        ("tags_all=", "/tags_all/0"),
        ("tags_all=a%00", "/tags_all/0"),
        ("gender=%E2%80%AE", "/gender"),
        ("custom=x", "/custom"),
        ("custom.=x", "/custom/"),
        ("custom.ring=", "/custom/ring"),
        ("custom.ring=1&custom.ring=2", "/custom.ring"),
        ("&".join(f"custom.f{number}=1" for number in range(6)), "/custom"),
        ("has_colour=true", "/has_colour"),
        ("tags=VIP", "/tags"),
        ("ids=cus_1", "/ids"),
    ],
)
def test_a_wrong_filter_is_named(sales: Any, query: str, pointer: str) -> None:
    reply = sales.get(f"/v1/customers?{quote(query, safe='=&%.')}")
    assert reply.status == 422, reply.text
    assert pointer in reply.pointers


@pytest.mark.parametrize("query", ["has_email=true", "has_phone=false", "external_id=7", "custom.ring=14"])
def test_analysts_do_not_learn_by_filters_what_they_do_not_see(people: dict[str, Any], query: str) -> None:
    reply = people["analyst"].get(f"/v1/customers?{query}")
    assert reply.status == 422
    assert people["sales"].get(f"/v1/customers?{query}").status == 200


@pytest.mark.parametrize("name", sorted({name.partition(".")[0] for name in PASSES} - {"q", "status"}))
def test_inventory_narrows_by_name_and_phone_only(people: dict[str, Any], town: Town, name: str) -> None:
    value = {"birthday_month": "3", "consent": "email.birthday", "language": "en", "country": "IN", "source": "online"}
    wanted = value.get(name) or ("true" if name.startswith(("has_", "never")) else OLD if "_" in name else "vip")
    wanted = {"category": "new", "preferred_channel": "email", "home_location": "none"}.get(name, wanted)
    wanted = "x" if name == "external_id" else wanted
    name = "custom.ring" if name == "custom" else name
    reply = people["inventory"].get(f"/v1/customers?{name}={wanted}")
    assert (reply.status, reply.pointers) == (422, [f"/{name.partition('.')[0]}"]), reply.text
    assert people["sales"].get(f"/v1/customers?{name}={wanted}").status == 200


def test_everybody_else_sees_as_much_as_before(people: dict[str, Any], town: Town) -> None:
    wanted = {"tags_any": town.tags[:2], "birthday_month": "3", "consent": "email.birthday"}
    assert set(found(people["analyst"], wanted)) == set(found(people["sales"], wanted))
