"""Every refusal that a person or program can meet, as a tree.

DomainError
├── Invalid (422)        well-formed but wrong; names the fields
├── Malformed (400)      not readable at all
├── Unauthenticated (401)
├── Forbidden (403)
├── NotFound (404)
├── MethodNotAllowed (405)
├── Conflict (409)       the state forbids it; may name the record in the way
│   └── Busy             conflicting writes did not settle in time
├── Stale (412)          If-Match does not hold any more
├── TooLarge (413)
├── UnsupportedMedia (415)
└── Unavailable (503)    a service did not answer; the same request may be sent again
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One wrong field: a JSON pointer (RFC 6901) into the body, or `/name` of a query parameter."""

    pointer: str
    detail: str


class DomainError(Exception):
    """A refusal with a stable `code` for programs and a `detail` for people."""

    status = 500
    title = "Error"
    default_code = "error"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        errors: Sequence[FieldError] = (),
        conflict_id: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.errors = tuple(errors)
        self.conflict_id = conflict_id


class Invalid(DomainError):
    """The request is well-formed, but a field or parameter is not acceptable."""

    status, title, default_code = 422, "Invalid request", "invalid"

    @classmethod
    def field(cls, pointer: str, detail: str, *, code: str | None = None) -> "Invalid":
        """One wrong field."""
        return cls(f"{pointer or 'The body'} {detail}.", code=code, errors=[FieldError(pointer, detail)])


class Malformed(DomainError):
    """The request cannot be read."""

    status, title, default_code = 400, "Malformed request", "malformed"


class Unauthenticated(DomainError):
    """No valid access token."""

    status, title, default_code = 401, "Sign-in needed", "unauthenticated"


class Forbidden(DomainError):
    """The person is known, but their roles do not allow this."""

    status, title, default_code = 403, "Not allowed", "forbidden"


class NotFound(DomainError):
    """No such record, or one that the caller may not know of."""

    status, title, default_code = 404, "Not found", "not_found"


class MethodNotAllowed(DomainError):
    """The path exists, but not with this method."""

    status, title, default_code = 405, "Method not allowed", "method_not_allowed"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(f"This path accepts {', '.join(sorted(allowed))}.")
        self.allowed = tuple(sorted(allowed))


class Conflict(DomainError):
    """The state of a record forbids the change."""

    status, title, default_code = 409, "Conflict", "conflict"


class Busy(Conflict):
    """Others kept changing the same records; nothing was written."""

    default_code = "busy"


class Stale(DomainError):
    """The record has changed since the version that If-Match names."""

    status, title, default_code = 412, "Version is stale", "stale"


class TooLarge(DomainError):
    """The body is over the limit."""

    status, title, default_code = 413, "Body too large", "too_large"


class UnsupportedMedia(DomainError):
    """The body is not JSON in UTF-8."""

    status, title, default_code = 415, "Unsupported media type", "unsupported_media_type"


class Unavailable(DomainError):
    """A service behind the API did not answer; whether the change happened may be unknown."""

    status, title, default_code = 503, "Try again", "unavailable"
