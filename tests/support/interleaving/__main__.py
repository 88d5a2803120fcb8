"""Play one schedule of two routes again, and say what came of it.

    python -m tests.support.interleaving 'PATCH /v1/users/{user_id}' 1 'POST /v1/users/{user_id}/sign-out' 0 BBBBAAAB

The numbers are those of the requests of a route (choice.py); `remembering` at the end lets both processes remember.
"""

import sys
from collections.abc import Sequence

from tests.support.interleaving import choice, processes, turns
from tests.support.interleaving.oracle import NotSerialisable, Oracle
from tests.support.interleaving.stage import Stage
from tests.support.world import opened


def main(arguments: Sequence[str]) -> int:
    """1 when the end is wrong."""
    one, first, other, second, schedule, *rest = arguments
    with opened() as world, processes.apart(), turns.stopping():
        commands = [choice.commands(world, one)[int(first)], choice.commands(world, other)[int(second)]]
        world.reset()
        stage = Stage(world)
        oracle = Oracle(stage.remembering() if rest else stage, commands)
        try:
            oracle.judge(oracle.play([ord(letter) - ord("A") for letter in schedule]))
        except NotSerialisable as wrong:
            sys.stdout.write(f"{wrong}\n")
            return 1
    sys.stdout.write("as if one after the other\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
