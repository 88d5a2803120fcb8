"""Templates over the API: versions, one per name, channel and language, previews, and who may do what."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.templates import builtin
from chalicelib.repos import keys
from chalicelib.repos.table import Range
from chalicelib.wiring import templates
from chalicelib.wiring.store import table
from tests.proof.scenarios import unique
from tests.support.audit import cores_of
from tests.support.faults import injected
from tests.support.race import conflicts, together
from tests.support.templates import GOOD, PATH, add, none_left

pytestmark = pytest.mark.emulator
CLIENTS = 8


@pytest.fixture(scope="module", autouse=True)
def _leave_none(people: dict[str, Any]) -> Iterator[None]:
    with none_left(people["manager"]):
        yield


def every(api: Any, query: str = "") -> list[dict[str, Any]]:
    found, cursor = [], ""
    while True:
        page = api.get(f"{PATH}?limit=100{query}{cursor}").json
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def test_a_template_is_written_changed_and_archived(manager: Any, admin: Any) -> None:
    made = add(manager, html="<p>Dear {{ first_name }}, <b>come</b>.</p>")
    path = f"{PATH}/{made['id']}"
    assert (made["version"], made["status"], made["built_in"]) == (1, "active", False)
    assert made["fields"] == ["shop_name", "first_name"]
    changed = manager.patch(path, {"text": "Other words", "html": None}, If_Match='"1"', X_Request_Id="tpl-1")
    assert (changed.status, changed.headers["ETag"]) == (200, '"2"')
    assert (changed.json["text"], changed.json["html"], changed.json["version"]) == ("Other words", None, 2)
    assert manager.patch(path, {"text": "x"}, If_Match='"1"').status == 412
    assert manager.patch(path, {"text": "Other words"}).json["version"] == 2
    assert [manager.delete(path).status for _ in range(2)] == [204, 204]
    gone = manager.get(path)
    assert (gone.status, gone.json["status"], gone.json["version"]) == (200, "archived", 3)
    assert (manager.patch(path, {"text": "x"}).code, manager.patch(path, {"text": "x"}).status) == ("archived", 409)
    versions = manager.get(f"{path}/versions").json["items"]
    assert [(each["version"], each["status"]) for each in versions] == [(3, "archived"), (2, "active"), (1, "active")]
    assert manager.get(f"{path}/versions/1").json["html"] == made["html"]
    (core,) = cores_of("tpl-1")
    assert admin.get(f"/v1/audit/{core['sk']}").json["after"] == {"version": 2, "words": ["text"]}
    actions = [entry["action"] for entry in admin.get(f"/v1/audit?entity={made['id']}").json["items"]]
    assert actions == ["template.archive", "template.change", "template.create"]


def test_versions_are_paged(manager: Any) -> None:
    made = add(manager)
    path = f"{PATH}/{made['id']}"
    for number in range(4):
        manager.patch(path, {"text": f"Words {number}"})
    first = manager.get(f"{path}/versions?limit=3").json
    rest = manager.get(f"{path}/versions?limit=3&cursor={first['next_cursor']}").json
    assert [each["version"] for each in first["items"] + rest["items"]] == [5, 4, 3, 2, 1]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("number", ["0", "2", "-1", "1.0", "01x", "²", "99999"])
def test_versions_that_never_were(manager: Any, number: str) -> None:
    made = add(manager)
    assert manager.get(f"{PATH}/{made['id']}/versions/{number}").status == 404
    built_in = builtin.templates()[0].id
    assert manager.get(f"{PATH}/{built_in}/versions/{number}").status == 404


def test_one_template_per_name_channel_and_language(manager: Any) -> None:
    made = add(manager, language="pt-BR")
    again = manager.post(PATH, {**GOOD, "name": made["name"], "language": "PT-br"})
    assert (again.status, again.code, again.json["conflict"]["id"]) == (409, "duplicate_template", made["id"])
    assert again.pointers == ["/name", "/channel", "/language"]
    add(manager, name=made["name"], language="pt")
    add(manager, name=made["name"], language="pt-BR", channel="sms", subject=None)
    manager.delete(f"{PATH}/{made['id']}")
    assert add(manager, name=made["name"], language="pt-BR")["id"] != made["id"]


@pytest.mark.race
@pytest.mark.parametrize("seed", range(3))
def test_many_write_the_same_template_and_one_is_written(manager: Any, seed: int) -> None:
    body = {**GOOD, "name": unique()}
    with conflicts(seed):
        replies = together([partial(manager.post, PATH, body)] * CLIENTS)
    statuses = [reply.status for reply in replies]
    assert statuses.count(201) == 1
    assert statuses.count(409) == CLIENTS - 1
    assert len(every(manager, f"&name={body['name']}")) == 1


@pytest.mark.race
def test_many_change_one_version_and_one_does(manager: Any) -> None:
    path = f"{PATH}/{add(manager)['id']}"
    with conflicts(1):
        replies = together(
            [partial(manager.patch, path, {"text": f"Words {n}"}, If_Match='"1"') for n in range(CLIENTS)]
        )
    statuses = [reply.status for reply in replies]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 412}
    assert [each["version"] for each in manager.get(f"{path}/versions").json["items"]] == [2, 1]


@pytest.mark.race
@pytest.mark.parametrize("seed", range(3))
def test_a_change_and_an_archiving_at_once(manager: Any, seed: int) -> None:
    """Whoever is first: no version twice, and what was archived stays out of use."""
    path = f"{PATH}/{add(manager)['id']}"
    with conflicts(seed):
        replies = together([partial(manager.patch, path, {"text": "New"}), partial(manager.delete, path)] * 3)
    assert {reply.status for reply in replies} <= {200, 204, 409}
    assert manager.delete(path).status == 204
    found = [(each["version"], each["status"]) for each in manager.get(f"{path}/versions").json["items"]]
    assert found in ([(3, "archived"), (2, "active"), (1, "active")], [(2, "archived"), (1, "active")])
    assert path.rsplit("/", 1)[1] not in [each.id for each in templates.all_fresh()]


def test_the_list_shows_the_shops_own_and_the_built_in_ones(manager: Any, sales: Any) -> None:
    made = add(manager, name="follow_up", purpose="care", language="te")
    found = every(sales)
    assert made["id"] in [each["id"] for each in found]
    assert {each.id for each in builtin.templates()} <= {each["id"] for each in found}
    assert all("text" not in each for each in found)
    assert found == sorted(found, key=lambda t: (t["name"], t["channel"], t["language"].lower(), t["built_in"]))
    narrowed = every(sales, "&name=follow_up&channel=email&language=TE&purpose=care")
    assert [each["id"] for each in narrowed] == [made["id"]]
    assert every(sales, "&name=follow_up&purpose=birthday") == []
    (german,) = every(sales, "&name=birthday&channel=sms&language=de")
    assert german["built_in"]
    read = sales.get(f"{PATH}/{german['id']}")
    assert read.json["text"].startswith("Alles Gute zum Geburtstag, {{ first_name }}!")
    manager.delete(f"{PATH}/{made['id']}")
    assert made["id"] not in [each["id"] for each in every(sales)]


@pytest.mark.parametrize("query", ["name=Birthday", "channel=fax", "purpose=fun", "language=x", "status=active"])
def test_bad_parameters_are_named(sales: Any, query: str) -> None:
    refused = sales.get(f"{PATH}?{query}")
    assert (refused.status, refused.pointers) == (422, [f"/{query.partition('=')[0]}"])


def test_what_is_built_in_stays(manager: Any) -> None:
    ready = builtin.templates()[0]
    path = f"{PATH}/{ready.id}"
    for refused in (manager.patch(path, {"text": "x"}), manager.delete(path)):
        assert (refused.status, refused.code) == (409, "built_in")
    assert [each["version"] for each in manager.get(f"{path}/versions").json["items"]] == [1]
    assert manager.get(f"{path}/versions/1").json["text"] == ready.text


def test_messages_choose_from_what_was_just_written(manager: Any) -> None:
    made = add(manager)
    assert made["id"] in [each.id for each in templates.all()]
    manager.patch(f"{PATH}/{made['id']}", {"text": "Newer words"})
    assert [each.text for each in templates.all() if each.id == made["id"]] == ["Newer words"]
    with injected() as watch:
        templates.all()
    assert watch.calls == []
    manager.delete(f"{PATH}/{made['id']}")
    assert made["id"] not in [each.id for each in templates.all()]
    assert templates.version(made["id"], 1).text == GOOD["text"]


BAD = [
    ({"text": "Dear {{ customer.name }}"}, "/text"),
    ({"text": "{% for x in y %}"}, "/text"),
    ({"text": "{{ karat }}"}, "/text"),
    ({"text": ["a"]}, "/text"),
    ({"text": "a\x00"}, "/text"),
    ({"text": "a" * 10_001}, "/text"),
    ({"subject": "{{ 7*7 }}"}, "/subject"),
    ({"subject": "a\r\nBcc: x@example.com"}, "/subject"),
    ({"subject": "a\u202eb"}, "/subject"),
    ({"subject": None}, "/subject"),
    ({"html": "<script>x</script>"}, "/html"),
    ({"html": "<p onclick='x'>a</p>"}, "/html"),
    ({"html": "<a href='javascript:x'>a</a>"}, "/html"),
    ({"html": "<p>{{{ text }}}</p>"}, "/html"),
    ({"purpose": "spam"}, "/purpose"),
    ({"dlt_template_id": "1107161234567890123"}, "/dlt_template_id"),
    ({"built_in": True}, "/built_in"),
    ({"status": "archived"}, "/status"),
]


@pytest.mark.parametrize(("fields", "pointer"), BAD)
def test_bad_fields_are_named_and_nothing_is_written(manager: Any, fields: dict[str, Any], pointer: str) -> None:
    made = add(manager)
    path = f"{PATH}/{made['id']}"
    body = {**GOOD, "name": unique(), **fields}
    with injected() as watch:
        replies = [manager.post(PATH, body), manager.patch(path, fields)]
        draft = manager.post(f"{PATH}/preview", {"customer_id": "cus_x", "draft": body})
    for reply in replies:
        assert (reply.status, reply.pointers) == (422, [pointer])
    assert (draft.status, draft.pointers) == (422, [f"/draft{pointer}"])
    assert watch.written == []
    assert manager.get(path).json == made


@pytest.mark.parametrize("fields", [{"name": "other"}, {"channel": "push"}, {"language": "de"}])
def test_name_channel_and_language_stay(manager: Any, fields: dict[str, str]) -> None:
    made = add(manager)
    refused = manager.patch(f"{PATH}/{made['id']}", fields)
    assert (refused.status, refused.pointers) == (422, [f"/{next(iter(fields))}"])


@pytest.mark.parametrize("template_id", ["tpl_00000000000000000000000000", "tpl_x", "SETTINGS", "%2F", "cus_1"])
def test_what_never_was_a_template_is_404(manager: Any, template_id: str) -> None:
    path = f"{PATH}/{template_id}"
    assert manager.get(path).status == 404
    assert manager.patch(path, {"text": "x"}).status == 404
    assert manager.delete(path).status == 404
    assert manager.get(f"{path}/versions").status == 404
    assert manager.get(f"{path}/versions/1").status == 404
    assert manager.post(f"{path}/preview", {"customer_id": "cus_x"}).status == 404


@pytest.mark.parametrize("template_id", ["tpl_x", "SETTINGS", "a" * 1100, "tpl_0000000000000000000000000u"])
def test_what_is_no_id_becomes_no_key(manager: Any, template_id: str) -> None:
    manager.get("/v1/me")  # the directory is read now, if it must be
    with injected() as watch:
        for path in ("", "/versions", "/versions/1"):
            assert manager.get(f"{PATH}/{template_id}{path}").status == 404
    assert watch.calls == []


def test_a_key_writes_one_template(manager: Any) -> None:
    body, key = {**GOOD, "name": unique()}, unique()
    replies = [manager.post(PATH, body, Idempotency_Key=key) for _ in range(2)]
    assert [reply.status for reply in replies] == [201, 201]
    assert replies[0].text == replies[1].text
    assert replies[1].headers["Idempotent-Replayed"] == "true"


def test_the_largest_template_fits_into_the_table(manager: Any) -> None:
    """Four bytes a character, and a key that remembers the answer: two versions, both readable."""
    wide = "𓆉"
    made = manager.post(
        PATH,
        {**GOOD, "name": unique(), "subject": wide * 200, "text": wide * 10_000, "html": wide * 50_000},
        Idempotency_Key=unique(),
    )
    assert made.status == 201, made.text[:500]
    path = made.headers["Location"]
    changed = manager.patch(path, {"html": "𓅓" * 50_000}, Idempotency_Key=unique())
    assert (changed.status, changed.json["version"]) == (200, 2)
    assert manager.get(f"{path}/versions/1").json["html"] == wide * 50_000
    assert [each["version"] for each in manager.get(f"{path}/versions").json["items"]] == [2, 1]
    assert manager.delete(path).status == 204


def test_names_left_are_names_used(manager: Any) -> None:
    """Whatever was written and archived: one name entry for each template in use, and none besides."""
    add(manager)
    kept = {(item["sk"], item["template_id"]) for item in table().query_all(Range("TEMPLATENAMES"))}
    in_use = {
        (keys.template_name(each.name, each.channel, each.language).sk, each.id)
        for each in templates.all_fresh()
        if not each.built_in
    }
    assert kept == in_use
