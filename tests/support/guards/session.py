"""A run of pytest that collects tests, and then takes guards away one after the other instead of running the tests."""

import gc
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from tests.support.guards import children, in_memory, removing
from tests.support.guards.guard import Guard

Judge = Callable[["Session"], None]


class Session:
    """A plugin of pytest; `judge` is called when all is collected and the made-up shop stands."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._config: Any = None
        self._alive: removing.Living = {}
        self.items: dict[str, Any] = {}

    def pytest_collection_finish(self, session: Any) -> None:
        """Keep the tests by their names."""
        self._config = session.config
        self.items = {item.nodeid: item for item in session.items}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool:
        """Instead of running the tests."""
        import app  # noqa: F401 -- with all that it serves
        from tests.support.world import opened

        with opened():
            pass
        in_memory.use()
        self._alive = removing.living()
        gc.collect()
        gc.freeze()  # what is shared with the children stays shared
        gc.disable()
        self._judge(self)
        return True

    def try_without(self, guard: Guard, names: Sequence[str]) -> children.Outcome:
        """Run tests without the guard until one turns red."""
        known = [name for name in names if name in self.items]
        if not known:
            return children.Outcome(None, "no test comes past it")
        if guard.inside:
            outcome = children.outcome_of(partial(self._in_place, guard, known))
            if "NotHere" not in outcome.defect:
                return outcome
        return children.outcome_of(partial(_anew, guard, known), 2 * children.SECONDS)

    def control(self, names: Sequence[str]) -> children.Outcome:
        """Run tests with all guards in place: none may turn red."""
        known = [self.items[name] for name in names if name in self.items]
        return children.outcome_of(partial(children.first_red, self._config, known), 600)

    def _in_place(self, guard: Guard, names: Sequence[str]) -> str | None:
        removing.in_place(guard, self._alive)
        return children.first_red(self._config, [self.items[name] for name in names])


def _anew(guard: Guard, names: Sequence[str]) -> str | None:
    removing.anew(guard)
    in_memory.use()
    return children.first_red_anew(names)


def run(judge: Judge, names: Sequence[str]) -> int:
    """Collect the files of these tests and judge."""
    files = sorted({name.partition("::")[0] for name in names})
    options = [*children.OPTIONS, "--continue-on-collection-errors"]
    return int(pytest.main([*options, *files], plugins=[Session(judge)]))
