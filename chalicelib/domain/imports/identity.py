"""Under what a row's customer may be known already, and in which order rows may be done."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator

from chalicelib.domain import ids
from chalicelib.domain.customers.contact import e164_of, normalized_email
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import wrong
from chalicelib.domain.imports.columns import ID
from chalicelib.domain.imports.model import ImportOptions
from chalicelib.domain.imports.rows import Row
from chalicelib.domain.shop.model import Shop


def _require_own(text: str) -> str:
    if not ids.is_id(text, "cus"):
        raise wrong("is no id of a customer of ours; what another system calls them belongs in external_id")
    return text


OwnId = Annotated[str, AfterValidator(_require_own)]  # of a customer, whether there is one or not


@dataclass(frozen=True)
class Identity:
    """The digest of all that a row says; its ids, ours and external; its numbers and addresses in comparable form.

    Numbers and addresses stand in the row's order; None for one that cannot be read.
    """

    digest: str
    external_id: str | None = None
    numbers: tuple[str | None, ...] = ()
    addresses: tuple[str | None, ...] = ()
    customer_id: str | None = None

    @property
    def contacts(self) -> Iterator[tuple[str, str, str]]:
        """("phone" or "email", the comparable form, the JSON pointer) of those that can be read."""
        for place, number in enumerate(self.numbers):
            if number:
                yield "phone", number, f"/phones/{place}/number"
        for place, address in enumerate(self.addresses):
            if address:
                yield "email", address, f"/emails/{place}/address"

    @property
    def touches(self) -> frozenset[tuple[str, str]]:
        """What two rows must not be done at the same time for."""
        named = (("external", self.external_id), (ID, self.customer_id))
        touched = {(kind, form) for kind, form, _ in self.contacts}
        return frozenset(touched | {(kind, name) for kind, name in named if name})


def identify(row: Row, options: ImportOptions, shop: Shop) -> Identity:
    """The identity of a row, read as leniently as can be: what is wrong with it is said when it is checked."""
    body = row.body
    country = options.default_country or shop.country_for(body.get("home_location") or options.defaults.home_location)
    external_id = body.get("external_id")
    return Identity(
        digest=_digest(row, options),
        external_id=external_id if isinstance(external_id, str) else None,
        numbers=tuple(_number(each.get("number"), country) for each in _entries(body, "phones")),
        addresses=tuple(_address(each.get("address")) for each in _entries(body, "emails")),
        customer_id=_customer_id(body.get(ID)),
    )


Identified = tuple[Row, Identity]


def waves(
    rows: Iterable[Identified], touches: Callable[[Identity], frozenset[Any]] = lambda identity: identity.touches
) -> Iterator[list[Identified]]:
    """The rows in groups that may be done side by side; of rows about one number the first comes in the first group.

    So rows about the same person keep their order, and all others need not wait for them. `touches` is what two rows
    must not have in common.
    """
    waiting = list(rows)
    while waiting:
        wave: list[Identified] = []
        later: list[Identified] = []
        seen: set[tuple[str, str]] = set()
        for each in waiting:
            touched = touches(each[1])
            (later if seen & touched else wave).append(each)
            seen |= touched
        yield wave
        waiting = later


def _digest(row: Row, options: ImportOptions) -> str:
    """The same for the same words of the same import's terms, whatever else is in the file."""
    said = [row.body, list(row.consents), options.default_country, options.defaults.model_dump()]
    proof = options.consents.model_dump() if options.consents and row.consents else None
    text = json.dumps([*said, proof], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _entries(body: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    entries = body.get(name)
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else ()


def _customer_id(text: object) -> str | None:
    return text if isinstance(text, str) and ids.is_id(text, "cus") else None


def _number(text: object, country: str | None) -> str | None:
    try:
        return e164_of(text, country, "") if isinstance(text, str) else None
    except Invalid:
        return None


def _address(text: object) -> str | None:
    try:
        return normalized_email(text, "") if isinstance(text, str) else None
    except Invalid:
        return None
