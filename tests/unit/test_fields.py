"""What a field lets in, further in than its type looks."""

import json
from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from chalicelib.domain.fields import check_custom

PLACES = {
    "a value": '{"a": "%s"}',
    "a name": '{"%s": 1}',
    "further in": '{"a": {"b": {"c": "%s"}}}',
    "a name further in": '{"a": {"%s": 1}}',
    "a list": '{"a": ["b", "%s"]}',
    "an object of a list": '{"a": [{"b": "%s"}]}',
}


def own(place: str, text: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(PLACES[place] % text)
    return made


@pytest.mark.parametrize("place", PLACES)
def test_no_text_of_the_shops_own_fields_hides_something(place: str) -> None:
    assert check_custom(own(place, "Rosé")) == own(place, "Rosé")
    for hidden in (r"a\u0007", r"a\u202eb", r"\ud800"):
        with pytest.raises(PydanticCustomError, match="control characters"):
            check_custom(own(place, hidden))
