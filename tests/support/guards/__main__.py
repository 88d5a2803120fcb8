"""python -m tests.support.guards mark|record|verify|list [...]

mark [tests]     run tests and note which guards come into play in each, for `record`
record [words]   find a test for each guard that has none or whose function has changed ("all": for every guard),
                 and whose name has one of the words; write tests/proof/guards.json
verify [share]   take guards away and see the recorded tests turn red: all, or what changed and a tenth of the rest
list [words]     the guards that are found
"""

import sys
from pathlib import Path

from tests.support.guards import in_memory, judging, ledger
from tests.support.guards.finding import guards
from tests.support.guards.guard import Guard, digest

_PART = 10
_TESTS = ("tests/unit", "tests/proof")


def mark(arguments: list[str]) -> int:
    """Run tests; their outcome does not count."""
    import pytest

    from tests.support.guards.recording import Recorder

    recorder = Recorder()
    recorder.install()
    in_memory.use()
    options = ["-q", "-o", "cache_dir=.facet/guards/cache", "--show-capture=no", "--tb=line"]
    pytest.main([*options, *(arguments or _TESTS)], plugins=[recorder])
    recorder.write(ledger.HITS)
    return 0


def record(words: list[str]) -> int:
    """As above."""
    known = ledger.read()
    every = "all" in words
    wanted = [guard for guard in _named([word for word in words if word != "all"]) if guard.id not in known.excused]
    return judging.record([guard for guard in wanted if every or not known.fits(guard)])


def verify(arguments: list[str]) -> int:
    """As above."""
    every = list(guards().values())
    return judging.verify(share(every, ledger.read()) if arguments == ["share"] else every)


def share(every: list[Guard], known: ledger.Ledger) -> list[Guard]:
    """Those whose function has changed, and a tenth of the others, chosen by what is recorded."""
    state = digest(repr(sorted(known.killers.items())))
    return [guard for guard in every if not known.fits(guard) or int(digest(state + guard.id), 16) % _PART == 0]


def show(words: list[str]) -> int:
    """As above."""
    for guard in _named(words):
        judging.say(f"{guard.path}:{guard.line} {guard.id}")
    return 0


def _named(words: list[str]) -> list[Guard]:
    return [guard for guard in guards().values() if not words or any(word in guard.id for word in words)]


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    sys.exit({"mark": mark, "record": record, "verify": verify, "list": show}[sys.argv[1]](sys.argv[2:]))
