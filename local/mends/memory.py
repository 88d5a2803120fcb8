"""What MiniStack keeps of every event and every run of a function, and never lets go, has a limit."""

from __future__ import annotations

from collections import deque
from typing import Any

from ministack.services import cloudwatch_logs, eventbridge, lambda_svc

_EVENTS_KEPT = 1000
_RUNS_KEPT = 500  # of each function, in its log


def install() -> None:
    """Puts the limits in."""
    events: deque[Any] = deque(maxlen=_EVENTS_KEPT)
    eventbridge._events_log_list = lambda: events
    plain = lambda_svc._emit_lambda_logs

    def emit(function: Any, *rest: Any, **more: Any) -> None:
        plain(function, *rest, **more)
        for group in list(cloudwatch_logs._log_groups._data.values()):
            streams = group["streams"]  # a stream for each run, oldest first
            for name in list(streams)[: max(0, len(streams) - _RUNS_KEPT)]:
                streams.pop(name, None)

    lambda_svc._emit_lambda_logs = emit
