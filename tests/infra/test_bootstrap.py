"""Environments on machines that lack what a comfortable one has."""

from __future__ import annotations

import hashlib
import http.server
import importlib.util
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from tools import bootstrap, pip_source

ROOT = Path(__file__).resolve().parents[2]
KEPT_PIP = ROOT / ".facet" / "cache" / pip_source.WHEEL


class Index:
    """A package index on this machine that offers one pip wheel."""

    def __init__(self, wheel: bytes, name: str = pip_source.WHEEL) -> None:
        page = f'<a href="../files/{name}#sha256=unchecked">{name}</a>'.encode()
        contents = {"/simple/pip/": page, f"/simple/files/{name}": wheel}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = contents.get(self.path)
                self.send_response(200 if body else 404)
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An interpreter that has neither pip nor ensurepip, and a new environment made by it."""
    real = importlib.util.find_spec

    def hidden(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name in {"pip", "ensurepip"} else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", hidden)
    monkeypatch.setattr(pip_source, "DEBIAN_WHEELS", tmp_path / "none")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    return tmp_path / "env" / "bin" / "python"


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Index]]:
    opened: list[Index] = []

    class Offered(Index):
        def __init__(self, wheel: bytes, name: str = pip_source.WHEEL) -> None:
            super().__init__(wheel, name)
            opened.append(self)
            monkeypatch.setenv("PIP_INDEX_URL", self.url)

    yield Offered
    for index in opened:
        index.close()


def test_without_any_pip_the_pinned_one_comes_from_the_configured_index(
    bare: Path, offer: type[Index], tmp_path: Path
) -> None:
    offer(KEPT_PIP.read_bytes())
    command = pip_source.command(bare, tmp_path / "cache")
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"pip {pip_source.VERSION} ")


def test_a_pip_that_is_not_the_pinned_one_is_never_run(bare: Path, offer: type[Index], tmp_path: Path) -> None:
    offer(b"not what was tested")
    with pytest.raises(pip_source.NoPipError, match="nothing was run"):
        pip_source.command(bare, tmp_path / "cache")


def test_an_index_without_the_pinned_pip_is_named(bare: Path, offer: type[Index], tmp_path: Path) -> None:
    index = offer(b"", "pip-1.0-py3-none-any.whl")
    with pytest.raises(pip_source.NoPipError, match=f"{index.url}/pip/ has no"):
        pip_source.command(bare, tmp_path / "cache")


def test_an_index_that_does_not_answer_is_one_sentence(
    bare: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    index = Index(b"")
    index.close()
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    with pytest.raises(pip_source.NoPipError, match="install python3-venv"):
        pip_source.command(bare, tmp_path / "cache")


def _program(folder: Path, name: str, *lines: str) -> None:
    """A stand-in for a program of Debian's."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(("#!/bin/sh", *lines, "")))
    (folder / name).chmod(0o755)


@pytest.fixture
def debian(bare: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A bare Debian: no pip, no settings for one, lists of packages still to be fetched by root."""
    programs = tmp_path / "programs"
    _program(
        programs,
        "apt-get",
        f'case "$*" in *update*) touch {programs}/lists ;; *) test -e {programs}/lists && touch $5_1_all.deb ;; esac',
    )
    wheels = "$3/usr/share/python-wheels"
    _program(programs, "dpkg-deb", f"mkdir -p {wheels}", f"cp {KEPT_PIP} {wheels}/pip-26.2.1-py3-none-any.whl")
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr(pip_source, "setting", lambda _: None)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(KEPT_PIP.parent))
    return bare


def test_a_bare_debian_lends_its_own_pip_to_fetch_the_pinned_one(
    debian: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    command = pip_source.command(debian, tmp_path / "cache")
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"pip {pip_source.VERSION} ")


def test_without_rights_and_lists_it_is_one_sentence(
    debian: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(pip_source.NoPipError, match="install python3-venv"):
        pip_source.command(debian, tmp_path / "cache")


def test_a_kept_pip_is_checked_before_it_runs(bare: Path, offer: type[Index], tmp_path: Path) -> None:
    offer(KEPT_PIP.read_bytes())
    kept = tmp_path / "cache" / pip_source.WHEEL
    kept.parent.mkdir()
    kept.write_bytes(b"damaged")
    pip_source.command(bare, kept.parent)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == pip_source.SHA256


def test_pips_settings_are_read_from_its_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = http://127.0.0.1/a\n[install]\nindex-url = http://127.0.0.1/b%20c\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    assert pip_source.setting("index-url") == "http://127.0.0.1/b%20c"
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1/c")
    assert pip_source.setting("index-url") == "http://127.0.0.1/c"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose one environment holds one small package, and which has the pinned pip already."""
    package = tmp_path / "spark-1.0-py3-none-any.whl"
    with zipfile.ZipFile(package, "w") as wheel:
        wheel.writestr("spark.py", "BRIGHT = True\n")
        wheel.writestr("spark-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: spark\nVersion: 1.0\n")
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr("spark-1.0.dist-info/WHEEL", tags)
        wheel.writestr("spark-1.0.dist-info/RECORD", "")
    (tmp_path / "requirements-lint.txt").write_text(f"{package}\n")
    cache = tmp_path / ".facet" / "cache"
    cache.mkdir(parents=True)
    (cache / KEPT_PIP.name).write_bytes(KEPT_PIP.read_bytes())
    return tmp_path


def test_an_environment_is_made_once_for_the_same_pins(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    python = bootstrap.ensure(project, "lint")
    subprocess.run([str(python), "-c", "import spark"], check=True)
    assert bootstrap.ensure(project, "lint") == python
    assert capsys.readouterr().out.count("Installing") == 1
    with (project / "requirements-lint.txt").open("a") as file:
        file.write("# a reason\n")
    assert bootstrap.is_current(project, "lint")
    (project / "requirements-lint.txt").write_text("# nothing any more\n")
    assert not bootstrap.is_current(project, "lint")


def test_a_persons_own_installation_settings_do_not_lead_it_astray(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("PIP_USER", "1"), ("PIP_TARGET", str(project / "astray")), ("PYTHONPATH", str(project))):
        monkeypatch.setenv(name, value)
    (project / "optparse.py").write_text("raise SystemExit('not the library of Python')\n")
    bootstrap.ensure(project, "lint")
    assert list((project / ".facet" / "lint").glob("lib/*/site-packages/spark.py"))
    assert not (project / "astray").exists()


def test_an_interrupted_environment_is_made_again(project: Path) -> None:
    place = project / ".facet" / "lint"
    python = bootstrap.ensure(project, "lint")
    (place / "stamp").unlink()
    next(place.glob("lib/*/site-packages/spark.py")).unlink()
    subprocess.run([str(bootstrap.ensure(project, "lint")), "-c", "import spark"], check=True)
    assert python.exists()


def test_two_runs_at_once_install_once(project: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tools import bootstrap; bootstrap.ensure(Path(sys.argv[1]), 'lint')"
    )
    command = [sys.executable, "-c", code, str(project)]
    runs = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert "".join(said).count("Installing") == 1


def test_a_package_that_cannot_be_had_is_one_sentence(project: Path) -> None:
    (project / "requirements-lint.txt").write_text(f"{project}/absent-1.0-py3-none-any.whl\n")
    with pytest.raises(bootstrap.BootstrapError, match=r"^pip could not install requirements-lint\.txt: .*absent"):
        bootstrap.ensure(project, "lint")
    assert not bootstrap.is_current(project, "lint")


@pytest.mark.parametrize("name", sorted(bootstrap.ENVIRONMENTS))
def test_every_package_is_pinned_exactly(name: str) -> None:
    for file in bootstrap.ENVIRONMENTS[name]:
        lines = (ROOT / file).read_text().splitlines()
        pins = [line for line in lines if line and not line.startswith(("#", "--only-binary"))]
        assert pins
        assert all("==" in pin and "*" not in pin for pin in pins)


def test_the_test_environment_holds_what_the_files_name_and_nothing_else() -> None:
    from importlib.metadata import distributions

    def plain(name: str) -> str:
        return name.lower().replace("_", "-")

    installed = {f"{plain(item.metadata['Name'])}=={item.version}" for item in distributions()}
    named = set()
    for file in bootstrap.ENVIRONMENTS["venv"]:
        for line in (ROOT / file).read_text().splitlines():
            package, pinned, version = line.partition("#")[0].strip().partition("==")
            if pinned:
                named.add(f"{plain(package)}=={version}")
    assert installed == named
