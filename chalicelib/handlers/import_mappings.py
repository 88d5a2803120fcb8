"""Mappings of imports over HTTP: ready-made ones for other systems, and those that were saved."""

from typing import Any

from chalicelib.domain.fields import Model
from chalicelib.domain.imports import saved
from chalicelib.domain.imports.saved import NewSavedMapping, SavedMapping, SavedMappingOut
from chalicelib.domain.imports.templates import TEMPLATES
from chalicelib.domain.imports.templates.template import Template
from chalicelib.domain.text import fold
from chalicelib.handlers.answers import Answer, created, no_content
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.listing import by_name
from chalicelib.handlers.pages import page_of
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import import_mappings

endpoint = Routes(__name__, "imports")
MAPPINGS = "/v1/imports/mappings"


class ImportTemplateOut(Model):
    """A ready-made mapping: `name` is what an import takes as its template."""

    name: str
    title: str
    columns: dict[str, list[str]]


@endpoint(
    "GET",
    "/v1/imports/templates",
    "imports.read",
    "List ready-made mappings",
    query=Paging,
    returns=page_of(ImportTemplateOut),
)
def templates(request: Request) -> Answer:
    """For the customer exports of other systems, with the names that their columns have, the newest first."""
    return by_name(request, TEMPLATES.values(), lambda template: (template.name, template.name), _template)


def _template(template: Template) -> dict[str, Any]:
    columns = {target: list(names) for target, names in template.columns.items()}
    return {"name": template.name, "title": template.title, "columns": columns}


@endpoint("GET", MAPPINGS, "imports.read", "List saved mappings", query=Paging, returns=page_of(SavedMappingOut))
def listed(request: Request) -> Answer:
    """By name; the id is what an import takes as its `mapping_id`."""
    return by_name(request, import_mappings.reader().all(), _name, saved.shown)


def _name(mapping: SavedMapping) -> tuple[str, str]:
    return fold(mapping.name), mapping.id


@endpoint(
    "POST",
    MAPPINGS,
    "imports.write",
    "Save a mapping",
    body=NewSavedMapping,
    returns=SavedMappingOut,
    status=201,
    also={409: "Another mapping has the name (`conflict.id`), or there are 100"},
)
def add(request: Request) -> Answer:
    """Names are unique without case and accents. A mapping is not changed; save another and remove this one."""
    fields: NewSavedMapping = request.body
    kept = saved.save(import_mappings.desk(request.work), fields.name, fields.model_dump()["mapping"])
    return created(f"{MAPPINGS}/{kept.id}", saved.shown(kept))


@endpoint("DELETE", MAPPINGS + "/{mapping_id}", "imports.write", "Remove a saved mapping", status=204)
def remove(request: Request) -> Answer:
    """Imports that were begun with it keep what they took."""
    saved.remove(import_mappings.desk(request.work), request.path["mapping_id"])
    return no_content()
