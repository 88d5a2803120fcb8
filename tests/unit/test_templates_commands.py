"""Which template a message takes, and what managers do with templates."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chalicelib.domain.errors import Conflict, Invalid, Stale
from chalicelib.domain.shop.model import DEFAULT_SETTINGS
from chalicelib.domain.templates import builtin, commands
from chalicelib.domain.templates.choosing import choose
from chalicelib.domain.templates.commands import Desk
from chalicelib.domain.templates.model import MOST_VERSIONS, Template, TemplateFields
from tests.support import fakes
from tests.support.templates import GOOD, template


def own(language: str, **fields: Any) -> Template:
    return replace(template(name="birthday", purpose="birthday"), id=f"tpl_{language}", language=language, **fields)


@pytest.mark.parametrize(
    ("languages", "chosen"),
    [
        (["pt-BR"], "tpl_pt-BR"),
        (["PT-br"], "tpl_pt-BR"),
        (["pt-PT"], "tpl_pt"),
        (["pt"], "tpl_pt"),
        (["mr", "pt"], "tpl_pt"),
        (["mr-IN", None, "en"], "tpl_en"),
        ([None, "en-GB"], "tpl_en"),
        (["fr", "pt"], "built in fr"),
        (["de-AT", "en"], "built in de"),
        (["mr"], None),
        ([], None),
    ],
)
def test_the_language_decides_and_the_shops_own_goes_first(languages: list[str | None], chosen: str | None) -> None:
    shops = [own("pt-BR"), own("pt"), own("en"), own("fr", channel="sms"), own("de", status="archived")]
    found = choose([*shops, *builtin.templates()], "birthday", "email", languages)
    assert (found and (f"built in {found.language}" if found.built_in else found.id)) == chosen


def test_a_shop_without_templates_writes_in_its_first_language() -> None:
    found = choose(builtin.templates(), "birthday", "sms", DEFAULT_SETTINGS["languages"])
    assert found is not None
    assert (found.language, found.channel, found.built_in) == ("en", "sms", True)


@dataclass
class Store:
    """Templates in a dict."""

    kept: dict[str, Template] = field(default_factory=dict)
    most: int = 0

    def count(self) -> int:
        return self.most or len(self.kept)

    def get(self, template_id: str) -> Template:
        return self.kept[template_id]

    def add(self, template: Template) -> None:
        self.kept[template.id] = template

    def change(self, after: Template) -> None:
        assert self.kept[after.id].version == after.version - 1
        self.kept[after.id] = after

    def archive(self, before: Template, after: Template) -> None:
        assert self.kept[before.id] is before
        self.change(after)


def desk(*kept: Template, most: int = 0) -> Desk:
    return Desk(fakes.call("manager"), fakes.FakeWork(), Store({each.id: each for each in kept}, most))


def test_a_change_makes_a_version_and_the_audit_leaves_the_words_out() -> None:
    work = fakes.FakeWork()
    front = Desk(fakes.call("manager"), work, Store({"tpl_1": template()}))
    after = commands.change(front, "tpl_1", {"text": "Other words", "subject": "Summer"}, frozenset((1,)))
    assert (after.version, after.text, after.subject, after.html) == (2, "Other words", "Summer", None)
    (change,) = work.changes
    assert change.before == {"version": 1, "subject": "Spring at {{ shop_name }}", "words": ["text"]}
    assert change.after == {"version": 2, "subject": "Summer", "words": ["text"]}
    assert commands.change(front, "tpl_1", {"text": "Other words"}, None) is after
    assert len(work.changes) == 1
    with pytest.raises(Stale):
        commands.change(front, "tpl_1", {"text": "x"}, frozenset((1,)))


@pytest.mark.parametrize("patch", [{"name": "autumn"}, {"channel": "push", "html": None}, {"language": "de"}], ids=str)
def test_name_channel_and_language_stay(patch: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        commands.change(desk(template()), "tpl_1", patch, None)
    assert refusal.value.errors[0].pointer == f"/{next(iter(patch))}"


def test_built_in_and_archived_templates_stay() -> None:
    ready = builtin.templates()[0]
    for front, code in (
        (desk(ready), "built_in"),
        (desk(replace(ready, built_in=False, status="archived")), "archived"),
    ):
        with pytest.raises(Conflict) as refusal:
            commands.change(front, ready.id, {"text": "x"}, None)
        assert refusal.value.code == code
    with pytest.raises(Conflict):
        commands.archive(desk(ready), ready.id, None)


def test_archiving_is_done_once() -> None:
    work = fakes.FakeWork()
    store = Store({"tpl_1": template()})
    front = Desk(fakes.call("manager"), work, store)
    with pytest.raises(Stale):
        commands.archive(front, "tpl_1", frozenset((2,)))
    for _ in range(2):
        commands.archive(front, "tpl_1", None)
    assert (store.kept["tpl_1"].status, store.kept["tpl_1"].version) == ("archived", 2)
    assert [change.action for change in work.changes] == ["template.archive"]


def test_a_new_template_is_audited_without_its_words() -> None:
    work = fakes.FakeWork()
    made = commands.add(Desk(fakes.call("manager"), work, Store()), TemplateFields.model_validate(GOOD))
    (change,) = work.changes
    assert (change.action, change.entity, change.before) == ("template.create", made.id, None)
    assert change.after is not None
    assert (change.after["version"], change.after["name"], change.after["words"]) == (1, "spring", ["text"])
    assert not {"text", "html"} & set(change.after)


def test_a_template_has_at_most_9999_versions() -> None:
    """The last one is that of the archive: they are found by four digits, and one of five would be read as older."""
    store = Store({"tpl_1": replace(template(), version=MOST_VERSIONS - 2)})
    front = Desk(fakes.call("manager"), fakes.FakeWork(), store)
    last = commands.change(front, "tpl_1", {"text": "Last words"}, None)
    with pytest.raises(Conflict, match="Write a new one"):
        commands.change(front, "tpl_1", {"text": "More words"}, None)
    assert store.kept == {"tpl_1": last}
    assert commands.change(front, "tpl_1", {"text": "Last words"}, None) is last
    commands.archive(front, "tpl_1", None)
    assert (store.kept["tpl_1"].status, store.kept["tpl_1"].version) == ("archived", MOST_VERSIONS)


def test_there_are_at_most_300_templates() -> None:
    fields = TemplateFields.model_validate(GOOD)
    commands.add(desk(most=299), fields)
    with pytest.raises(Conflict, match="300"):
        commands.add(desk(most=300), fields)
