"""How consent lies in the table: each word for itself, and what holds now in one item beside the profile."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.consents.model import Consent, Consents
from chalicelib.repos.compact import compact


def record_attributes(said: Consent) -> dict[str, Any]:
    """One word of a customer, as it is kept for ever."""
    return {"channel": said.channel, "purpose": said.purpose, "doc": compact(_kept(said))}


def from_record(item: Mapping[str, Any]) -> Consent:
    """The word that a record holds."""
    return _consent(item["pk"], item["channel"], item["purpose"], json.loads(item["doc"]))


def state_attributes(consents: Consents) -> dict[str, Any]:
    """What holds now."""
    doc: dict[str, dict[str, Any]] = {}
    for (channel, purpose), said in consents.latest.items():
        doc.setdefault(channel, {})[purpose] = _kept(said)
    return {"version": consents.version, "doc": compact(doc)}


def from_state(item: Mapping[str, Any] | None) -> Consents:
    """What holds now; nothing was said when there is no item."""
    if item is None:
        return Consents()
    return Consents(
        {
            (channel, purpose): _consent(item["pk"], channel, purpose, kept)
            for channel, purposes in json.loads(item["doc"]).items()
            for purpose, kept in purposes.items()
        },
        int(item["version"]),
    )


def _kept(said: Consent) -> dict[str, Any]:
    return {
        "id": said.id,
        "granted": said.granted,
        "source": said.source,
        "wording_version": said.wording_version,
        "at": said.at,
        "recorded_at": said.recorded_at,
        "recorded_by": list(said.recorded_by),
    }


def _consent(customer_id: str, channel: str, purpose: str, kept: Mapping[str, Any]) -> Consent:
    who, name = kept["recorded_by"]
    return Consent(
        id=kept["id"],
        customer_id=customer_id,
        channel=channel,
        purpose=purpose,
        granted=kept["granted"],
        source=kept["source"],
        wording_version=kept["wording_version"],
        at=kept["at"],
        recorded_at=kept["recorded_at"],
        recorded_by=(who, name),
    )
