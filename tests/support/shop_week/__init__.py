"""A shop's week, driven by one seed against the real handlers, with everything that can go wrong.

    played = play(seed, steps=50)
    assert not played.wrong

The same seed plays the same week. What people do is read from the routes that exist; what AWS does is in traffic.py,
what goes wrong in weather.py, what must hold in ledger.py and watch.py.
"""

from tests.support.shop_week.play import Played, play, weeks

__all__ = ["Played", "play", "weeks"]
