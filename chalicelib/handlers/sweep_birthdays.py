"""The birthday sweep: one event for each customer and year, from which the worker makes the message."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Literal

from chalicelib.domain.birthdays.model import Kept
from chalicelib.domain.errors import NotFound
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.sweeps.birthdays import BirthdayDue, record
from chalicelib.domain.sweeps.model import BIRTHDAYS, Tally
from chalicelib.domain.sweeps.places import Place, homes
from chalicelib.handlers.sweep_turns import Turn
from chalicelib.repos.birthdays import AlreadyDone, NotActive, mark_done
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import birthdays, sweeps

THREADS = 4  # a transaction waits for the store most of the time; more would crowd out the people at the counter
Outcome = Literal["appended", "already_done", "skipped", "left"]


class Birthdays:
    """Customers who have their birthday, by the home location they name."""

    name = BIRTHDAYS

    def __init__(self, turn: Turn, shop: Shop) -> None:
        self._turn = turn
        self.hour = int(shop.settings["sweep_hour"])
        self.places: Sequence[Place] = homes(shop)

    def between(self, place: Place, day: date) -> Tally:  # noqa: ARG002 -- a day that is done stays done
        """Nothing."""
        return Tally()

    def run(self, place: Place, day: date) -> Tally:
        """Append the events of a day.

        Raises:
            Exception: the first failure; all customers were tried.
        """
        total = Tally()
        failures: list[Exception] = []
        with ThreadPoolExecutor(THREADS) as pool:
            for batch in birthdays.reader().at(day, place.key):
                if self._turn.over():
                    return total.unfinished()
                total += self._batch(pool, batch, place, day, failures)
        if failures:
            raise failures[0]
        return total

    def _batch(
        self, pool: ThreadPoolExecutor, batch: Sequence[Kept], place: Place, day: date, failures: list[Exception]
    ) -> Tally:
        done = birthdays.reader().done([kept.customer_id for kept in batch], day.year)
        rest = [kept.customer_id for kept in batch if kept.customer_id not in done]
        if self._turn.dry_run:
            return Tally(len(batch), len(rest), len(done), tuple(kept.customer_id for kept in batch))

        def append(customer_id: str) -> Outcome | Exception:
            return self._append(BirthdayDue(customer_id, day, place.location_id, self._turn.by_hand))

        outcomes = list(pool.map(append, rest))
        failures += [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        already = len(done) + outcomes.count("already_done")
        return Tally(len(batch), outcomes.count("appended"), already, finished="left" not in outcomes)

    def _append(self, due: BirthdayDue) -> Outcome | Exception:
        if self._turn.over():
            return "left"

        def command(work: Transaction) -> None:
            mark_done(work, due.customer_id, due.day.year)
            record(work, due)

        try:
            sweeps.commit(self._turn.call(), command)
        except AlreadyDone:
            return "already_done"
        except (NotActive, NotFound):
            return "skipped"
        except Exception as failure:  # noqa: BLE001 -- told once all others were tried
            return failure
        return "appended"
