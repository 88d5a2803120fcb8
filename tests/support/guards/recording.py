"""A run of tests that notes which guards come into play in each, as a plugin of pytest."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.guards import rewriting, telling
from tests.support.guards.finding import guards
from tests.support.guards.running import HITS

MOST_CANDIDATES = 30  # kept of those that a guard decided something in, and of those that passed it


class Recorder:
    """Notes, test by test."""

    def __init__(self) -> None:
        self.names = list(guards())
        self._decided: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self._passed: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self._failed: set[str] = set()

    def install(self) -> None:
        """Before anything of the application is imported."""
        numbers = {name: number for number, name in enumerate(self.names)}
        ours = {guard.path for guard in guards().values()}
        rewriting.install(lambda path: rewriting.marked(path, numbers) if path in ours else None)
        telling.listen(self.names)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        """One test."""
        telling.attach()
        HITS.clear()
        began = time.perf_counter()
        result = yield
        lasted = time.perf_counter() - began
        if item.nodeid not in self._failed:
            self._note(item, lasted)
        return result

    def _note(self, item: Any, lasted: float) -> None:
        place = (lasted + (5 if hasattr(item.obj, "hypothesis") else 0), item.nodeid)
        for number in HITS.decided:
            self._decided[self.names[number]].append(place)
        for number in HITS.passed - HITS.decided:
            self._passed[self.names[number]].append(place)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A test that fails anyway shows nothing."""
        if not report.passed:
            self._failed.add(report.nodeid)

    def write(self, path: Path) -> None:
        """Leave what was noted beside what is known: for each guard the tests that may see it, the quickest first."""
        before = json.loads(path.read_text()) if path.exists() else {}
        candidates = {name: self._merged(name, before.get(name, {})) for name in self.names}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(candidates, indent=0))

    def _merged(self, name: str, before: Mapping[str, Sequence[Sequence[Any]]]) -> dict[str, list[Any]]:
        merged = {}
        for kind, now in (("decided", self._decided[name]), ("passed", self._passed[name])):
            every = {test: lasted for lasted, test in (*before.get(kind, ()), *now)}
            merged[kind] = sorted([lasted, test] for test, lasted in every.items())[:MOST_CANDIDATES]
        return merged
