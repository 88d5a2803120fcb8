"""What stands for a version in the path of a template, and is none."""

import pytest

from tests.support.world import World
from tests.support.world.arrangement import made


@pytest.mark.parametrize("number", ["0", "3", "-1", "1.0", "+1", "x", "٣", "²", "00001", "9" * 5000])
def test_what_is_no_version_is_not_found(world: World, number: str) -> None:
    """Also digits that Python takes for no number, or refuses to read."""
    manager = world.api("manager")
    (own,) = (each["id"] for each in made(manager.get("/v1/templates?name=autumn"))["items"])
    path = f"/v1/templates/{own}/versions"
    assert [each["version"] for each in made(manager.get(path))["items"]] == [2, 1]
    assert manager.get(f"{path}/2").status == 200
    assert manager.get(f"{path}/{number}").status == 404
