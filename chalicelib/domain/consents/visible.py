"""Consents as clients see them; there is nothing personal in them, so analysts see them too."""

from typing import Any

from chalicelib.domain.consents.model import Consent, Consents


def shown(said: Consent) -> dict[str, Any]:
    """One word of a customer."""
    who, name = said.recorded_by
    return {
        "id": said.id,
        "customer_id": said.customer_id,
        "channel": said.channel,
        "purpose": said.purpose,
        "granted": said.granted,
        "source": said.source,
        "wording_version": said.wording_version,
        "at": said.at,
        "recorded_at": said.recorded_at,
        "recorded_by": {"id": who, "name": name},
    }


def current(consents: Consents) -> dict[str, dict[str, Any]]:
    """What holds now, by channel and purpose."""
    found: dict[str, dict[str, Any]] = {}
    for (channel, purpose), said in sorted(consents.latest.items()):
        found.setdefault(channel, {})[purpose] = shown(said)
    return found
