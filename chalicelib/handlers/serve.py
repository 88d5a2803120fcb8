"""From an HTTP request to its answer: who calls, may they, what do they send, do it, and remember the answer."""

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

from pydantic import ValidationError

from chalicelib.domain.call import Call
from chalicelib.domain.errors import DomainError, Forbidden
from chalicelib.domain.permissions import allows
from chalicelib.handlers import idempotency, problem
from chalicelib.handlers.answers import Answer, to_json
from chalicelib.handlers.endpoint import Endpoint, Request, read_body, read_query
from chalicelib.handlers.inbound import Inbound
from chalicelib.handlers.log import defect_facts, logger
from chalicelib.repos import audit_items
from chalicelib.repos.transaction import Retry, Transaction, commit_with_retry
from chalicelib.wiring import sign_in
from chalicelib.wiring.store import table

current: ContextVar[Inbound] = ContextVar("current")
Run = Callable[[Transaction], Answer]
_ENTITY_TAG = re.compile(r'(?:W/)?"([0-9]{1,15})"', re.ASCII)


def now() -> datetime:
    """The clock of the edge; commands are told the time."""
    return datetime.now(UTC)


def answer(endpoint: Endpoint, path: Mapping[str, str]) -> Answer:
    """The answer of a route to the current request; refusals become problems, and so does the unexpected."""
    inbound = current.get()
    try:
        return _served(endpoint, inbound, path)
    except DomainError as refusal:
        return refused(refusal, inbound)
    except Exception as defect:  # noqa: BLE001 -- the edge: whatever it was, the caller gets a problem and we a log line
        logger().error("failed", extra={**defect_facts(defect), "request_id": inbound.request_id})
        return refused(DomainError("Something went wrong on our side.", code="internal"), inbound)


def refused(refusal: DomainError, inbound: Inbound) -> Answer:
    """A refusal as a problem document."""
    if refusal.status == 401:
        logger().warning("unauthorized", extra={"event": "unauthorized", "request_id": inbound.request_id})
    body = {**problem.body_of(refusal), "instance": f"urn:facet:request:{inbound.request_id}"}
    return Answer(refusal.status, to_json(body), problem.headers_of(refusal))


def _served(endpoint: Endpoint, inbound: Inbound, path: Mapping[str, str]) -> Answer:
    moment = now()
    actor = endpoint.actor
    if endpoint.permission is not None:
        actor = sign_in.actor(inbound.headers.get("authorization", ""), moment)
    call = Call(actor, moment, inbound.request_id, inbound.source_ip)
    if endpoint.permission is not None:
        authorize(endpoint.permission, endpoint.route, call)
    query, dry_run = read_query(endpoint, inbound)
    body = read_body(endpoint, inbound)

    def run(work: Transaction) -> Answer:
        scope = _scope(endpoint, inbound, path, call)
        return endpoint.view(Request(call, path, query, body, _if_match(inbound), scope, work, dry_run))

    try:
        if not endpoint.writes:
            return run(Transaction(table(), call))
        return _write(endpoint, inbound, path, call, run, dry_run=dry_run)
    except ValidationError as wrong:
        raise problem.from_validation(wrong.errors(include_url=False, include_input=False)) from None


def _write(
    endpoint: Endpoint, inbound: Inbound, path: Mapping[str, str], call: Call, run: Run, *, dry_run: bool
) -> Answer:
    # An open route has no caller to whom a key could belong; what it does twice is done once by itself.
    key = idempotency.key_of(inbound) if endpoint.permission else None
    if key is None or dry_run:
        return commit_with_retry(table(), call, run, dry_run=dry_run)
    record = idempotency.Record(key, endpoint.route, call, _fingerprint(endpoint, inbound, path))
    before = record.replay(table())
    if before is not None:
        return before

    def remembered(work: Transaction) -> Answer:
        given = run(work)
        record.remember(work, given)
        return given

    try:
        return commit_with_retry(table(), call, remembered)
    except idempotency.AnsweredMeanwhile as other:
        return record.answer_in(other.item)
    except DomainError:
        # The same request may have done meanwhile what now is in its own way: then its answer is this one's, too.
        meanwhile = record.replay(table())
        if meanwhile is None:
            raise
        return meanwhile


def authorize(permission: str, route: str, call: Call) -> None:
    """Let nobody on who lacks the permission; a refusal leaves an audit entry.

    Raises:
        Forbidden: the caller's roles do not hold it.
    """
    if allows(permission, call.actor.roles):
        return
    key, attributes = audit_items.refusal(permission, route, call)
    work = Transaction(table(), call)
    work.put(key, attributes, condition="attribute_not_exists(pk)")
    with contextlib.suppress(Retry):  # the same person met the same refusal in this minute: one entry is enough
        work.commit()
    raise Forbidden("Your role does not allow this.", code="role")


def _if_match(inbound: Inbound) -> frozenset[int] | None:
    header = inbound.headers.get("if-match", "").strip()
    if not header or header == "*":
        return None
    return frozenset(int(version) for version in _ENTITY_TAG.findall(header))


def _scope(endpoint: Endpoint, inbound: Inbound, path: Mapping[str, str], call: Call) -> str:
    """What a cursor is bound to: caller, route and filters."""
    filters = {name: values for name, values in inbound.parameters.items() if name not in ("cursor", "limit")}
    return json.dumps([call.actor.id, endpoint.route, dict(path), filters], sort_keys=True)


def _fingerprint(endpoint: Endpoint, inbound: Inbound, path: Mapping[str, str]) -> str:
    """What must be the same when an Idempotency-Key comes again; a body only where the route has read one."""
    body = json.loads(inbound.raw) if endpoint.body and inbound.raw.strip() else None
    said = json.dumps([dict(path), dict(inbound.parameters), body], sort_keys=True)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
