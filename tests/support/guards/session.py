"""A run of pytest that collects tests, and then takes guards away one after the other instead of running the tests."""

import gc
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from tests.support.guards import children, in_memory, removing
from tests.support.guards.guard import Guard

_AGREED = "tests/unit/test_limits.py"  # looks at one module at a time
Judge = Callable[["Session"], None]


class Session:
    """A plugin of pytest; `judge` is called when all is collected and the made-up shop stands."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._alive: removing.Living = {}
        self.items: dict[str, Any] = {}

    def pytest_collection_finish(self, session: Any) -> None:
        """Keep the tests by their names."""
        self.items = {item.nodeid: item for item in session.items}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool:
        """Instead of running the tests."""
        import app  # noqa: F401 -- with all that it serves
        from chalicelib.handlers.endpoint import ENDPOINTS
        from tests.support.world import opened

        with opened() as shop:
            for route in ENDPOINTS:
                shop.requests(route)
        in_memory.use()
        self._warm()
        self._alive = removing.living()
        gc.collect()
        gc.freeze()  # what is shared with the children stays shared
        gc.disable()
        self._judge(self)
        return True

    def _warm(self) -> None:
        """Let what the tests of the emulator share be there before the children begin."""
        item = next((each for each in self.items.values() if each.get_closest_marker("emulator")), None)
        if item is not None:
            children.run(item)

    def try_without(self, guard: Guard, names: Sequence[str]) -> children.Outcome:
        """Run tests without the guard until one turns red."""
        known = [name for name in names if name in self.items]
        if not known:
            return children.Outcome(None, "no test comes past it")
        if guard.inside:
            outcome = children.outcome_of(partial(self._in_place, guard, known))
            if "NotHere" not in outcome.defect:
                return outcome
        agreed = [] if guard.inside else [name for name in known if name.startswith(_AGREED)]
        if agreed:
            outcome = children.outcome_of(partial(self._beside, guard, agreed))
            if outcome.red:
                return outcome
        return children.outcome_of(partial(_anew, guard, known), 2 * children.SECONDS)

    def control(self, names: Sequence[str]) -> children.Outcome:
        """Run tests with all guards in place: none may turn red."""
        known = [self.items[name] for name in names if name in self.items]
        return children.outcome_of(partial(children.first_red, known), 600)

    def _beside(self, guard: Guard, names: Sequence[str]) -> str | None:
        removing.beside(guard)
        return children.first_red([self.items[name] for name in names])

    def _in_place(self, guard: Guard, names: Sequence[str]) -> str | None:
        removing.in_place(guard, self._alive)
        return children.first_red([self.items[name] for name in names])


def _anew(guard: Guard, names: Sequence[str]) -> str | None:
    removing.anew(guard)
    in_memory.use()
    return children.first_red_anew(names)


def run(judge: Judge, names: Sequence[str]) -> int:
    """Collect the files of these tests and judge."""
    files = sorted({name.partition("::")[0] for name in names})
    options = [*children.OPTIONS, "--continue-on-collection-errors"]
    return int(pytest.main([*options, *files], plugins=[Session(judge)]))
