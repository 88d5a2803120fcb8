import asyncio
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from local.journal import Journal
from local.records import DamagedFolder, Head, pack

STEPS = ("writing", "written", "renamed", "opened", "removed")


class Crash(Exception):
    pass


def load(folder: Path, step: Callable[[str], None] = lambda _: None) -> tuple[Journal, list[tuple[Head, bytes]]]:
    read: list[tuple[Head, bytes]] = []
    journal = Journal(folder, step)
    journal.load(lambda head, tail: read.append((head, bytes(tail))))
    return journal, read


def filled(folder: Path, count: int) -> list[tuple[Head, bytes]]:
    journal, _ = load(folder)
    expected = []
    for number in range(count):
        head, tail = {"n": number}, b"tail" * (number % 7)
        journal.append(head, [tail])
        expected.append((head, tail))
    journal.close()
    return expected


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_was_appended_is_read_back_in_order(tmp_path: Path) -> None:
    expected = filled(tmp_path, 20)
    journal, read = load(tmp_path)
    journal.close()
    assert read == expected


def test_a_record_cut_off_anywhere_is_dropped_and_the_others_stay(tmp_path: Path) -> None:
    expected = filled(tmp_path / "whole", 3)
    whole = (tmp_path / "whole" / "journal-000000").read_bytes()
    end_of_second = len(whole) - len(_last_record(tmp_path / "whole"))
    for cut in range(end_of_second, len(whole)):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / "journal-000000").write_bytes(whole[:cut])
        journal, read = load(folder)
        journal.append({"n": "after"})
        journal.close()
        assert read == expected[:2]
        journal, read = load(folder)
        journal.close()
        assert read == [*expected[:2], ({"n": "after"}, b"")]


def _last_record(folder: Path) -> bytes:
    sizes = []
    journal, read = load(folder)
    journal.close()
    head, tail = read[-1]
    sizes.append(pack(head, [tail]))
    return sizes[0]


def test_a_tail_of_zeros_is_dropped(tmp_path: Path) -> None:
    expected = filled(tmp_path, 3)
    with (tmp_path / "journal-000000").open("ab") as file:
        file.write(bytes(5000))
    journal, read = load(tmp_path)
    journal.close()
    assert read == expected


def test_one_changed_byte_anywhere_is_damage_and_nothing_is_touched(tmp_path: Path) -> None:
    filled(tmp_path / "whole", 3)
    whole = (tmp_path / "whole" / "journal-000000").read_bytes()
    for at in range(len(whole)):
        folder = tmp_path / str(at)
        folder.mkdir()
        (folder / "journal-000000").write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        before = content(folder)
        with pytest.raises(DamagedFolder):
            Journal(folder).load(lambda *_: None)
        assert content(folder) == before


@pytest.mark.parametrize("missing", ["snapshot-000001", "journal-000001"])
def test_a_missing_file_is_damage(tmp_path: Path, missing: str) -> None:
    compacted(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(DamagedFolder):
        Journal(tmp_path).load(lambda *_: None)


def test_a_snapshot_that_is_cut_off_is_damage(tmp_path: Path) -> None:
    compacted(tmp_path)
    path = tmp_path / "snapshot-000001"
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(DamagedFolder):
        Journal(tmp_path).load(lambda *_: None)


def compacted(folder: Path, step: Callable[[str], None] = lambda _: None) -> list[tuple[Head, bytes]]:
    filled(folder, 10)
    journal, read = load(folder, step)
    records: Sequence[tuple[Head, Sequence[bytes]]] = [(head, [tail]) for head, tail in read]
    journal.compact(records)
    journal.append({"n": "later"})
    journal.close()
    return [*read, ({"n": "later"}, b"")]


def test_a_compaction_keeps_everything_and_leaves_one_generation(tmp_path: Path) -> None:
    expected = compacted(tmp_path)
    journal, read = load(tmp_path)
    journal.close()
    assert read == expected
    assert sorted(content(tmp_path)) == ["journal-000001", "snapshot-000001"]


@pytest.mark.parametrize("step", STEPS)
def test_a_compaction_killed_at_any_step_loses_nothing(tmp_path: Path, step: str) -> None:
    def crash(name: str) -> None:
        if name == step:
            shutil.copytree(tmp_path / "data", tmp_path / "crashed")
            raise Crash

    (tmp_path / "data").mkdir()
    with pytest.raises(Crash):
        compacted(tmp_path / "data", crash)
    journal, read = load(tmp_path / "crashed")
    assert [head["n"] for head, _ in read] == list(range(10))
    journal.append({"n": "later"})
    journal.compact([({"n": number}, ()) for number in (*range(10), "later")])
    journal.close()
    journal, read = load(tmp_path / "crashed")
    journal.close()
    assert [head["n"] for head, _ in read] == [*range(10), "later"]


def test_nothing_is_durable_before_the_disk_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncing, released = threading.Event(), threading.Event()
    plain = os.fdatasync

    def slow(handle: int) -> None:
        syncing.set()
        released.wait()
        plain(handle)

    journal, _ = load(tmp_path)
    monkeypatch.setattr(os, "fdatasync", slow)

    async def write() -> list[bool]:
        waiting = asyncio.ensure_future(journal.durable(journal.append({"n": 1})))
        await asyncio.to_thread(syncing.wait)
        before = waiting.done()
        released.set()
        await waiting
        return [before, waiting.done()]

    assert asyncio.run(write()) == [False, True]
    journal.close()


def test_writers_who_arrive_together_share_a_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs, first, released = [], threading.Event(), threading.Event()
    plain = os.fdatasync

    def counted(handle: int) -> None:
        syncs.append(handle)
        first.set()
        released.wait()
        plain(handle)

    journal, _ = load(tmp_path)
    monkeypatch.setattr(os, "fdatasync", counted)
    journal.append({"n": 0})
    first.wait()
    positions = [journal.append({"n": number}) for number in range(1, 100)]
    released.set()
    for position in positions:
        journal.wait(position)
    journal.close()
    assert len(syncs) == 2
