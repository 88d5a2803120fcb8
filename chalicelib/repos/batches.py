"""Batches that a service takes in one call: by number and by bytes."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from chalicelib.domain.relaying.model import NotSent

MOST = 10
MOST_BYTES = 256 * 1024
TOO_LARGE = NotSent("too large", refused=True)
SendBatch = Callable[[Sequence[int]], Mapping[int, NotSent]]


def batches(sizes: Sequence[int]) -> Iterator[list[int]]:
    """The places of entries of these sizes (bytes), ten and 256 KB a batch at most, in order."""
    batch: list[int] = []
    held = 0
    for place, size in enumerate(sizes):
        if batch and (len(batch) == MOST or held + size > MOST_BYTES):
            yield batch
            batch, held = [], 0
        batch.append(place)
        held += size
    if batch:
        yield batch


def send_all(sizes: Sequence[int], send: SendBatch) -> dict[int, NotSent]:
    """Send entries of these sizes batch by batch; those that did not leave, by their place.

    An entry that no call can hold is refused here. A call that fails altogether leaves its entries unsent, or sent
    without our knowing it, and the next batch is still tried.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- loaded with the client

    fitting = [place for place, size in enumerate(sizes) if size <= MOST_BYTES]
    failed = dict.fromkeys(set(range(len(sizes))) - set(fitting), TOO_LARGE)
    for batch in batches([sizes[place] for place in fitting]):
        places = [fitting[each] for each in batch]
        try:
            failed |= send(places)
        except ClientError as refusal:
            failed |= dict.fromkeys(places, NotSent(refusal.response["Error"]["Code"]))
        except BotoCoreError as silence:
            failed |= dict.fromkeys(places, NotSent(type(silence).__name__))
    return failed
