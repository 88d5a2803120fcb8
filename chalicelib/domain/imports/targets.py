"""What a column can say of a customer: our own columns, whole names, consents, or a whole body."""

from collections.abc import Collection, Iterator
from typing import get_args

from chalicelib.domain.consents.model import PURPOSES, ConsentChannel
from chalicelib.domain.customers.model import MOST_CONTACTS
from chalicelib.domain.errors import FieldError
from chalicelib.domain.imports.columns import CONTACTS, CUSTOM, ID, KNOWN, NAMES, known, numbered

CONSENTS = "consents."
FULL_NAME = "full_name"
IS_COMPANY = "is_company"
JSON = "json"  # a column of whole bodies, as a file of JSON lines has it
CONSENT_TARGETS = tuple(
    f"{CONSENTS}{channel}.{purpose}" for channel in get_args(ConsentChannel) for purpose in PURPOSES
)
ALL = frozenset((*KNOWN, FULL_NAME, IS_COMPANY, JSON, *CONSENT_TARGETS))


def is_target(target: str) -> bool:
    """Whether there is such a target; custom fields have any name."""
    return target in ALL or (target.startswith(CUSTOM) and known(target) == target)


def contradictions(targets: Collection[str], *, proof: bool) -> Iterator[FieldError]:
    """What is wrong with these targets together. `proof`: it is said how the customers agreed to messages."""
    if JSON in targets:
        if len(targets) > 1:
            yield FieldError("/mapping/json", "is a whole customer, so no other target can stand beside it")
        return
    if FULL_NAME in targets:
        for name in ("given_name", "family_name"):
            if name in targets:
                yield FieldError(f"/mapping/{name}", "is a part of full_name, which is mapped too")
    elif IS_COMPANY in targets:
        yield FieldError("/mapping/is_company", "says what full_name is, so full_name must be mapped too")
    yield from _orphans(targets)
    if not proof and any(target.startswith(CONSENTS) for target in targets):
        yield FieldError("/options/consents", "must say how the customers agreed: source, wording_version, at")
    yield from _not_enough(targets)


def _orphans(targets: Collection[str]) -> Iterator[FieldError]:
    for contact in CONTACTS:
        for column in numbered(contact):
            if f"{column}_label" in targets and column not in targets:
                yield FieldError(f"/mapping/{column}_label", f"labels {column}, which is not mapped")


def _not_enough(targets: Collection[str]) -> Iterator[FieldError]:
    if "external_id" in targets or ID in targets:  # its rows may be customers that are there already
        return
    if not any(name in targets for name in (*NAMES, FULL_NAME)):
        yield FieldError("/mapping", "needs one of given_name, family_name, company, full_name")
    if not any(column in targets for contact in CONTACTS for column in numbered(contact)):
        yield FieldError("/mapping", f"needs a phone or an email (phone, phone_2 … phone_{MOST_CONTACTS}, email …)")
