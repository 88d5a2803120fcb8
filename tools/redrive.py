"""Gives what failed another try: `python -m tools.redrive --stage prod`, and with --list only looks.

Messages of the dead-letter queue go back to their queues, and events that could not be relayed go back into the index
from which they are relayed within a minute. It may be run twice, or be killed and run again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # as a script, only tools/ is on the path

from chalicelib.domain.errors import Unavailable  # noqa: E402 - needs the path above
from chalicelib.repos.keys import Key  # noqa: E402 - as above
from chalicelib.repos.relay import Pending  # noqa: E402 - as above
from chalicelib.repos.table import Table  # noqa: E402 - as above
from infra.stages import Stage, stage  # noqa: E402 - as above
from tools import stack  # noqa: E402 - as above
from tools.account import Account, AccountError, current  # noqa: E402 - as above
from tools.dead_letters import DROP, DeadLetters, described  # noqa: E402 - as above


def places(account: Account, at: Stage) -> tuple[DeadLetters, Pending]:
    """The dead-letter queue and the events of a stage. Raises StackError without a stack."""
    outputs = stack.outputs(account.session.client("cloudformation"), f"facet-{at.name}")
    table = Table(account.session.client("dynamodb"), outputs["Table"])
    return DeadLetters(account.session.client("sqs"), outputs), Pending(table)


def aside(pending: Pending) -> Iterator[Key]:
    """The events that were set aside."""
    after = None
    while True:
        page = pending.aside(after)
        yield from page.keys
        if page.last is None:
            return
        after = page.last


def show(letters: DeadLetters, pending: Pending) -> None:
    """Print what lies there; ids and kinds only."""
    messages, events = letters.look(), list(aside(pending))
    for message in messages:
        print(described(message))
    for key in events:
        print(f"{key.sk.partition('#')[2]}  event of {key.pk}, set aside")
    print(f"{len(messages)} messages failed, {len(events)} events were set aside.")


def redrive(letters: DeadLetters, pending: Pending) -> None:
    """Give everything another try, and print what became of it."""
    letters.redrive()
    returned = sum(pending.back(key) for key in list(aside(pending)))
    for purpose, count in sorted(letters.moved.items()):
        done = (
            "old ticks and notes about the stream were removed"
            if purpose == DROP
            else f"went back to the queue {purpose}"
        )
        print(f"{count} {done}.")
    print(f"{returned} events wait to be relayed again.")
    for message in letters.left.values():
        print(f"left: {described(message)}")


def main() -> int:
    """Redrives or lists the stage named on the command line; 1 and one sentence when that fails."""
    parser = argparse.ArgumentParser(description="Give what failed another try.")
    parser.add_argument("--stage", type=stage, required=True)
    parser.add_argument("--list", action="store_true", help="only say what lies there")
    given = parser.parse_args()
    try:
        (show if given.list else redrive)(*places(current(), given.stage))
    except (AccountError, stack.StackError, BotoCoreError, ClientError, Unavailable) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
