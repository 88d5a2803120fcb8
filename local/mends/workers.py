"""Functions run under an interpreter of their own, without MiniStack's packages.

MiniStack starts its Python workers with its own interpreter, whose packages would hide one that the artefact lacks.
"""

from __future__ import annotations

from ministack.core import lambda_runtime


def install(interpreter: str) -> None:
    """Makes `interpreter` (a path) run every Python function."""
    plain = lambda_runtime._detect_runtime_binary

    def detect(runtime: str) -> tuple[str, str]:
        binary, script = plain(runtime)
        return (interpreter if runtime.startswith("python") else binary), script

    lambda_runtime._detect_runtime_binary = detect
