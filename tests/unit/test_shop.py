"""Rules of settings, stores and tags."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.currencies import MINOR_DIGITS
from chalicelib.domain.errors import Conflict, Invalid, NotFound, Stale
from chalicelib.domain.permissions import ROLES
from chalicelib.domain.shop import definitions, locations, settings
from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Location, Shop, Tag
from chalicelib.domain.shop.office import Office
from chalicelib.domain.shop.shapes import NewLocation, SettingsFields, TagFields
from chalicelib.domain.shop.tags import DEFAULT_TAGS, NAME_KEY_BYTES, check_name, default_tags
from chalicelib.domain.text import folded_key
from chalicelib.domain.work import Change, Event

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ADMIN = Actor("usr_admin", "Admin", frozenset(("admin",)))


@dataclass
class Written:
    """A store and a work that note what they are told."""

    settings: list[tuple[Any, int]] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    tags: list[tuple[Tag, str | None]] = field(default_factory=list)
    required: list[Any] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def put_settings(self, doc: Any, version: int) -> None:
        self.settings.append((doc, version))

    def put_location(self, location: Location) -> None:
        self.locations.append(location)

    def put_tag(self, tag: Tag, old_name: str | None = None) -> None:
        self.tags.append((tag, old_name))

    def delete_tag(self, tag: Tag, mark: str) -> None:
        self.required.append((tag, mark))

    def require_settings(self, version: int) -> None:
        self.required.append(version)

    def require_location(self, location: Location) -> None:
        self.required.append(location)

    def record(self, event: Event) -> str:
        raise AssertionError(f"no timeline has {event}")

    def audit(self, change: Change) -> None:
        self.changes.append(change)


def an_office(shop: Shop | None = None) -> tuple[Office, Written]:
    written = Written()
    return Office(Call(ADMIN, NOW, "req_1"), shop or Shop(), written, written), written


def a_location(location_id: str = "loc_1", **fields: Any) -> Location:
    doc = {
        "name": "Bandra",
        "time_zone": "Asia/Kolkata",
        "country": "IN",
        "city": None,
        "sender_email": None,
        "sender_name": None,
        "status": "active",
        "created_at": "2026-11-01T00:00:00.000Z",
        "updated_at": "2026-11-01T00:00:00.000Z",
    }
    return Location(location_id, 1, doc | fields)


def a_tag(tag_id: str = "tag_1", name: str = "VIP", visibility: str = "everyone") -> Tag:
    return Tag(tag_id, 1, name, "#b8860b", None, None, visibility)


def test_the_defaults_are_settings() -> None:
    kept = {name: value for name, value in DEFAULT_SETTINGS.items() if value is not None}
    assert SettingsFields.model_validate(kept).model_dump(by_alias=True) == DEFAULT_SETTINGS
    assert settings.shown(DEFAULT_SETTINGS, 0)["version"] == 0


@pytest.mark.parametrize(("code", "digits"), [("USD", 2), ("INR", 2), ("JPY", 0), ("KWD", 3), ("EUR", 2), ("ISK", 0)])
def test_minor_units(code: str, digits: int) -> None:
    assert MINOR_DIGITS[code] == digits


@pytest.mark.parametrize("code", ["BGN", "HRK", "ANG", "ZWL", "XAU", "XXX", "CHE", "DEM"])
def test_what_is_no_money_any_more_or_never_was(code: str) -> None:
    assert code not in MINOR_DIGITS


def test_there_are_as_many_currencies_as_the_list_has() -> None:
    """List One up to amendment 180 has 178 codes, of which 13 have no minor unit and 10 are funds."""
    assert len(MINOR_DIGITS) == 178 - 13 - 10
    assert all(len(code) == 3 and code.isupper() for code in MINOR_DIGITS)


def test_the_first_change_of_settings_makes_version_1() -> None:
    office, written = an_office()
    assert settings.change(office, {"currency": "KWD"}, None)["version"] == 1
    assert written.settings == [({**DEFAULT_SETTINGS, "currency": "KWD"}, 1)]
    assert written.changes == [Change("settings.change", "settings", {"currency": "USD"}, {"currency": "KWD"})]


def test_settings_without_a_change_write_nothing() -> None:
    office, written = an_office()
    assert settings.change(office, {"default_country": None, "currency": "USD"}, frozenset((0,)))["version"] == 0
    assert written == Written()


def test_settings_of_another_version_are_stale() -> None:
    with pytest.raises(Stale):
        settings.change(an_office()[0], {"currency": "KWD"}, frozenset((1,)))


def test_a_default_location_is_checked_when_it_commits() -> None:
    location = a_location()
    office, written = an_office(Shop(locations={"loc_1": location}))
    settings.change(office, {"default_location": "loc_1"}, None)
    assert written.required == [location]


def test_a_default_location_exists_and_is_open() -> None:
    with pytest.raises(Invalid):
        settings.change(an_office()[0], {"default_location": "loc_1"}, None)
    closed = Shop(locations={"loc_1": a_location(status="closed")})
    with pytest.raises(Conflict):
        settings.change(an_office(closed)[0], {"default_location": "loc_1"}, None)


def test_a_closed_default_of_old_does_not_stop_other_changes() -> None:
    """It cannot come about through the API, but a restored backup may hold it."""
    shop = Shop({**DEFAULT_SETTINGS, "default_location": "loc_1"}, 4, {"loc_1": a_location(status="closed")})
    office, written = an_office(shop)
    assert settings.change(office, {"sweep_hour": 3}, None)["version"] == 5
    assert written.required == []


def test_a_shop_has_at_most_2000_locations() -> None:
    fields = NewLocation(name="X", time_zone="UTC", country="IN")
    full = Shop(locations={f"loc_{number}": a_location(f"loc_{number}") for number in range(2000)})
    with pytest.raises(Conflict, match="2000"):
        locations.add(an_office(full)[0], fields)
    office, written = an_office(Shop(locations=dict(list(full.locations.items())[1:])))
    assert locations.add(office, fields).version == 1
    assert len(written.locations) == len(written.changes) == 1


def test_closing_checks_the_settings_when_it_commits() -> None:
    office, written = an_office(Shop(locations={"loc_1": a_location()}, settings_version=7))
    closed = locations.change(office, "loc_1", {"status": "closed"}, None)
    assert (closed.doc["status"], closed.version, written.required) == ("closed", 2, [7])
    assert closed.doc["created_at"] == "2026-11-01T00:00:00.000Z"
    assert closed.doc["updated_at"] == "2026-11-22T10:00:00.000Z"


def test_stamps_cannot_be_patched() -> None:
    office, _ = an_office(Shop(locations={"loc_1": a_location()}))
    with pytest.raises(ValidationError):
        locations.change(office, "loc_1", {"created_at": "2020-01-01T00:00:00.000Z"}, None)


def test_default_tags_are_tags_with_names_of_their_own() -> None:
    made = default_tags(NOW)
    assert [tag.name for tag in made] == ["VIP", "Wedding", "Gift Buyer", "Repeat", "Diamond", "Gold"]
    assert len({folded_key(tag.name) for tag in made}) == len({tag.id for tag in made}) == len(DEFAULT_TAGS)
    for tag in made:
        assert TagFields.model_validate(definitions.fields_of(tag)).icon


@given(st.text(max_size=200))
def test_an_accepted_name_has_a_key_the_store_can_hold(name: str) -> None:
    try:
        check_name(name)
    except ValueError:
        return
    assert 0 < len(folded_key(name).encode()) <= NAME_KEY_BYTES


@given(st.sets(st.sampled_from(ROLES)), st.sampled_from(("everyone", "managers", "hidden")))
def test_who_gets_a_tag_is_who_sees_it_or_defines_tags(roles: set[str], visibility: str) -> None:
    tag = a_tag(visibility=visibility)
    listed = definitions.listed(Shop(tags={"tag_1": tag}), frozenset(roles))
    assert bool(listed) == (visibility == "everyone" or bool(roles & {"admin", "manager"}))


def test_a_tag_that_is_not_seen_is_not_found() -> None:
    shop = Shop(tags={"tag_1": a_tag(visibility="hidden")})
    with pytest.raises(NotFound):
        definitions.find(shop, "tag_1", frozenset(("sales",)))


def test_a_name_may_change_to_another_spelling_of_itself() -> None:
    office, written = an_office(Shop(tags={"tag_1": a_tag(), "tag_2": a_tag("tag_2", "Gold")}))
    assert definitions.change(office, "tag_1", {"name": "vip"}, None).name == "vip"
    assert written.tags[0][1] == "VIP"
    with pytest.raises(Conflict) as refused:
        definitions.change(office, "tag_1", {"name": "GÓLD"}, None)
    assert refused.value.conflict_id == "tag_2"


def test_a_new_tag_is_audited_and_takes_no_name_that_is_there() -> None:
    office, written = an_office(Shop(tags={"tag_1": a_tag()}))
    for name in ("VIP", "vip"):
        with pytest.raises(Conflict) as refused:
            definitions.add(office, TagFields(name=name))
        assert (refused.value.code, refused.value.conflict_id) == ("duplicate_tag", "tag_1")
    assert written == Written()
    tag = definitions.add(office, TagFields(name="Gold"))
    assert written.tags == [(tag, None)]
    assert written.changes == [Change("tag.create", tag.id, after=definitions.fields_of(tag))]


def test_a_purpose_is_named_once() -> None:
    office, written = an_office()
    with pytest.raises(ValidationError, match="the same purpose twice"):
        settings.change(office, {"communication": {"transactional": ["service", "care", "service"]}}, None)
    assert written == Written()


def test_a_shop_has_at_most_1000_tags() -> None:
    tags = {f"tag_{number}": a_tag(f"tag_{number}", f"T{number}") for number in range(1000)}
    with pytest.raises(Conflict, match="1000"):
        definitions.add(an_office(Shop(tags=tags))[0], TagFields(name="One more"))


def test_a_removed_tag_is_remembered_by_the_audit() -> None:
    office, written = an_office()
    definitions.remove(office, replace(a_tag(), version=3), "mark")
    assert written.changes[0].before == definitions.fields_of(a_tag())
