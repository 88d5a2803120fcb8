"""What ships, and that the same inputs ship the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from infra.stages import stage
from tools import artefact, bootstrap, dependencies, package

ROOT = Path(__file__).resolve().parents[2]


def zipped(place: Path, files: dict[str, str], year: int = 2020) -> Path:
    with zipfile.ZipFile(place, "w") as content:
        for name, text in files.items():
            content.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), text)
    return place


FILES = {"app.py": "app = 1\n", "chalicelib/__init__.py": "", "vendored/__init__.py": ""}


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """The folder of the dependencies: one small package."""
    place = tmp_path / "packages"
    (place / "spark").mkdir(parents=True)
    (place / "spark" / "__init__.py").write_text("BRIGHT = True\n")
    return place


def test_order_times_and_place_of_the_files_do_not_change_the_zip(tmp_path: Path, packages: Path) -> None:
    sources = [
        zipped(tmp_path / "one.zip", FILES, 2020),
        zipped(tmp_path / "b.zip", dict(reversed(FILES.items())), 2024),
    ]
    made: list[bytes] = []
    for source in sources:
        place = tmp_path / f"from-{source.stem}"
        artefact.assemble(source, packages, place, {"vendored"})
        os.utime(place / "app.py", (1e9, 1e9 + len(made) * 1e6))
        artefact.pack(place, source.with_suffix(".packed"))
        made.append(source.with_suffix(".packed").read_bytes())
    assert made[0] == made[1]


def test_what_ships_is_compiled(tmp_path: Path, packages: Path) -> None:
    source = zipped(tmp_path / "in.zip", FILES)
    artefact.assemble(source, packages, tmp_path / "out", {"vendored"})
    compiled = tmp_path / "out" / "__pycache__" / f"app.{sys.implementation.cache_tag}.pyc"
    # Bytes 4 to 8 are flags: 1 says that the source is known by its hash, without 2 nobody compares it.
    assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00"
    assert b"/var/task/app.py" in compiled.read_bytes()


@pytest.mark.parametrize(
    "name",
    ["chalicelib/secret.pem", "chalicelib/.env", "chalicelib/handlers/notes.md", "stray.py", "boto3/session.py"],
)
def test_what_is_neither_ours_nor_a_dependency_is_refused(tmp_path: Path, packages: Path, name: str) -> None:
    source = zipped(tmp_path / "in.zip", {**FILES, name: "x"})
    with pytest.raises(artefact.ArtefactError, match=name.rpartition("/")[2]):
        artefact.assemble(source, packages, tmp_path / "out", {"vendored"})


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("spark/__init__.py", True),
        ("spark-1.0.dist-info/licenses/LICENSE", True),
        ("spark-1.0.dist-info/METADATA", True),
        ("spark-1.0.dist-info/RECORD", False),
        ("spark/tests/test_spark.py", False),
        ("spark/__pycache__/spark.cpython-311.pyc", False),
        ("spark/spark.pyi", False),
    ],
)
def test_licences_ship_and_tests_do_not(name: str, kept: bool) -> None:
    assert artefact.ships(name) is kept


def test_a_zip_over_the_limit_is_refused(tmp_path: Path, packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artefact, "UNPACKED_LIMIT", 10)
    with pytest.raises(artefact.ArtefactError, match="too large"):
        artefact.pack(packages, tmp_path / "out.zip")


def filled(tag: str) -> dependencies.Build:
    """A builder that installs one package with this wheel tag, and a boto3 that something asked for."""

    def build(_requirements: Path, place: Path) -> None:
        (place / "spark-1.0.dist-info").mkdir(parents=True)
        (place / "spark-1.0.dist-info" / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag}\n")
        for name in ("boto3", "botocore-1.0.dist-info", "boto"):
            (place / name).mkdir()

    return build


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    place = tmp_path / "requirements.txt"
    place.write_text("spark==1.0\n")
    return place


def test_a_wheel_compiled_on_this_machine_is_refused(requirements: Path) -> None:
    build = filled("cp311-cp311-linux_x86_64")
    for _ in range(2):  # nor is it taken from the cache the second time
        with pytest.raises(dependencies.DependencyError, match=r"spark-1\.0 was compiled on this machine"):
            dependencies.unpacked(requirements, requirements.parent, "x86_64", build)


def test_tests_of_others_stay_out(requirements: Path) -> None:
    def build(_requirements: Path, place: Path) -> None:
        (place / "spark" / "tests").mkdir(parents=True)
        for name in ("spark/__init__.py", "spark/tests/test_spark.py", "spark/spark.pyi"):
            (place / name).touch()

    place = dependencies.unpacked(requirements, requirements.parent, "x86_64", build)
    assert [path.name for path in place.rglob("*.py*") if path.suffix != ".pyc"] == ["__init__.py"]


def test_boto3_stays_out(requirements: Path) -> None:
    build = filled("cp311-cp311-manylinux_2_17_x86_64")
    place = dependencies.unpacked(requirements, requirements.parent, "x86_64", build)
    assert sorted(entry.name for entry in place.iterdir()) == ["boto", "spark-1.0.dist-info"]


def test_a_package_that_chalice_would_leave_out_stops_the_build(
    requirements: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalice.deploy.packager import DependencyBuilder, MissingDependencyError, Package

    def incomplete(*_: object) -> None:
        raise MissingDependencyError({Package("", "spark-1.0-cp311-cp311-macosx_11_0_arm64.whl")})

    monkeypatch.setattr(DependencyBuilder, "build_site_packages", incomplete)
    with pytest.raises(dependencies.DependencyError, match=r"Could not install .*: spark==1\.0"):
        dependencies.unpacked(requirements, requirements.parent, "x86_64")


def laid_out(place: Path, app: str) -> Path:
    place.mkdir()
    (place / "app.py").write_text(app)
    return place


def test_an_app_that_needs_what_does_not_ship_is_refused(tmp_path: Path) -> None:
    web = bootstrap.ensure(ROOT, "web")
    artefact.import_alone(laid_out(tmp_path / "good", "import boto3\n"), web)
    with pytest.raises(artefact.ArtefactError, match="waitress is imported but does not ship"):
        artefact.import_alone(laid_out(tmp_path / "beside", "import waitress\n"), web)
    with pytest.raises(artefact.ArtefactError, match="No module named 'pydantic'"):
        artefact.import_alone(laid_out(tmp_path / "missing", "import pydantic\n"), web)


def test_an_app_that_reads_settings_on_import_is_refused(tmp_path: Path) -> None:
    place = laid_out(tmp_path / "eager", "import os\nTABLE = os.environ['FACET_TABLE']\n")
    with pytest.raises(artefact.ArtefactError, match="KeyError"):
        artefact.import_alone(place, bootstrap.ensure(ROOT, "web"))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is packaged, in another place and with other times."""
    place = tmp_path_factory.mktemp("sources")
    for name in package.INPUTS:
        kept, copy = ROOT / name, place / name
        copy.parent.mkdir(exist_ok=True)
        if kept.is_dir():
            shutil.copytree(kept, copy, ignore=shutil.ignore_patterns("__pycache__"))
        elif kept.exists():
            copy.write_bytes(kept.read_bytes())
    return place


@pytest.fixture(scope="module")
def built(sources: Path) -> Path:
    place = sources / "build"
    assert package.build(place, stage("local"), package.host_architecture(), sources)
    return place


def test_the_same_inputs_make_the_same_package(built: Path, sources: Path, tmp_path: Path) -> None:
    shutil.copytree(sources / "chalicelib", tmp_path / "chalicelib", copy_function=shutil.copyfile)
    shutil.copytree(sources / ".chalice", tmp_path / ".chalice")
    for name in ("app.py", "requirements.txt"):
        shutil.copyfile(sources / name, tmp_path / name)
    assert package.build(tmp_path / "again", stage("local"), package.host_architecture(), tmp_path)
    for name in ("deployment.zip", "template.json"):
        assert (tmp_path / "again" / name).read_bytes() == (built / name).read_bytes()


def test_an_unchanged_tree_is_not_packaged_again(built: Path, sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_make", None)
    assert not package.build(built, stage("local"), package.host_architecture(), sources)


def test_the_package_holds_the_app_and_no_boto3(built: Path) -> None:
    tops = {entry.name for entry in (built / "artefact").iterdir()}
    assert {"app.py", "chalicelib", "chalice", "pydantic", "phonenumbers"} <= tops
    assert not {"boto3", "botocore", "tests", "tools", "infra", "local"} & tops


def test_every_packaged_handler_is_in_app_py(built: Path) -> None:
    made = json.loads((built / "template.json").read_text())["Resources"].values()
    functions = [item["Properties"] for item in made if item["Type"] == "AWS::Lambda::Function"]
    assert functions
    assert all(function["Handler"].startswith("app.") for function in functions)
    runs_on = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert {function["Runtime"] for function in functions} == {runs_on}


def test_another_line_of_code_is_another_package(sources: Path) -> None:
    before = package._stamp(sources, stage("local"), "x86_64")
    with (sources / "app.py").open("a") as file:
        file.write("# another line\n")
    assert package._stamp(sources, stage("local"), "x86_64") != before
