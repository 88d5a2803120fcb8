from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.emulated import Emulated


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    """A running local AWS for tests that do not stop it."""
    emulated = Emulated(tmp_path_factory.mktemp("shared"))
    emulated.start()
    yield emulated
    emulated.stop()


@pytest.fixture
def emulated(tmp_path: Path) -> Iterator[Emulated]:
    """A running local AWS that the test may kill and start again."""
    made = Emulated(tmp_path / "emulator")
    made.start()
    yield made
    made.stop()
