"""Functions run under an interpreter of their own, few at a time, and a stream batch that failed in part comes again.

MiniStack starts its Python workers with its own interpreter, whose packages would hide one that the artefact lacks;
it runs five batches of a queue at once, each in a process of its own; and it takes any answer to a stream's batch for
success.
"""

from __future__ import annotations

from typing import Any

from ministack.core import lambda_runtime

_SURPLUS_SECONDS = 30.0


def install(interpreter: str) -> None:
    """Makes `interpreter` (a path) run every Python function."""
    plain = lambda_runtime._detect_runtime_binary

    def detect(runtime: str) -> tuple[str, str]:
        binary, script = plain(runtime)
        return (interpreter if runtime.startswith("python") else binary), script

    lambda_runtime._detect_runtime_binary = detect
    lambda_runtime._LOCAL_WORKER_TTL = _SURPLUS_SECONDS


def install_pollers() -> None:
    """Limits what runs at once, and heeds partial failures; called when MiniStack's functions are loaded."""
    from ministack.services import lambda_svc  # noqa: PLC0415 - it reads settings when it is imported

    lambda_svc._sqs_esm_concurrency = lambda *_: 1
    plain = lambda_svc._execute_function

    def execute(function: Any, event: Any, *rest: Any, **more: Any) -> Any:
        answer = plain(function, event, *rest, **more)
        if _from_stream(event) and not answer.get("error") and _failed(answer.get("body")):
            return {**answer, "error": True, "body": {"errorType": "Partial", "errorMessage": "some records failed"}}
        return answer

    lambda_svc._execute_function = execute


def _from_stream(event: Any) -> bool:
    records = event.get("Records") if isinstance(event, dict) else None
    return isinstance(records, list) and bool(records) and records[0].get("eventSource") == "aws:dynamodb"


def _failed(body: Any) -> bool:
    return isinstance(body, dict) and bool(body.get("batchItemFailures"))
