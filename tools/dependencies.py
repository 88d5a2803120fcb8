"""The packages that ship, unpacked once for each lock file, interpreter and CPU."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tools import artefact, bootstrap

# The runtime has boto3 and what it needs; a copy in the zip would cost every cold start.
NOT_SHIPPED = re.compile(r"(boto3|botocore|s3transfer)(-.*)?$")
# A wheel made on this machine, not for the runtime.
HOST_TAG = re.compile(r"^Tag: .*-linux_(x86_64|aarch64)$", re.MULTILINE)


LAYOUT = "stripped and compiled"  # another text, and what was unpacked before is not used any more


class DependencyError(Exception):
    """A package cannot ship: one sentence."""


Build = Callable[[Path, Path], None]


def abi() -> str:
    """The name of this interpreter's binary interface, such as cp311."""
    return f"cp{sys.version_info.major}{sys.version_info.minor}"


def unpacked(requirements: Path, cache: Path, architecture: str, build: Build | None = None) -> Path:
    """The folder with everything in `requirements`, built for Lambda on `architecture` (x86_64 or arm64).

    `build` fills a folder from a lock file; Chalice's builder does so unless a test gives another. Raises
    DependencyError when a package has no wheel that the runtime can load.
    """
    wanted = "\n".join([*bootstrap.pins(requirements), abi(), architecture, LAYOUT])
    key = hashlib.sha256(wanted.encode()).hexdigest()[:16]
    place = cache / f"dependencies-{key}"
    with bootstrap.locked(cache / "dependencies.lock"):
        if not place.exists():
            partial = cache / f"dependencies-{key}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            (build or _chalice_builder(architecture))(requirements, partial)
            _check(partial)
            _strip(partial)
            artefact.compile_all(partial)
            partial.rename(place)
    return place


def _chalice_builder(architecture: str) -> Build:
    # Imported here: it costs half a second, and an unchanged package needs none of it.
    from chalice.deploy.packager import DependencyBuilder, MissingDependencyError  # noqa: PLC0415 - see above
    from chalice.utils import OSUtils  # noqa: PLC0415 - see above

    def build(requirements: Path, place: Path) -> None:
        try:
            builder = DependencyBuilder(OSUtils(), architecture=architecture)
            builder.build_site_packages(abi(), str(requirements), str(place))
        except MissingDependencyError as error:
            names = ", ".join(sorted(package.identifier for package in error.missing))
            raise DependencyError(f"Could not install for Lambda on {architecture}: {names}.") from error

    return build


def _check(place: Path) -> None:
    for wheel in sorted(place.glob("*.dist-info/WHEEL")):
        if HOST_TAG.search(wheel.read_text()):
            name = wheel.parent.name.removesuffix(".dist-info")
            raise DependencyError(f"{name} was compiled on this machine and may not load on Lambda.")


def _strip(place: Path) -> None:
    for path in place.rglob("*"):
        if path.is_file() and not artefact.ships(path.relative_to(place).as_posix()):
            path.unlink()
    for entry in list(place.iterdir()):
        if NOT_SHIPPED.match(entry.name):
            shutil.rmtree(entry)
