"""The ready-made tags of a new shop, made by whoever reads first, and audited."""

from chalicelib.repos import keys
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import shop
from tests.support.stale import written
from tests.support.world import World
from tests.support.world.arrangement import made


def as_new(world: World, work: Transaction) -> None:
    """No settings, no stores, no tags."""
    for key in world.items():
        if key[0] == keys.SHOP:
            work.delete(keys.Key(*key))


def test_each_ready_made_tag_is_audited_once(world: World) -> None:
    written(world, lambda work: as_new(world, work))
    tags = shop.shop.fresh().tags
    assert len(tags) > 0
    assert shop.shop.fresh().tags == tags
    for tag in tags.values():
        (entry,) = made(world.api("admin").get(f"/v1/audit?entity={tag.id}"))["items"]
        assert (entry["action"], entry["actor"]["id"]) == ("tag.create", shop.SHOP.id)
        assert entry["after"]["name"] == tag.name
