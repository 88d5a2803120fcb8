"""The follow-up sweep: tells staff of reminders that fall due, of inquiries that wait, and of birthdays."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from chalicelib.domain import instants
from chalicelib.domain.shop.model import Shop, StaffMember
from chalicelib.domain.sweeps.days import DAY, due_at, local_day, oldest_due, start_of
from chalicelib.domain.sweeps.model import FOLLOW_UPS, Tally
from chalicelib.domain.sweeps.places import Place, workplace_of, workplaces
from chalicelib.domain.sweeps.telling import REMINDER, Digest, Waiting, by_person, digests, known_to_all, record
from chalicelib.handlers.sweep_turns import Turn
from chalicelib.repos.follow_ups import BirthdaysTold, Gone, mark_told
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import birthdays, sweeps

PATIENCE = timedelta(hours=48)  # an inquiry that waits for so long is told of
MOMENT = timedelta(milliseconds=1)  # instants are kept in milliseconds: the next one there is
EITHER_SIDE = timedelta(days=2)  # no clock is more than a day off, and a morning looks a day ahead


class FollowUps:
    """What each member of staff has to see to, told in the morning of their store, and when it falls due later."""

    name = FOLLOW_UPS

    def __init__(
        self,
        turn: Turn,
        shop: Shop,
        directory: Mapping[str, StaffMember],
        *,
        last_tick: datetime | None = None,
        day: date | None = None,
    ) -> None:
        self._turn, self._shop, self._directory = turn, shop, directory
        self._now, self._last_tick = turn.clock(), last_tick
        self._around = datetime.combine(day, time(), UTC) if day else self._now
        self._birthdays: dict[date, dict[str, list[str]]] = {}
        self._read: dict[str, list[Waiting]] | None = None
        self.hour = int(shop.settings["sweep_hour"])
        self.places: Sequence[Place] = workplaces(shop)

    def run(self, place: Place, day: date) -> Tally:
        """The morning of a day: what falls due until its end, what is overdue, and whose birthday it is."""
        as_of = self._now if day == local_day(self._now, place.zone) else due_at(day, self.hour, place.zone)
        window = _Window(oldest_due(as_of, self._last_tick), start_of(day + DAY, place.zone), as_of)
        return self._tell(place, day, window, self._birthdays_on(day))

    def between(self, place: Place, day: date) -> Tally:
        """What has fallen due since the morning."""
        since = oldest_due(self._now, self._last_tick)
        return self._tell(place, day, _Window(since, self._now + MOMENT, self._now), {})

    def _tell(self, place: Place, day: date, window: "_Window", of_today: Mapping[str, list[str]]) -> Tally:
        total = Tally()
        for person in sorted({*self._waiting, *of_today}):
            if self._works_at(person) != (place.key,):
                continue
            if self._turn.over():
                return total.unfinished()
            due = [item for item in self._waiting.get(person, ()) if window.holds(item)]
            fresh = [item for item in due if person not in item.told]
            told = self._tell_person(digests(person, day, place.location_id, fresh, of_today.get(person, [])))
            named = tuple(item.customer_id for item in due) if self._turn.dry_run else ()
            total += Tally(len(due), told, len(due) - len(fresh), named)
        return total

    def _tell_person(self, parts: Iterable[Digest]) -> int:
        """How many items were told of."""
        return sum(len(part.items) if self._turn.dry_run else self._commit(part) for part in parts)

    def _commit(self, digest: Digest) -> int:
        """Tell as much of a digest as still waits."""
        while digest:
            try:
                sweeps.commit(self._turn.call(), lambda work, part=digest: _write(work, part))  # type: ignore[misc]
            except Gone as gone:
                digest = digest.without(gone.item)
            except BirthdaysTold:
                digest = digest.without_birthdays()
            else:
                break
        return len(digest.items)

    def _works_at(self, person: str) -> tuple[str | None, ...]:
        member = self._directory.get(person)
        return (workplace_of(member, self._shop),) if member and not member.disabled else ()

    def _birthdays_on(self, day: date) -> dict[str, list[str]]:
        """Customers by the person to whom they are assigned."""
        if day not in self._birthdays:
            found: dict[str, list[str]] = {}
            for kept in birthdays.reader().on(day):
                if kept.assignee:
                    found.setdefault(kept.assignee, []).append(kept.customer_id)
            self._birthdays[day] = found
        return self._birthdays[day]

    @property
    def _waiting(self) -> dict[str, list[Waiting]]:
        # Python 3.11's cached_property would let one thread of the process wait for the reads of another.
        if self._read is None:
            self._read = self._read_waiting()
        return self._read

    def _read_waiting(self) -> dict[str, list[Waiting]]:
        """Everything that may be told of in this turn, by person: eight Queries and one read of customers."""
        since = oldest_due(self._around, self._last_tick) - EITHER_SIDE
        until = self._around + EITHER_SIDE
        reader = sweeps.follow_ups()
        items = [
            *reader.reminders(instants.to_text(since), instants.to_text(until)),
            *reader.inquiries(instants.to_text(since - PATIENCE), instants.to_text(until - PATIENCE)),
        ]
        customers = reader.customers([item.customer_id for item in items if not known_to_all(item)])
        return by_person(items, customers, self._shop, self._directory)


class _Window:
    """Reminders due from an instant until before another, and inquiries that by `as_of` waited too long since."""

    def __init__(self, since: datetime, until: datetime, as_of: datetime) -> None:
        self._due = instants.to_text(since), instants.to_text(until)
        self._came = instants.to_text(since - PATIENCE), instants.to_text(as_of + MOMENT - PATIENCE)

    def holds(self, item: Waiting) -> bool:
        """Whether it is to be told of."""
        since, until = self._due if item.kind == REMINDER else self._came
        return since <= item.at < until


def _write(work: Transaction, digest: Digest) -> None:
    mark_told(work, digest)
    record(work, digest)
