"""What each role sees of a customer, and what somebody without a role does."""

from dataclasses import replace

import pytest

from chalicelib.domain.customers.visible import NAME, seen_by
from tests.support.fakes import NOW, shop
from tests.support.history import ASHA

FRAME = {"id", "version", "status", "created_at", "updated_at"}
WITH_NUMBER = replace(ASHA, doc={**ASHA.doc, "phones": [{"number": "98765 43210", "e164": "+919876543210"}]})


@pytest.mark.parametrize(("roles", "seen"), [((), FRAME), (("inventory",), FRAME | {*NAME, "phones"})])
def test_who_has_nothing_to_do_with_customers_sees_little_of_them(roles: tuple[str, ...], seen: set[str]) -> None:
    assert seen_by(frozenset(roles), WITH_NUMBER, shop(), NOW).keys() == seen
