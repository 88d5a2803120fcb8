"""Finds a pip to fill an environment with: the interpreter's own, or else the pinned wheel from the package index."""

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

WHEEL = "pip-26.2.1-py3-none-any.whl"
SHA256 = "71138adf1f4ca900cdb7d289c21b7494329f2332b6d85f0e1c42108c0384ed3e"
DEFAULT_INDEX = "https://index.test/simp"  # pip's own default
DEBIAN_WHEELS = Path("/usr/share/python-wheels")  # where Debian keeps what ensurepip holds elsewhere


class NoPipError(Exception):
    """No pip on this machine and none could be downloaded: one sentence."""


def command(python: Path) -> list[str]:
    """The command that runs pip for the environment of the interpreter `python`, which has no pip itself.

    Raises NoPipError.
    """
    if wheel := _bundled_wheel():
        return [str(python), str(wheel / "pip")]
    if _importable_pip():
        return [sys.executable, "-m", "pip", "--python", str(python)]
    return [str(python), str(_downloaded_wheel() / "pip")]


def _bundled_wheel() -> Path | None:
    ensurepip = importlib.util.find_spec("ensurepip")
    inside = Path(ensurepip.origin).parent / "_bundled" if ensurepip and ensurepip.origin else None
    for folder in filter(None, (inside, DEBIAN_WHEELS)):
        if wheels := sorted(folder.glob("pip-*.whl")):
            return wheels[-1]
    return None


def _importable_pip() -> bool:
    if importlib.util.find_spec("pip") is None:
        return False
    # `--python` exists since 22.3; an older pip refuses the option.
    asked = [sys.executable, "-m", "pip", "--python", sys.executable, "--version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def _downloaded_wheel() -> Path:
    """The pinned wheel, kept in the temporary folder under its hash and checked against it every time."""
    kept = Path(tempfile.gettempdir()) / f"facet-{os.getuid()}-{SHA256[:12]}" / WHEEL
    if kept.exists() and hashlib.sha256(kept.read_bytes()).hexdigest() == SHA256:
        return kept
    content = _fetch_wheel(setting("index-url") or DEFAULT_INDEX)
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    partial.write_bytes(content)
    return partial.replace(kept)


def _fetch_wheel(index: str) -> bytes:
    page = f"{index.rstrip('/')}/pip/"
    try:
        listing = _get(page).decode("utf-8", "replace")
        link = re.search(rf'href="([^"#]*{re.escape(WHEEL)})', listing)
        if link is None:
            raise NoPipError(f"The package index {page} has no {WHEEL}; install pip (python3-pip) and try again.")
        content = _get(urllib.parse.urljoin(page, link[1]))
    except (urllib.error.URLError, OSError) as error:
        raise NoPipError(
            f"This Python has no pip and none could be downloaded from {page} ({error}); install python3-venv."
        ) from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise NoPipError(f"The {WHEEL} that {page} offers is not the one Facet was tested with; nothing was run.")
    return content


def _get(url: str) -> bytes:
    if urllib.parse.urlsplit(url).scheme not in {"https", "http", "file"}:
        raise NoPipError(f"The package index {url} is not a web address.")
    request = urllib.request.Request(url, headers={"Accept": "text/html, */*;q=0.1"})  # noqa: S310 - checked above
    context = ssl.create_default_context(cafile=setting("cert"))
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:  # noqa: S310 - checked above
        body: bytes = answer.read()
    return body


def setting(name: str) -> str | None:
    """One of pip's settings as pip would read it: PIP_<NAME>, else the last configuration file that has it."""
    if value := os.environ.get(f"PIP_{name.upper().replace('-', '_')}"):
        return value
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(_configuration_files())
    for section in ("install", "global"):
        if parser.has_option(section, name):
            return parser.get(section, name)
    return None


def _configuration_files() -> list[Path]:
    """pip's configuration files, the strongest last."""
    home = Path.home()
    xdg = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    files = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), home / ".pip" / "pip.conf", xdg / "pip" / "pip.conf"]
    if named := os.environ.get("PIP_CONFIG_FILE"):
        files.append(Path(named))
    return files
