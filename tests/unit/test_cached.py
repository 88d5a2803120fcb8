"""Readings that are kept for a while, under threads and changes."""

from collections.abc import Callable

from chalicelib.wiring.shop import SECONDS, Cached


class Source:
    """A value that changes, a clock that is set, and something that happens while a reading is under way."""

    def __init__(self) -> None:
        self.value, self.now, self.readings = 1, 0.0, 0
        self.cached = Cached(self.read, lambda: self.now)
        self.meanwhile: Callable[[], None] | None = None

    def read(self) -> int:
        self.readings += 1
        found = self.value
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return found


def test_a_reading_serves_30_seconds() -> None:
    source = Source()
    assert [source.cached.get() for _ in range(3)] == [1, 1, 1]
    source.now = SECONDS
    source.cached.get()
    assert source.readings == 1
    source.now = SECONDS + 0.1
    source.cached.get()
    assert source.readings == 2


def test_what_was_changed_in_this_process_is_seen_at_once() -> None:
    source = Source()
    source.cached.get()
    source.value = 2
    source.cached.forget()
    assert source.cached.get() == 2


def test_a_reading_from_before_a_change_is_not_kept_after_it() -> None:
    source = Source()

    def change() -> None:
        source.value = 2
        source.cached.forget()

    source.meanwhile = change
    assert source.cached.get() == 1, "it began before the change"
    assert source.cached.get() == 2


def test_an_older_reading_does_not_replace_a_newer_one() -> None:
    source = Source()

    def read_in_another_thread() -> None:
        source.now, source.value = 5.0, 2
        source.cached.fresh()

    source.meanwhile = read_in_another_thread
    source.cached.fresh()
    assert source.cached.get() == 2
