"""A row over a customer who is known: filled cells replace, empty ones say nothing, nothing that is not named goes."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.customers.commands import COMPUTED, writable
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.imports.columns import ID
from chalicelib.domain.imports.identity import Identity
from chalicelib.domain.imports.rows import Row
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.spreadsheets import same

NO_FIELDS = frozenset((ID, "tags", "allow_duplicate"))


def merged(
    before: Customer, row: Row, identity: Identity, defaults: Mapping[str, Any], *, in_place: bool
) -> dict[str, Any]:
    """The customer as a client would write it after this row; defaults fill only what is empty.

    With `in_place`, as the same system sends the same record again, or our own export comes back, a number takes the
    place of the one that stood there; else it is added.
    """
    patch = {name: value for name, value in row.body.items() if name not in NO_FIELDS}
    empty = {name for name in defaults if before.doc.get(name) is None}
    patch = {**{name: defaults[name] for name in empty - NO_FIELDS}, **patch}
    for name, forms in (("phones", identity.numbers), ("emails", identity.addresses)):
        if name in patch:
            slots = (row.slots.get(name) or range(len(forms))) if in_place else None
            patch[name] = _contacts(before.doc[name], patch[name], forms, COMPUTED[name], slots)
    if "addresses" in patch:
        patch["addresses"] = _addresses(before.doc["addresses"], patch["addresses"])
    if isinstance(patch.get("custom"), dict):
        patch["custom"] = _changed(before.doc.get("custom") or {}, patch["custom"])
    patch = _kept(before.doc, patch)
    changed: dict[str, Any] = merge_patch(writable(before.doc), patch)
    return changed


def located(body: Mapping[str, Any], country: str | None) -> Mapping[str, Any]:
    """The body with this country in addresses that name none: a list of one country seldom says which."""
    if country is None or not isinstance(body.get("addresses"), list):
        return body
    return {**body, "addresses": [_in_country(address, country) for address in body["addresses"]]}


def _in_country(address: Any, country: str) -> Any:
    return {**address, "country": address.get("country") or country} if isinstance(address, dict) else address


def _contacts(
    known: Sequence[Mapping[str, Any]],
    given: Any,
    forms: Sequence[str | None],
    computed: str,
    slots: Sequence[int] | None,
) -> list[Any]:
    """Those who are known with the given ones; `slots` says in whose places these stand, None that they are added."""
    result: list[Any] = [{name: value for name, value in each.items() if name != computed} for each in known]
    places = {each[computed]: place for place, each in enumerate(known)}
    named = {places[form] for form in forms if form in places}
    for position, (entry, form) in enumerate(zip(given, forms, strict=False)):
        slot = len(known) if slots is None else slots[position]
        if form in places:  # as it is written there: another notation is no change
            label = {"label": entry["label"]} if entry.get("label") else {}
            result[places[form]] = {**result[places[form]], **label}
        elif slot < len(known) and slot not in named:
            result[slot] = {**result[slot], **entry}
        else:
            result.append(entry)
    return result


def _addresses(known: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first of a kind takes the place of the first of that kind, and so on; those that are not named stay."""
    result = list(known)
    places = {kind: [place for place, each in enumerate(known) if each["kind"] == kind] for kind in _kinds(known)}
    for address in given:
        free = places.get(address.get("kind"))
        if free:
            place = free.pop(0)
            result[place] = _kept(known[place], address)
        else:
            result.append(address)
    return result


def _kinds(known: Sequence[Mapping[str, Any]]) -> set[Any]:
    return {each["kind"] for each in known}


def _changed(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the shop's own fields that say something else: what a cell says of a number or list leaves it one."""
    return {
        name: value
        for name, value in given.items()
        if name not in known or not (value == known[name] or (isinstance(value, str) and same(known[name], value)))
    }


def _kept(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, but a text that says what is known already leaves that as it is written there."""
    return {
        name: known[name] if isinstance(value, str) and _says(known.get(name), value) else value
        for name, value in given.items()
    }


def _says(known: Any, text: str) -> bool:
    return known is not None and same(known, text)
