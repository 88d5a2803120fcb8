"""What AWS does to deliveries when no call fails: twice, in another order, long after the work is done."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.faulting.play import URLS, Play, sources

POISON = '{"purpose": "nobody knows", "event": {"kind'


class Twice(Play):
    """Every batch of the stream and of a queue comes twice, the second time from behind."""

    def __init__(self, *about: Any) -> None:
        super().__init__(*about)
        self._told: list[tuple[str, Sequence[Any]]] = []

    def relay(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Twice."""
        super().relay(records)
        super().relay(records[::-1])
        self._told.append(("", records))

    def deliver(self, name: str, batch: Sequence[Any]) -> None:
        """Twice."""
        super().deliver(name, batch)
        super().deliver(name, batch[::-1])
        self._told.append((name, batch))

    def once_more(self) -> None:
        """What was delivered long ago comes again, the newest first."""
        for name, batch in self._told[::-1]:
            if name:
                super().deliver(name, batch)
            else:
                super().relay(batch)
        self.to_rest()


def again(play: Play) -> None:
    """The last words of a `Twice`."""
    assert isinstance(play, Twice)
    play.once_more()


def poison(play: Play) -> None:
    """Something that nobody can read waits in every queue, before everything else."""
    for name in sources():
        waiting = play.world.cloud.take_messages(URLS[name], delayed=True)
        play.world.cloud.send_message(URLS[name], POISON)
        for message in waiting:
            play.world.cloud.send_message(URLS[name], message.body)


def lag(play: Play) -> None:
    """From now on the indexes show what they hold at this moment."""
    play.world.cloud.index_lags = True


def _caught_up(play: Play) -> None:
    play.world.cloud.index_lags = False


class Lagging(Play):
    """The indexes lag for as long as there is something under way, and have caught up a while later."""

    def afterwards(self) -> None:
        """They catch up first."""
        _caught_up(self)
        super().afterwards()
