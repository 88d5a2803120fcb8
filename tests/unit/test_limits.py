"""No limit of a field goes unnoticed: each stands in limits.json as well."""

import json
from typing import Any

import pytest

from tests.support.limits import FILE, every, limits

AGREED: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", sorted(AGREED))
def test_the_limits_of_every_type_are_those_that_were_agreed(module: str) -> None:
    found, agreed = json.loads(json.dumps(limits(module))), AGREED.get(module, {})
    changed = {
        name: (agreed.get(name), found.get(name)) for name in agreed | found if agreed.get(name) != found.get(name)
    }
    assert not changed, "if this is meant: python -m tests.support.limits"


def test_every_module_that_limits_something_is_among_them() -> None:
    assert every().keys() == AGREED.keys()
