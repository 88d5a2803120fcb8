"""One seed for everything that is drawn by chance, in the simulation and in the code that it runs."""

import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from tests.support.world import environment


@contextmanager
def seeded(seed: int, monotonic: Callable[[], float] = time.time) -> Iterator[random.Random]:
    """Ids, tokens, salts, pauses and boundaries of mails come from the seed; durations from `monotonic`."""
    ours, theirs = random.Random(seed), random.Random(seed + 1)  # noqa: S311 -- a repeatable sequence, no secret
    before = random.getstate()
    random.seed(seed + 2)
    with ExitStack() as stack:
        stack.enter_context(patch.object(secrets, "randbits", theirs.getrandbits))
        stack.enter_context(patch.object(secrets, "token_hex", lambda length=32: theirs.randbytes(length).hex()))
        stack.enter_context(patch.object(time, "monotonic", monotonic))
        for reading in environment.readings():
            stack.enter_context(patch.object(reading, "_clock", monotonic))
        try:
            yield ours
        finally:
            random.setstate(before)
