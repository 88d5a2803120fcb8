"""Packages the app with Chalice into .facet/build: `python -m tools.package`.

template.json is the final template, deployment.zip the code, artefact/ the same unpacked, stamp the hash of
every input.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # as a script, only tools/ is on the path

from infra.functions import TemplateError  # noqa: E402 - needs the path above
from infra.schedules import ScheduleError  # noqa: E402 - as above
from infra.stages import Stage, stage  # noqa: E402 - as above
from infra.template import final  # noqa: E402 - as above
from tools import artefact, bootstrap, dependencies  # noqa: E402 - as above

SHIPPED = ("app.py", "chalicelib", "vendor")
INPUTS = (*SHIPPED, "infra", "schedules", "tools", "requirements.txt", "requirements-dev.txt", ".chalice/config.json")
PROBLEMS = (
    TemplateError,
    ScheduleError,
    artefact.ArtefactError,
    dependencies.DependencyError,
    bootstrap.BootstrapError,
)


def host_architecture() -> str:
    """This machine's CPU in Lambda's words."""
    return "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"


def build(place: Path, at: Stage, architecture: str, root: Path = ROOT) -> bool:
    """Makes the package of the sources in `root` for the stage `at` in the folder `place`; False when it is current.

    Raises one of PROBLEMS, each with one sentence.
    """
    stamp = _stamp(root, at, architecture)
    place.parent.mkdir(parents=True, exist_ok=True)
    with bootstrap.locked(place.with_name(f"{place.name}.lock")):
        if (place / "stamp").exists() and (place / "stamp").read_text() == stamp:
            return False
        _clear_interrupted(place)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f"{place.name}.package-") as made:
            size = _make(Path(made) / "build", at, architecture, root)
            (Path(made) / "build" / "stamp").write_text(stamp)
            artefact.replace_folder(Path(made) / "build", place)
    print(f"Packaged for {at.name}: {size} ({architecture}, {dependencies.abi()})")
    return True


def _make(place: Path, at: Stage, architecture: str, root: Path) -> artefact.Size:
    place.mkdir()
    cache = ROOT / ".facet" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    packages = dependencies.unpacked(root / "requirements.txt", cache, architecture)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="project-") as project:
        foreign = _lay_out(root, Path(project), architecture)
        generated = _chalice_package(Path(project), place)
        made = Path(project) / "out" / "deployment.zip"
        artefact.assemble(made, packages, place / "artefact", foreign)
    template = json.dumps(final(generated, at), indent=1, ensure_ascii=False)
    (place / "template.json").write_text(template + "\n")
    if architecture == host_architecture():
        artefact.import_alone(place / "artefact", bootstrap.ensure(ROOT, "web"))
    return artefact.pack(place / "artefact", place / "deployment.zip")


def _clear_interrupted(place: Path) -> None:
    """What runs left behind that were killed; nobody else is at work, for the lock is held."""
    for left in place.parent.glob(f"{place.name}.package-*"):
        shutil.rmtree(left)


def _lay_out(root: Path, project: Path, architecture: str) -> set[str]:
    """A project that holds what ships of ours, and no requirements: Chalice would install and zip them every time.

    Returns the top-level names in vendor/.
    """
    (project / ".chalice").mkdir()
    settings = json.loads((root / ".chalice" / "config.json").read_text())
    settings["lambda_architecture"] = architecture
    (project / ".chalice" / "config.json").write_text(json.dumps(settings))
    shutil.copy(root / "app.py", project)
    shutil.copytree(root / "chalicelib", project / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    vendor = root / "vendor"
    if not vendor.exists():
        return set()
    shutil.copytree(vendor, project / "vendor", ignore=shutil.ignore_patterns("__pycache__"))
    return {entry.name for entry in vendor.iterdir()}


def _chalice_package(project: Path, place: Path) -> dict[str, object]:
    command = [str(Path(sys.executable).with_name("chalice")), "package", "--stage", "dev", "out"]
    # Chalice wants a region although nothing it makes here depends on one.
    surroundings = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(command, cwd=project, env=surroundings, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode or "Could not install" in said:
        (place.parent.parent / "package.log").write_text(said)
        raise artefact.ArtefactError(f"chalice package failed: {_last_line(said)}")
    template: dict[str, object] = json.loads((project / "out" / "sam.json").read_text())
    return template


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it gave no reason"])[-1]


def _stamp(root: Path, at: Stage, architecture: str) -> str:
    digest = hashlib.sha256(f"{at} {architecture} {sys.version} {root}\n".encode())
    for path in _inputs(root):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _inputs(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        path = root / name
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.is_file() and "__pycache__" not in file.parts)


def main() -> int:
    """Packages for this machine, or for AWS with --stage; 1 and one sentence when that fails."""
    parser = argparse.ArgumentParser(description="Package Facet into .facet/build.")
    parser.add_argument("--stage", type=stage, default=stage("local"), help="dev, prod, …; local by default")
    parser.add_argument("--architecture", choices=("x86_64", "arm64"), default=host_architecture())
    parser.add_argument("--to", type=Path, default=ROOT / ".facet" / "build")
    given = parser.parse_args()
    try:
        if not build(given.to.resolve(), given.stage, given.architecture):
            print("The package is current.")
    except PROBLEMS as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
