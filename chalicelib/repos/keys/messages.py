"""Messages, consent, suppressed addresses, devices, templates."""

from chalicelib.repos.keys.base import MESSAGE, PROFILE, Key, shard_of


def message(recipient_id: str, message_id: str) -> Key:
    """A message to a customer, or a notification to a member of staff."""
    return Key(recipient_id, f"{MESSAGE}{message_id}")


def message_logged(day: str, message_id: str) -> Key:
    """A message in the log of the UTC day on which it was made."""
    return Key(f"MESSAGES#{day}", message_id)


def outgoing_partition(shard: int) -> str:
    """Messages on their way, by when somebody must look at them again."""
    return f"OUTGOING#{shard}"


def outgoing(check_at: str, message_id: str) -> Key:
    """A message on its way."""
    return Key(outgoing_partition(shard_of(message_id)), f"{check_at}#{message_id}")


def consents(customer_id: str) -> Key:
    """What the customer agrees to now; read with the profile."""
    return Key(customer_id, f"{PROFILE}#CONSENTS")


def consent(customer_id: str, consent_id: str) -> Key:
    """One thing the customer said about one channel and purpose; never changed."""
    return Key(customer_id, f"CONSENT#{consent_id}")


def recent_sends(customer_id: str) -> Key:
    """The latest messages that count towards the customer's cap; read with the profile."""
    return Key(customer_id, f"{PROFILE}#SENDS")


def device(customer_id: str, device_id: str) -> Key:
    """A phone or tablet that shows push messages; read with the profile."""
    return Key(customer_id, f"{PROFILE}#DEVICE#{device_id}")


def device_token(digest: str) -> Key:
    """Which device holds a token of a push platform, told apart by its SHA-256 digest."""
    return Key(f"DEVICES#{digest}", "HOLDER")


def suppressions(channel: str) -> str:
    """Addresses of a channel to which nothing is sent."""
    return f"SUPPRESSIONS#{channel}"


def suppression(channel: str, address: str) -> Key:
    """An address to which nothing is sent."""
    return Key(suppressions(channel), address)


TEMPLATES = "TEMPLATES"


def template(template_id: str) -> Key:
    """A template as it stands."""
    return Key(TEMPLATES, template_id)


def template_version(template_id: str, version: int) -> Key:
    """A template as it was."""
    return Key(template_id, f"VERSION#{version:04d}")


def template_name(name: str, channel: str, language: str) -> Key:
    """Keeps a template unique in name, channel and language."""
    return Key("TEMPLATENAMES", f"{name}#{channel}#{language.lower()}")
