"""The one pip that fills every environment: the pinned wheel, fetched with or without a pip of this machine.

One version gives the same result everywhere (and takes half the time of the one in Debian 12).
"""

from __future__ import annotations

import configparser
import hashlib
import importlib.util
import os
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

VERSION = "26.2.1"
WHEEL = f"pip-{VERSION}-py3-none-any.whl"
SHA256 = "71138adf1f4ca900cdb7d289c21b7494329f2332b6d85f0e1c42108c0384ed3e"
DEBIAN_WHEELS = Path("/usr/share/python-wheels")  # where Debian keeps what ensurepip holds elsewhere
DEBIAN_PACKAGE = "python3-pip-whl"  # nothing but the wheel, so it can be unpacked beside the system


class NoPipError(Exception):
    """No pip on this machine and none could be downloaded: one sentence."""


def command(python: Path, keep: Path) -> list[str]:
    """The command that runs the pinned pip for the environment of the interpreter `python`.

    The wheel is kept in the folder `keep` and its hash checked every time. Raises NoPipError.
    """
    wheel = keep / WHEEL
    if not _is_pinned(wheel):
        keep.mkdir(parents=True, exist_ok=True)
        if local := _local_pip(python):
            _download_with(local, keep)
        elif index := setting("index-url"):
            _write(wheel, _fetch_wheel(index))
        else:
            _download_with([str(python), str(_debian_wheel(keep) / "pip")], keep)
    if not _is_pinned(wheel):
        raise NoPipError(f"The {WHEEL} of the package index is not the one Facet was tested with; nothing was run.")
    return [str(python), "-I", str(wheel / "pip")]


def surroundings() -> dict[str, str]:
    """The environment variables for pip: a person's settings for where to fetch, none of those for where to install."""
    elsewhere = {"PIP_PREFIX", "PIP_ROOT", "PIP_TARGET"}
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return {**kept, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "1"}


def _is_pinned(wheel: Path) -> bool:
    return wheel.exists() and hashlib.sha256(wheel.read_bytes()).hexdigest() == SHA256


def _write(wheel: Path, content: bytes) -> None:
    partial = wheel.with_suffix(f".{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(wheel)


def _local_pip(python: Path) -> list[str] | None:
    """This machine's pip, good enough to fetch the pinned one with all of the person's own settings."""
    if wheel := _bundled_wheel():
        return [str(python), str(wheel / "pip")]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    return None


def _bundled_wheel() -> Path | None:
    ensurepip = importlib.util.find_spec("ensurepip")
    inside = Path(ensurepip.origin).parent / "_bundled" if ensurepip and ensurepip.origin else None
    for folder in filter(None, (inside, DEBIAN_WHEELS)):
        if wheels := sorted(folder.glob("pip-*.whl")):
            return wheels[-1]
    return None


def _debian_wheel(keep: Path) -> Path:
    """The pip wheel of Debian's own package, unpacked into `keep`; the system stays as it is. Raises NoPipError."""
    with tempfile.TemporaryDirectory(dir=keep) as folder:
        if not (_downloaded(folder) or (_updated() and _downloaded(folder))):
            raise NoPipError("This Python has no pip, and apt-get could not fetch one: install python3-venv.")
        (package,) = Path(folder).glob(f"{DEBIAN_PACKAGE}_*.deb")
        subprocess.run(["dpkg-deb", "-x", str(package), str(keep / "debian")], check=True)
    return max((keep / "debian").rglob("pip-*.whl"))


def _downloaded(folder: str) -> bool:
    """Whether apt-get put the package there; it needs no rights for that, only its lists."""
    return _succeeds("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", DEBIAN_PACKAGE, folder=folder)


def _updated() -> bool:
    """Whether apt-get, allowed to, knows its packages now; on a bare machine its lists are empty."""
    return os.geteuid() == 0 and _succeeds("apt-get", "-qq", "update")


def _succeeds(*program: str, folder: str | None = None) -> bool:
    try:
        return subprocess.run(program, cwd=folder, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _download_with(pip: list[str], keep: Path) -> None:
    requirement = f"pip=={VERSION}"
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--dest", str(keep)]
    done = subprocess.run([*pip, "download", *options, requirement], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip() or "no reason given").splitlines()[-1].removeprefix("ERROR: ")
        raise NoPipError(f"pip could not download {requirement}: {reason}")


def _fetch_wheel(index: str) -> bytes:
    page = f"{index.rstrip('/')}/pip/"
    try:
        listing = _get(page).decode("utf-8", "replace")
        link = re.search(rf'href="([^"#]*{re.escape(WHEEL)})', listing)
        if link is None:
            raise NoPipError(f"The package index {page} has no {WHEEL}; install pip (python3-pip) and try again.")
        return _get(urllib.parse.urljoin(page, link[1]))
    except (urllib.error.URLError, OSError) as error:
        raise NoPipError(
            f"This Python has no pip, and downloading it from {page} failed ({error}); install python3-venv."
        ) from error


def _get(url: str) -> bytes:
    if urllib.parse.urlsplit(url).scheme not in {"https", "http", "file"}:
        raise NoPipError(f"The package index {url} is not a web address.")
    request = urllib.request.Request(url, headers={"Accept": "text/html, */*;q=0.1"})  # noqa: S310 - checked above
    context = ssl.create_default_context(cafile=setting("cert"))
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:  # nosec B310  # noqa: S310 - checked above
        body: bytes = answer.read()
    return body


def setting(name: str) -> str | None:
    """A setting of pip as pip would read it: PIP_<NAME>, else the last configuration file that has it."""
    if value := os.environ.get(f"PIP_{name.upper().replace('-', '_')}"):
        return value
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(_configuration_files())
    for section in ("install", "global"):
        if parser.has_option(section, name):
            return parser.get(section, name)
    return None


def _configuration_files() -> list[Path]:
    """Where pip reads its settings, the strongest last."""
    home = Path.home()
    xdg = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    system = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf")]
    files = [*system, home / ".pip" / "pip.conf", xdg / "pip" / "pip.conf"]
    if named := os.environ.get("PIP_CONFIG_FILE"):
        files.append(Path(named))
    return files
