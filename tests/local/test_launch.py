"""The launcher's sentences, and what happens to its children."""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local import emulator, launch, place
from local.children import Child
from local.place import Place, Refusal, read_json, write_json
from tests.local.emulated import ROOT, Emulated, free_port

SERVES = "import time; from local.processes import *; die_with_parent(); announce(); time.sleep(600)"
FAILS = "import sys; print('no luck today.', file=sys.stderr); sys.exit(3)"


def child(folder: Path, code: str, title: str = "thing") -> Child:
    return Child(title, [sys.executable, "-c", code], {"PYTHONPATH": str(ROOT)}, folder / "log", 20.0)


def run(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command.split()],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.strip().endswith(".")
    for word in words:
        assert word in done.stderr


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert_one_sentence(run("local/launch.py", PORT=port, DATA_DIR=str(tmp_path / "data")), port, "in use")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    assert_one_sentence(run("local/launch.py", PORT=port, DATA_DIR=str(tmp_path)), "PORT", port)


def test_a_data_folder_in_use(tmp_path: Path) -> None:
    held = launch._take(Place(tmp_path))
    try:
        done = run("local/launch.py", PORT=str(free_port()), DATA_DIR=str(tmp_path))
        assert_one_sentence(done, "already runs", str(tmp_path))
    finally:
        os.close(held)


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("precious")
    done = run("local/launch.py", PORT=str(free_port()), DATA_DIR=str(tmp_path / "data"))
    assert_one_sentence(done, str(tmp_path / "data"))
    assert (tmp_path / "data").read_text() == "precious"


def test_a_damaged_data_folder(tmp_path: Path) -> None:
    at = Place(tmp_path)
    emulated = Emulated(at.emulator)
    emulated.start()
    emulated.make_table("items")
    emulated.stop()
    (at.emulator / "journal-000000").write_bytes(b"not a journal" * 1000)
    with pytest.raises(Refusal, match=r"damaged at byte 0\. Nothing was changed\.$"):
        launch._local_aws(at, free_port()).start()
    assert (at.emulator / "journal-000000").read_bytes() == b"not a journal" * 1000


def test_a_damaged_small_file(tmp_path: Path) -> None:
    write_json(tmp_path / "staff.json", {"sales": 1})
    assert (tmp_path / "staff.json").stat().st_mode & 0o777 == 0o600
    (tmp_path / "staff.json").write_text('{"sales": ')
    with pytest.raises(Refusal, match="damaged"):
        read_json(tmp_path / "staff.json")


def test_a_token_when_nothing_runs(tmp_path: Path) -> None:
    assert_one_sentence(run("local/token.py sales", DATA_DIR=str(tmp_path)), "does not run", "make run")


def test_a_token_of_no_role_that_there_is(tmp_path: Path) -> None:
    at = Place(tmp_path)
    at.emulator.mkdir()
    for path in (at.instance, at.prepared, at.staff):
        write_json(path, dict.fromkeys(place.ROLES, 1))
    assert_one_sentence(run("local/token.py owner", DATA_DIR=str(tmp_path)), "owner", "sales")
    assert_one_sentence(run("local/token.py", DATA_DIR=str(tmp_path)), "sales")


@pytest.mark.parametrize("installed", [None, "1.5.32", "1.6.0"])
def test_another_version_of_the_emulator_is_refused(installed: str | None) -> None:
    assert emulator.refusal(emulator.MINISTACK) is None
    assert emulator.MINISTACK in str(emulator.refusal(installed))


def test_a_child_that_does_not_start_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"^no luck today\.$"):
        child(tmp_path, FAILS).start()


def test_a_traceback_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=f"^The thing did not start; {tmp_path}/log says why.$"):
        child(tmp_path, "raise SystemError('deep')").start()


def test_a_killed_child_is_started_again_and_said_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    watched = child(tmp_path, SERVES)
    watched.start()
    assert watched.process is not None
    assert watched.ended() is None
    first = watched.process.pid
    watched.process.kill()
    watched.process.wait()
    how = watched.ended()
    assert how == "was killed (SIGKILL)"
    watched.start_again(how)
    assert watched.process.pid != first
    assert capfd.readouterr().err == "The thing was killed (SIGKILL); starting it again.\n"
    watched.stop(10.0)
    assert watched.process.returncode == -signal.SIGTERM


def test_a_child_that_is_killed_while_it_starts_is_started_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    once = f"import os, pathlib; p = pathlib.Path({str(tmp_path / 'first')!r}); "
    dies_once = f"{once}p.exists() or (p.touch(), os.kill(os.getpid(), 9)); {SERVES}"
    watched = child(tmp_path, dies_once)
    watched.start_again("was killed (SIGKILL)")
    assert watched.ended() is None
    assert capfd.readouterr().err == "The thing was killed (SIGKILL); starting it again.\n" * 2
    watched.stop(10.0)


def test_a_child_that_is_killed_at_every_start_is_given_up(tmp_path: Path) -> None:
    watched = child(tmp_path, "import os; os.kill(os.getpid(), 9)")
    with pytest.raises(Refusal, match="too often"):
        watched.start_again("was killed (SIGKILL)")


def test_a_child_that_keeps_ending_is_given_up(tmp_path: Path) -> None:
    watched = child(tmp_path, SERVES)
    for _ in range(5):
        watched.start()
        watched.kill()
    with pytest.raises(Refusal, match="too often"):
        watched.start_again("was killed (SIGKILL)")


def test_children_end_when_the_launcher_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from local.children import Child; "
        f"c = Child('thing', [sys.executable, '-c', {SERVES!r}], {{}}, Path({str(tmp_path / 'log')!r}), 20.0); "
        "c.start(); print(c.process.pid, flush=True); time.sleep(600)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    watched = os.pidfd_open(int(launcher.stdout.readline()))
    assert select.select([watched], [], [], 0)[0] == []
    launcher.kill()
    launcher.communicate()
    assert select.select([watched], [], [], 20)[0] == [watched]
    os.close(watched)
