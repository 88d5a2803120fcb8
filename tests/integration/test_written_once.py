"""What was told stays told: no event takes the place of another."""

from chalicelib.domain.ids import new_id
from chalicelib.domain.work import Event
from chalicelib.repos.transaction import Transaction
from tests.support.stale import begun, named, refused, written
from tests.support.world import World


def test_no_event_takes_the_place_of_another(world: World) -> None:
    customer_id, event_id = named(world, "Meera").id, new_id("evt", world.clock.now)

    def tell(work: Transaction, summary: str) -> None:
        work.record(Event(customer_id, "of_a_test", summary, id=event_id))

    second = begun(world, lambda work: tell(work, "Another one"))
    written(world, lambda work: tell(work, "One"))
    refused(world, second)
