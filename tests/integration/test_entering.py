"""People who come from the AWS console, past Facet: they enter the directory, and the audit says so."""

from typing import Any

from chalicelib.domain.staff.directory import user_id_of
from chalicelib.wiring.sign_in import POOL
from tests.support.api import Api
from tests.support.world import World, environment, pool
from tests.support.world.arrangement import made


def audited(world: World, user_id: str) -> Any:
    """The newest entry about a person, with its values."""
    entry, *_ = made(world.api("admin").get(f"/v1/audit?entity={user_id}"))["items"]
    return entry


def test_who_was_made_in_the_console_enters_with_their_first_request(world: World) -> None:
    subject = environment.make_person("nila", "sales")
    assert Api(pool.signed(pool.claims(subject, "sales"))).get("/v1/me").status == 200
    entry = audited(world, user_id_of(subject))
    assert (entry["action"], entry["actor"]["id"]) == ("user.entered", POOL.id)
    assert (entry["before"], entry["after"]) == (None, {"roles": ["sales"]})


def test_who_was_moved_in_the_console_has_the_new_roles(world: World) -> None:
    world.api("ravi").get("/v1/me")
    moved = Api(pool.signed(pool.claims(world.subjects["ravi"], "manager", "sales")))
    assert moved.get("/v1/me").json["roles"] == ["manager", "sales"]
    entry = audited(world, user_id_of(world.subjects["ravi"]))
    assert (entry["action"], entry["actor"]["id"]) == ("user.moved_in_console", POOL.id)
    assert (entry["before"], entry["after"]) == ({"roles": ["sales"]}, {"roles": ["manager", "sales"]})
