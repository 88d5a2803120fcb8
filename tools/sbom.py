"""What ships, as a CycloneDX document, and under which licences: `python -m tools.sbom`.

Read from the package itself (`.facet/build/artefact`): the metadata that lies beside each library in the zip. So it
needs no network, and the same zip gives the same bytes.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".facet" / "build"
SPECIFICATION = "1.6"
# Free to use in and beside MIT software, without a duty to publish what it is used in.
ALLOWED = ("0BSD", "Apache-2.0", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0", "Unlicense")
# For metadata from before licences were written as SPDX expressions.
_CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
}


class SbomError(Exception):
    """What ships cannot be described, or must not ship: one sentence."""


@dataclass(frozen=True)
class Library:
    """A library in the zip; `own_lists` are the documents about what is compiled into it, by their paths in the zip."""

    name: str
    version: str
    licence: str
    needs: tuple[str, ...] = ()
    own_lists: tuple[str, ...] = field(default=())

    @property
    def purl(self) -> str:
        """Its name in every database of packages."""
        return f"pkg:pypi/{canonicalize_name(self.name)}@{self.version}"


def libraries(artefact: Path) -> list[Library]:
    """The libraries in the unpacked zip, by name. Raises SbomError for one whose licence nobody can tell."""
    found = [_library(each, artefact) for each in importlib.metadata.distributions(path=[str(artefact)])]
    # `chalice package` copies Chalice's runtime without its metadata; it is that of the Chalice that packages.
    runtime = (
        [_library(importlib.metadata.distribution("chalice"), artefact)] if (artefact / "chalice").is_dir() else []
    )
    return sorted([*found, *runtime], key=lambda each: canonicalize_name(each.name))


def _library(found: importlib.metadata.Distribution, artefact: Path) -> Library:
    facts = found.metadata
    wanted = [Requirement(text) for text in found.requires or ()]
    needs = {
        canonicalize_name(each.name) for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})
    }
    stem = f"{facts['Name']}-{facts['Version']}".replace("-", "_").lower()
    folders = [each for each in artefact.glob("*.dist-info") if each.stem.replace("-", "_").lower() == stem]
    lists = [file.relative_to(artefact).as_posix() for each in folders for file in sorted((each / "sboms").glob("*"))]
    return Library(facts["Name"], facts["Version"], licence_of(facts), tuple(sorted(needs)), tuple(lists))


def licence_of(facts: importlib.metadata.PackageMetadata) -> str:
    """The licence as an SPDX expression. Raises SbomError when the metadata do not say."""
    for said in facts.get_all("License-Expression", []):
        return str(said)
    for said in facts.get_all("License", []):
        if said in ALLOWED:
            return str(said)
    for classifier in facts.get_all("Classifier", []):
        if classifier in _CLASSIFIERS:
            return _CLASSIFIERS[classifier]
    raise SbomError(f"Nobody can tell under which licence {facts['Name']} is; look, and add it to tools/sbom.py.")


def is_allowed(licence: str) -> bool:
    """Whether one of the alternatives has only parts that are on the list."""
    alternatives = [re.findall(r"[\w.+-]+", part) for part in licence.split(" OR ")]
    return any(set(words) - {"AND"} <= set(ALLOWED) for words in alternatives)


def document(shipped: list[Library], package: bytes) -> dict[str, Any]:
    """The CycloneDX document about `package`, the zip with these libraries."""
    refs = {str(canonicalize_name(each.name)): each.purl for each in shipped}
    digest = {"alg": "SHA-256", "content": hashlib.sha256(package).hexdigest()}
    facet = {"type": "application", "bom-ref": "facet", "name": "facet", "hashes": [digest]}
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPECIFICATION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {"component": {**facet, "licenses": [{"license": {"id": "MIT"}}]}},
        "components": [_component(each) for each in shipped],
        "dependencies": [
            {"ref": "facet", "dependsOn": sorted(refs.values())},
            *({"ref": each.purl, "dependsOn": _known(each, refs)} for each in shipped),
        ],
    }


def _component(library: Library) -> dict[str, Any]:
    named = {"type": "library", "bom-ref": library.purl, "name": library.name, "version": library.version}
    licences = (
        [{"license": {"id": library.licence}}] if " " not in library.licence else [{"expression": library.licence}]
    )
    lists = [{"type": "bom", "url": path} for path in library.own_lists]
    return {**named, "purl": library.purl, "licenses": licences, **({"externalReferences": lists} if lists else {})}


def _known(library: Library, refs: Mapping[str, str]) -> list[str]:
    # What Lambda's runtime brings is needed too, and does not ship.
    return sorted(refs[name] for name in library.needs if name in refs)


def table(shipped: list[Library]) -> str:
    """The licences as a table in Markdown."""
    rows = [f"| {each.name} | {each.version} | {each.licence} |" for each in shipped]
    return "\n".join(["| what ships | version | licence |", "|---|---|---|", *rows]) + "\n"


def main() -> int:
    """Writes sbom.json and licences.md beside the package; 1 and one sentence when something must not ship."""
    try:
        shipped = libraries(BUILD / "artefact")
    except SbomError as error:
        print(error, file=sys.stderr)
        return 1
    made = document(shipped, (BUILD / "deployment.zip").read_bytes())
    (BUILD / "sbom.json").write_text(json.dumps(made, indent=1) + "\n")
    (BUILD / "licences.md").write_text(table(shipped))
    print(table(shipped))
    refused = [f"{each.name} ({each.licence})" for each in shipped if not is_allowed(each.licence)]
    if refused:
        print(f"These must not ship: {', '.join(refused)}.", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
