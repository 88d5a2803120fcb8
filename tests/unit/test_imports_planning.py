"""Which mapping an import reads its rows by, before and after its file is there, and how many a shop keeps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import instants
from chalicelib.domain.consents.commands import TOLERANCE
from chalicelib.domain.errors import Conflict, Invalid
from chalicelib.domain.imports import saved
from chalicelib.domain.imports.model import ImportOptions, NewImport
from chalicelib.domain.imports.planning import asked, mapped_anew
from chalicelib.domain.imports.saved import MOST_MAPPINGS, SavedMapping
from chalicelib.domain.jobs.model import Job
from tests.support import fakes

MAPPING = {"given_name": "Name", "phone": "Mobile"}
AT = instants.to_text(fakes.NOW)


def proof(after: timedelta) -> dict[str, Any]:
    return {"consents": {"source": "form", "wording_version": "1", "at": instants.to_text(fakes.NOW + after)}}


def body(**said: Any) -> NewImport:
    return NewImport.model_validate({**NewImport.example, **said})


def anew(said: NewImport) -> Job:
    """The import of a list with these columns, mapped as is said."""
    request = asked(body(), fakes.NOW, dry_run=False)
    job = Job("imp_1", "import", "unmapped", fakes.call().actor, AT, 0, request)
    return mapped_anew(job.with_state(header=["Name", "Mobile"]), said, said.options, fakes.NOW)


def at_once(said: NewImport) -> dict[str, Any]:
    return asked(said, fakes.NOW, dry_run=False)


@pytest.mark.parametrize("command", [at_once, anew])
@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"template": "klingon"}, "/template"),
        ({"mapping": {**MAPPING, "shoe_size": "Name"}}, "/mapping/shoe_size"),
        ({"mapping": MAPPING, "options": proof(TOLERANCE + timedelta(seconds=1))}, "/options/consents/at"),
    ],
)
def test_what_no_file_could_fit_is_refused_before_and_after_it_is_there(
    command: Callable[[NewImport], Any], said: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        command(body(**said))
    assert [error.pointer for error in refused.value.errors] == [pointer]


@pytest.mark.parametrize("said", [{"mapping": MAPPING}, {"mapping": MAPPING, "options": proof(TOLERANCE)}])
def test_a_mapping_that_fits_is_kept_and_read_by_from_the_first_row(said: dict[str, Any]) -> None:
    assert at_once(body(**said))["mapping"].keys() == MAPPING.keys()
    job = anew(body(**said))
    assert (job.status, job.done, job.request["mapping"].keys()) == ("waiting", 0, MAPPING.keys())
    assert job.request["options"] == ImportOptions.model_validate(said.get("options", {})).model_dump(mode="json")


@dataclass
class Mappings:
    """Saved mappings in memory."""

    kept: list[SavedMapping] = field(default_factory=list)

    def all(self) -> Sequence[SavedMapping]:
        return self.kept

    def find(self, mapping_id: str) -> SavedMapping | None:
        return next((each for each in self.kept if each.id == mapping_id), None)

    def add(self, mapping: SavedMapping, pointer: str) -> None:
        assert pointer == "/name"
        self.kept.append(mapping)

    def remove(self, mapping: SavedMapping) -> None:
        self.kept.remove(mapping)


def test_a_shop_keeps_a_hundred_mappings_and_no_more() -> None:
    store, work = Mappings(), fakes.FakeWork()
    desk = saved.Desk(fakes.call("manager"), work, store)
    first = saved.save(desk, "Till", MAPPING)
    store.kept += [replace(first, id=f"map_{number}") for number in range(1, MOST_MAPPINGS)]
    with pytest.raises(Conflict) as refused:
        saved.save(desk, "One more", MAPPING)
    assert (refused.value.code, len(store.kept), len(work.changes)) == ("too_many", MOST_MAPPINGS, 1)
    saved.remove(desk, first.id)
    saved.save(desk, "One more", MAPPING)
    assert len(store.kept) == MOST_MAPPINGS
