"""A redo journal with snapshots: what was acknowledged before kill -9 or a power cut is there after it.

One folder holds one generation N: `snapshot-N` (absent for generation 0) and `journal-N`. A record is a small JSON head
and a tail of raw bytes. Appending writes at once and a second thread syncs, so that writers who arrive together share
one sync. Only a record that the file cannot hold whole, or a tail of zeros, counts as torn by a crash and is dropped;
any other mismatch means that the folder was damaged, and nothing in it is touched.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from local.records import Apply, DamagedFolder, Head, Record, header, pack, scan, sync_folder, whole, write_file

UNWRITABLE = 74  # exit code: the disk is full or failing


class Journal:
    """The one journal of a data folder. `step` is called between the steps of a compaction (tests fail there)."""

    def __init__(self, folder: Path, step: Callable[[str], None] = lambda _: None) -> None:
        self._folder = folder
        self._step = step
        self._generation = 0
        self._handle = -1
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)
        self._written = self._synced = 0
        self._closing = False
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._thread: threading.Thread | None = None

    def _path(self, kind: str, generation: int) -> Path:
        return self._folder / f"{kind}-{generation:06d}"

    def _generations(self, kind: str) -> list[int]:
        names = (path.name.partition("-") for path in self._folder.glob(f"{kind}-??????"))
        return sorted(int(number) for _, _, number in names if number.isdigit())

    def load(self, apply: Apply) -> None:
        """Replays snapshot and journal, then opens the journal for appending. Raises DamagedFolder."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        snapshots, journals = self._generations("snapshot"), self._generations("journal")
        self._generation = snapshots[-1] if snapshots else 0
        if journals and journals[-1] > self._generation:
            raise DamagedFolder(f"{self._path('snapshot', journals[-1])} is missing")
        if snapshots and journals and self._generation - 1 > journals[-1]:
            raise DamagedFolder(f"{self._path('journal', self._generation)} is missing")
        if snapshots and not journals:
            raise DamagedFolder(f"{self._path('journal', self._generation)} is missing")
        if snapshots:
            self._load_snapshot(apply)
        path = self._path("journal", self._generation)
        size = scan(path, apply) if path.exists() else 0
        self._open(path, size)
        self._remove_older()

    def _load_snapshot(self, apply: Apply) -> None:
        path = self._path("snapshot", self._generation)
        ended = False

        def check_end(head: Head, tail: memoryview) -> None:
            nonlocal ended
            ended = head.get("end") is True
            if not ended:
                apply(head, tail)

        if scan(path, check_end) != path.stat().st_size or not ended:
            raise DamagedFolder(f"{path} is cut off")

    def _open(self, path: Path, size: int) -> None:
        """Opens a journal after its last whole record, dropping a torn one."""
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.ftruncate(self._handle, size)
        if size == 0:
            os.write(self._handle, pack(header(path)))
        os.fsync(self._handle)
        sync_folder(self._folder)
        self._written = self._synced = os.fstat(self._handle).st_size
        self._closing = False
        self._thread = threading.Thread(target=self._sync_loop, name="journal-sync", daemon=True)
        self._thread.start()

    def _remove_older(self) -> None:
        for kind in ("snapshot", "journal"):
            for generation in self._generations(kind):
                if generation < self._generation:
                    self._path(kind, generation).unlink()
        for path in self._folder.glob("*.tmp"):
            path.unlink()

    @property
    def size(self) -> int:
        """Bytes in the current journal file."""
        return self._written

    def append(self, head: Head, tail: Sequence[bytes] = ()) -> int:
        """Writes one record; it is durable once `wait` or `durable` returns for the position given back."""
        record = memoryview(pack(head, tail))
        with self._lock:
            try:
                while record:
                    record = record[os.write(self._handle, record) :]
            except OSError as error:
                _give_up(error)
            self._written = os.lseek(self._handle, 0, os.SEEK_END)
            self._work.notify_all()
            return self._written

    def _sync_loop(self) -> None:
        while True:
            with self._lock:
                while self._written == self._synced and not self._closing:
                    self._work.wait()
                if self._written == self._synced:
                    return
                target = self._written
            try:
                os.fdatasync(self._handle)
            except OSError as error:
                _give_up(error)
            with self._lock:
                self._synced = target
                ready = [future for position, future in self._waiters if position <= target]
                self._waiters = [waiter for waiter in self._waiters if waiter[0] > target]
                self._work.notify_all()
            for future in ready:
                future.get_loop().call_soon_threadsafe(_resolve, future)

    def wait(self, position: int) -> None:
        """Blocks until everything up to `position` is on the disk."""
        with self._lock:
            self._work.wait_for(lambda: self._synced >= position)

    async def durable(self, position: int) -> None:
        """Like `wait`, for the event loop."""
        with self._lock:
            if self._synced >= position:
                return
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append((position, future))
        await future

    def close(self) -> None:
        """Syncs what is written and closes the file."""
        with self._lock:
            self._closing = True
            self._work.notify_all()
        if self._thread:
            self._thread.join()
        os.close(self._handle)

    def compact(self, records: Iterable[Record]) -> None:
        """Replaces snapshot and journal by one snapshot of `records`; nothing may be appended meanwhile."""
        self.close()
        following = self._generation + 1
        snapshot = self._path("snapshot", following)
        write_file(snapshot, whole(snapshot, records), self._step)
        self._step("renamed")
        self._generation = following
        self._open(self._path("journal", following), 0)
        self._step("opened")
        self._remove_older()
        self._step("removed")


def _give_up(error: OSError) -> NoReturn:
    """What memory holds can no longer be kept, so nothing more may be acknowledged: the process ends here."""
    print(f"The data folder cannot be written: {error.strerror}.", file=sys.stderr, flush=True)
    os._exit(UNWRITABLE)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
