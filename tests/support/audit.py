"""The audit entries that a test looks at, straight from the table."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.repos import keys
from chalicelib.repos.table import Range
from chalicelib.wiring.store import table


def cores() -> list[dict[str, Any]]:
    """The cores of today and yesterday, oldest first: a test may run over midnight."""
    today = datetime.now(UTC)
    days = ((today - timedelta(days=back)).date().isoformat() for back in (1, 0))
    return [item for day in days for item in table().query_all(Range(keys.audit_day(day)))]


def cores_of(request_id: str) -> list[dict[str, Any]]:
    """The cores that one request left."""
    return [core for core in cores() if core["request_id"] == request_id]
