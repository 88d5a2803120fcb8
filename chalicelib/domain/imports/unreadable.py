"""The refusal of a file as a whole."""

from chalicelib.domain.jobs.run import Failed


class Unreadable(Failed):
    """The file cannot be read, or not from some line on; says which and why, for people."""
