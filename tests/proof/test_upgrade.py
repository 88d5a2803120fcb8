"""What an earlier version of the code wrote is read by this one, and what this one writes by the earlier one.

During a deployment both run for minutes, and what was written yesterday is read for years. tests/proof/written_by/
holds what earlier versions wrote and answered; where git has their code, it also reads what this code writes.
"""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from tests.support import figures, world, written
from tests.support.tearing import kind_of
from tests.support.written import HOME, Sample
from tools import record_samples
from tools.table_check.check import check
from tools.table_check.items import InMemory

WRITTEN = sorted(HOME.glob("*.json.gz"))
RECORD = "commit this version, run `make sample`, and commit the file that it makes"
IDS = "cus_00000000000000000000000000"


@pytest.fixture(scope="module", params=WRITTEN, ids=lambda path: path.name.partition(".")[0])
def sample(request: pytest.FixtureRequest) -> Sample:
    return written.read(request.param)


def newest() -> Sample:
    """The sample that holds most kinds: that of the newest version."""
    return max(map(written.read, WRITTEN), key=lambda each: len(kinds(each)))


def kinds(sample: Sample) -> set[str]:
    """The kinds of item that a version wrote."""
    return {kind_of(Key(item["pk"]["S"], item["sk"]["S"])) for item in sample["items"]}


def test_every_reading_route_answers_about_what_was_written_as_it_did_then(sample: Sample) -> None:
    with written.laid_out(sample) as shop:
        wrong = list(written.differences(shop, sample, we_are_newer=True))
    assert wrong == []
    figures.note("upgrade", {"answers the same": len(sample["answers"]), "items": len(sample["items"])})


def test_an_answer_that_was_kept_is_given_again(sample: Sample) -> None:
    with written.laid_out(sample) as shop:
        assert list(written.replayed(shop, sample)) == []


def test_messages_that_were_under_way_are_worked_off(sample: Sample) -> None:
    with written.laid_out(sample) as shop:
        assert list(written.not_worked_off(shop, sample)) == []
    messages = sum(map(len, sample["queues"].values())) + len(sample["stream"])
    figures.note("upgrade", {"messages worked off": messages})


def test_what_was_written_holds_together_and_can_be_written_to(sample: Sample) -> None:
    with written.laid_out(sample) as shop:
        items = {Key(*key): item for key, item in shop.items().items()}
        assert [each.what for each in check(InMemory(items), shop.clock.now.timestamp())] == []
        for route, endpoint in sorted(ENDPOINTS.items()):
            if endpoint.writes:
                assert shop.requests(route)
                shop.reset()


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name.partition(".")[0])
def test_the_earlier_code_reads_what_this_code_writes(path: Path, tmp_path: Path) -> None:
    try:
        tree = record_samples.laid_over(tmp_path, path.name.partition(".")[0])
    except record_samples.NoHistory as missing:
        pytest.skip(f"the earlier code cannot be run: {missing}")
    with world.opened() as shop:
        sample = written.taken(shop)
        shop.reset()
    written.write(sample, tmp_path / "now.json.gz")
    said = record_samples.run(tree, "read", str(tmp_path / "now.json.gz"))
    assert said.returncode == 0, said.stderr[-3000:]
    assert json.loads(said.stdout) == []
    figures.note("upgrade", {"answers of the earlier code": len(sample["answers"])})


def test_a_sample_has_an_item_of_every_kind_that_the_made_up_shop_has() -> None:
    with world.opened() as shop:
        there = {kind_of(Key(*key)) for key in shop.items()}
    missing = there - kinds(newest())
    assert not missing, f"no earlier version's sample has {sorted(missing)}: {RECORD}"


def built() -> Iterator[str]:
    """The kinds of item for which there is a key."""
    for name in keys.__all__:
        build = getattr(keys, name)
        if inspect.isfunction(build) and inspect.signature(build).return_annotation is Key:
            wanted = inspect.signature(build).parameters.values()
            arguments: list[Any] = [1 if each.annotation is int else IDS for each in wanted]
            yield of_any_record(kind_of(build(*arguments)))


def of_any_record(kind: str) -> str:
    """The kind of item, whatever the record it belongs to."""
    return kind.partition("/")[2] if kind[:1].islower() else kind


def test_every_key_that_is_built_is_of_a_kind_that_a_sample_has() -> None:
    known = set(map(of_any_record, kinds(newest())))
    missing = {kind for kind in built() if kind and kind not in known}
    give = "give tests/support/world/arrangement.py such a record"
    assert not missing, f"no sample has {sorted(missing)}: {give}; {RECORD}"
