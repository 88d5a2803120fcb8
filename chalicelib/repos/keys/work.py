"""Work to do across customers: what is due, birthdays, sweeps."""

from chalicelib.repos.keys.base import NO_LOCATION, Key, shard_of


def due_partition(status: str, shard: int) -> str:
    """Reminders of one status, by when they fall due."""
    return f"REMINDERS#{status}#{shard}"


def due(status: str, due_at: str, reminder_id: str) -> Key:
    """A reminder in the list of its status."""
    return Key(due_partition(status, shard_of(reminder_id)), f"{due_at}#{reminder_id}")


def inquiry_partition(shard: int) -> str:
    """Open inquiries, by when they came."""
    return f"INQUIRIES#open#{shard}"


def open_inquiry(received_at: str, inquiry_id: str) -> Key:
    """An inquiry that nobody has answered yet, by when it came."""
    return Key(inquiry_partition(shard_of(inquiry_id)), f"{received_at}#{inquiry_id}")


def birthday_partition(month: str) -> str:
    """Birthdays of active customers, one partition a month (`03`)."""
    return f"BIRTHDAYS#{month}"


def birthday(month: str, day: str, home_location: str | None, customer_id: str) -> Key:
    """A customer's birthday, by day and then by store, so that a store's birthdays of a day are one range."""
    return Key(birthday_partition(month), f"{day}#{home_location or NO_LOCATION}#{customer_id}")


def once(aggregate_id: str, what: str) -> Key:
    """The mark that something was done for a record (`birthday#2027`), so that it is not done again."""
    return Key(aggregate_id, f"ONCE#{what}")


def sweep_run(name: str, day: str, location: str | None) -> Key:
    """What became of a sweep on a local day at one location."""
    return Key(f"SWEEP#{name}#{day}", location or NO_LOCATION)


def sweep_run_by_hand(name: str, day: str, location: str | None, started_at: str) -> Key:
    """What became of a run that somebody started: it stands beside that of the day, which is done all the same."""
    scheduled = sweep_run(name, day, location)
    return Key(scheduled.pk, f"{scheduled.sk}#{started_at}")


def sweep_state(name: str) -> Key:
    """When a sweep last looked around."""
    return Key(f"SWEEP#{name}", "STATE")
