"""Functions with the same package run from one folder, and keep apart what they hold."""

import json

import pytest

from tests.local import functions
from tests.local.emulated import Emulated

pytestmark = pytest.mark.emulator

WHERE = """
import os
def handle(event, context):
    return [os.path.realpath(__file__), context.function_name, os.getpid()]
"""


def _run(emulated: Emulated, name: str) -> tuple[str, str, int]:
    answer = emulated.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    where, said, process = json.loads(answer["Payload"].read())
    return where, said, process


def test_one_package_is_unpacked_once(emulated: Emulated) -> None:
    for name, code in (("one", WHERE), ("two", WHERE), ("other", f"{WHERE}\n# changed")):
        functions.make(emulated, name, code)
    first, second, third = (_run(emulated, name) for name in ("one", "two", "other"))
    assert first[0] == second[0]
    assert first[0] != third[0]
    assert [each[1] for each in (first, second, third)] == ["one", "two", "other"]
    assert len({each[2] for each in (first, second, third)}) == 3
    unpacked = sorted(path.name[:5] for path in (emulated.folder / "tmp").glob("code-*"))
    assert unpacked == ["code-", "code-"]
    assert not list((emulated.folder / "tmp").glob("**/code.zip"))
