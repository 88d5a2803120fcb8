"""The list of what ships: complete, valid, the same every time, and only under licences that a shop may use."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # publishes no types
import pytest
from packaging.utils import canonicalize_name
from referencing import Registry, Resource

from infra.stages import stage
from tests.support import figures
from tools import bootstrap, package, sbom

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ".facet/lint/lib/python*/site-packages/cyclonedx/schema/_res"


@pytest.fixture(scope="module")
def artefact() -> Path:
    place = ROOT / ".facet" / "build"
    package.build(place, stage("local"), package.host_architecture())
    return place / "artefact"


@pytest.fixture(scope="module")
def shipped(artefact: Path) -> list[sbom.Library]:
    return sbom.libraries(artefact)


def written(shipped: list[sbom.Library]) -> dict[str, Any]:
    return sbom.document(shipped, b"zip")


def test_it_lists_the_pinned_requirements_chalices_runtime_and_nothing_else(shipped: list[sbom.Library]) -> None:
    pins = [line.split("==") for line in bootstrap.pins(ROOT / "requirements.txt") if "==" in line]
    wanted = {f"pkg:pypi/{canonicalize_name(name)}@{version}" for name, version in pins}
    wanted.add(f"pkg:pypi/chalice@{importlib.metadata.version('chalice')}")
    assert {each["purl"] for each in written(shipped)["components"]} == wanted
    assert len(shipped) == len(wanted)


def test_every_library_in_the_zip_is_listed(artefact: Path, shipped: list[sbom.Library]) -> None:
    named = {name for name, found in importlib.metadata.packages_distributions().items() for _ in found}
    folders = {path.name for path in artefact.iterdir() if path.is_dir() and path.name in named}
    owners = importlib.metadata.packages_distributions()
    listed = {canonicalize_name(each.name) for each in shipped}
    for folder in folders - {"chalicelib"}:
        assert {canonicalize_name(name) for name in owners[folder]} & listed, folder


def test_what_is_compiled_into_a_library_is_pointed_to(artefact: Path, shipped: list[sbom.Library]) -> None:
    lists = {path for each in shipped for path in each.own_lists}
    assert lists == {path.relative_to(artefact).as_posix() for path in artefact.glob("*.dist-info/sboms/*")}
    assert any("cryptography" in path for path in lists)


def test_it_is_valid_by_the_published_schema(shipped: list[sbom.Library]) -> None:
    (folder,) = ROOT.glob(SCHEMAS)
    known = {path.name: json.loads(path.read_text()) for path in folder.glob("*.SNAPSHOT.schema.json")}
    schema = known[f"bom-{sbom.SPECIFICATION}.SNAPSHOT.schema.json"]
    base = schema["$id"].rpartition("/")[0]
    resources = [(f"{base}/{name}", Resource.from_contents(each)) for name, each in known.items()]
    validator = jsonschema.Draft7Validator(schema, registry=Registry().with_resources(resources))
    assert list(validator.iter_errors(written(shipped))) == []
    assert list(validator.iter_errors({**written(shipped), "specVersion": 1}))


def test_the_same_zip_gives_the_same_bytes(artefact: Path, shipped: list[sbom.Library]) -> None:
    again = sbom.document(sbom.libraries(artefact), b"zip")
    assert json.dumps(again) == json.dumps(written(shipped))
    assert (
        written(shipped)["metadata"]["component"]["hashes"]
        != sbom.document(shipped, b"other")["metadata"]["component"]["hashes"]
    )


def test_who_needs_whom_is_told(shipped: list[sbom.Library]) -> None:
    needs = {each["ref"].partition("@")[0]: each["dependsOn"] for each in written(shipped)["dependencies"]}
    assert any(ref.startswith("pkg:pypi/pydantic-core@") for ref in needs["pkg:pypi/pydantic"])
    assert needs["pkg:pypi/chardet"] == []


def test_every_licence_is_one_that_a_shop_may_use(shipped: list[sbom.Library]) -> None:
    assert [each for each in shipped if not sbom.is_allowed(each.licence)] == []
    assert {word for each in shipped for word in each.licence.split(" OR ")} == set(
        sbom.ALLOWED
    )  # none that nobody needs
    figures.note("template", {"libraries that ship": len(shipped)})


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [("MIT", True), ("GPL-3.0-only", False), ("GPL-2.0-only OR MIT", True), ("MIT AND GPL-2.0-only", False)],
)
def test_a_licence_with_a_duty_to_publish_is_refused(licence: str, allowed: bool) -> None:
    assert sbom.is_allowed(licence) is allowed


def test_a_library_that_does_not_say_its_licence_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "secretive-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: secretive\nVersion: 1.0\nLicense: see the file\n")
    with pytest.raises(sbom.SbomError, match="secretive"):
        sbom.libraries(tmp_path)
