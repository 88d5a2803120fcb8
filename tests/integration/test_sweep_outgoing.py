"""The look after messages on their way, when somebody has moved one on since the list was read."""

from datetime import timedelta

import pytest

from chalicelib.handlers.sweep_outgoing import look_after_outgoing
from chalicelib.repos.outgoing import Outgoing
from tests.support.faulting.letters import waiting
from tests.support.sending import in_queue, on_the_list, read
from tests.support.stale import named
from tests.support.world import World


def test_a_message_that_was_moved_on_since_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    message = waiting(world, named(world, "Meera").id, "email", "birthday")
    now = world.clock.now + timedelta(minutes=1)
    listed = [each for each in Outgoing(world.table).due(now, 50) if each.message_id == message.id]
    monkeypatch.setattr(Outgoing, "due", lambda *_: iter(listed))
    assert look_after_outgoing(now, lambda: 60.0) == {"outgoing_queued": 1}
    assert [body["message_id"] for body in in_queue()] == [message.id]
    places, moved_on = on_the_list(message.id), read(message.id)
    assert look_after_outgoing(now, lambda: 60.0) == {"outgoing_left": 1}
    assert list(in_queue()) == []
    assert (on_the_list(message.id), read(message.id)) == (places, moved_on)
