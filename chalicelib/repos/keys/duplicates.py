"""Pairs of customers that may be one person, and the queue in which they are reviewed."""

from chalicelib.domain.duplicates.scoring import LIKELY
from chalicelib.repos.keys.base import Key

BANDS = tuple(range(10, LIKELY // 10 - 1, -1))  # tens of the score, the best first
_MOST = 100


def duplicate(pair_id: str) -> Key:
    """What is known of a pair."""
    return Key(pair_id, "PAIR")


def duplicate_band(status: str, band: int) -> str:
    """The pairs of one status whose scores are within ten points, so that no partition holds the whole queue."""
    return f"DUPLICATES#{status}#{band:02d}"


def duplicate_listed(status: str, score: int, pair_id: str) -> Key:
    """A pair in the queue, best score first."""
    return Key(duplicate_band(status, score // 10), f"{_MOST - score:03d}#{pair_id}")


def duplicate_run() -> Key:
    """The newest run, so that two are never under way."""
    return Key("DUPLICATES", "RUN")
