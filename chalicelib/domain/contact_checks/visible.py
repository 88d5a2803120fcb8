"""Findings as the API gives them: only while the doubt is there, with what stands in the field now."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chalicelib.domain.contact_checks.model import Finding, mark_of
from chalicelib.domain.contact_checks.rules import doubts
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.naming import display_name
from chalicelib.domain.shop.model import Shop


def shown(customer: Customer, findings: Sequence[Finding], shop: Shop, today: date) -> list[dict[str, Any]]:
    """Those of a customer's findings that still hold; what was mended since the last look is left out."""
    held = {(doubt.kind, mark_of(doubt.kind, doubt.value)): doubt for doubt in doubts(customer, shop, today)}
    found = []
    for finding in findings:
        doubt = held.get((finding.kind, finding.mark))
        if doubt is not None:
            about = {"field": doubt.field, "value": doubt.value, "detail": doubt.detail}
            found.append({**_kept(finding), **about, "suggestion": doubt.suggestion, "customer": _brief(customer)})
    return found


def _kept(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "kind": finding.kind,
        "status": finding.status,
        "found_at": finding.found_at,
        "note": finding.note,
        "decided_at": finding.decided_at,
        "decided_by": finding.decided_by,
    }


def _brief(customer: Customer) -> dict[str, Any]:
    doc = customer.doc
    name = display_name(doc)
    return {
        "id": customer.id,
        "name": name,
        "assignee": doc.get("assignee"),
        "home_location": doc.get("home_location"),
    }
