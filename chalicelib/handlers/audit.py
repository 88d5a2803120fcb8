"""The audit over HTTP: who did what, and who was refused what. Entries are only ever added."""

from pydantic import Field

from chalicelib.domain import instants
from chalicelib.domain.audit.model import AuditFilters, AuditOut, shown
from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.fields import Instant, Text
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import audit

endpoint = Routes(__name__, "audit")


class AuditQuery(Paging):
    """What the entries can be narrowed to."""

    since: Instant | None = Field(default=None, alias="from", description="Entries of this instant and later")
    until: Instant | None = Field(default=None, alias="to", description="Entries before this instant")
    actor: Text | None = Field(default=None, description="Id of a person")
    entity: Text | None = Field(
        default=None, description="Id of a record (`settings` for the settings); shows values before and after"
    )
    action: Text | None = Field(default=None, description="Such as customer.change, or refused")


@endpoint("GET", "/v1/audit", "audit.read", "List audit entries", query=AuditQuery, returns=page_of(AuditOut))
def search(request: Request) -> Answer:
    """Newest first. Without `entity` the entries of all records without their values, and refusals (403) among them:
    at most 31 days a page, so a page may hold fewer than `limit` while next_cursor is set. With `entity` the entries
    of that record, values included."""
    query = request.query
    filters = _filters(query)
    if query.entity is None:
        found = audit.log().days(filters, query.limit, position(request), request.call.now)
    else:
        found = audit.log().of_record(query.entity, filters, query.limit, position(request))
    names = audit.names()
    return page(request, [shown(entry, names) for entry in found.entries], found.next)


def _filters(query: AuditQuery) -> AuditFilters:
    since = instants.parse_instant(query.since) if query.since else None
    until = instants.parse_instant(query.until) if query.until else None
    if since and until and since > until:
        raise Invalid.field("/from", "is after `to`")
    return AuditFilters(since, until, query.actor, query.action)


@endpoint("GET", "/v1/audit/{audit_id}", "audit.read", "Read an audit entry", returns=AuditOut)
def read(request: Request) -> Answer:
    """With the values before and after the change. `integrity` compares them with the digest in the entry's core:
    verified, altered, erased (a person was erased and their values with them; the entry stays) or none (no values)."""
    entry = audit.log().entry(request.path["audit_id"])
    if entry is None:
        raise NotFound("There is no such audit entry.")
    return ok(shown(entry, audit.names()))
