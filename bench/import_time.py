"""How long the packaged app takes to import, beside boto3 and its DynamoDB client alone, in fresh interpreters."""

import re
import statistics
import subprocess
from dataclasses import dataclass

from bench.servers import ROOT

RUNS = 15
_PYTHON = ROOT / ".facet" / "web" / "bin" / "python"  # it has what the Lambda runtime has: boto3, and nothing of ours
_ARTEFACT = ROOT / ".facet" / "build" / "artefact"
_TIMED = (
    "import sys, time; sys.path[0] = {path!r}; began = time.perf_counter(); {code}; print(time.perf_counter() - began)"
)
_CLIENT = 'import boto3; boto3.client("dynamodb", region_name="us-east-1")'
_APP = "import app"
_LINE = re.compile(r"import time:\s*(\d+) \|\s*\d+ \|\s*(\S+)")


@dataclass(frozen=True)
class ImportTime:
    """Seconds: boto3 with its client, the app, the app and then that client, and our own modules alone."""

    bare: float
    app: float
    app_and_client: float
    own: float

    @property
    def ratio(self) -> float:
        """What a cold start imports until it can read the table, against the bare client."""
        return self.app_and_client / self.bare

    @property
    def own_share(self) -> float:
        """Our own modules' part, against the bare client."""
        return self.own / self.bare


def measure(runs: int = RUNS) -> ImportTime:
    """Medians; the kinds take turns, so that a disturbance meets all of them."""
    codes = {"bare": _CLIENT, "app": _APP, "app_and_client": f"{_APP}; {_CLIENT}"}
    taken: dict[str, list[float]] = {name: [] for name in (*codes, "own")}
    for code in codes.values():
        _timed(code)  # writes the byte code
    for _ in range(runs):
        for name, code in codes.items():
            taken[name].append(_timed(code))
        taken["own"].append(_own())
    return ImportTime(**{name: statistics.median(seconds) for name, seconds in taken.items()})


def _timed(code: str) -> float:
    return float(_python("-c", _TIMED.format(path=str(_ARTEFACT), code=code)).stdout)


def _own() -> float:
    return own_seconds(
        _python("-X", "importtime", "-c", f"import sys; sys.path[0] = {str(_ARTEFACT)!r}; {_APP}").stderr
    )


def own_seconds(listed: str) -> float:
    """The seconds that our own modules took themselves, of what `-X importtime` lists."""
    own = (match for match in _LINE.finditer(listed) if match[2].partition(".")[0] in ("app", "chalicelib"))
    return sum(int(match[1]) for match in own) / 1e6


def _python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(_PYTHON), *arguments], check=True, capture_output=True, text=True)
