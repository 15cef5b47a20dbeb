"""Problems: every error that a person or a program can meet, as RFC 9457 says.

A problem is a class with a stable `kind` (its URN), a title for people and fields for programs.
Rooms name theirs in `problems.py`; those that any room may need stand here.
"""

from typing import Any, ClassVar

URN = "urn:houseful:problem:"


class Problem(Exception):
    """Base of all problems; `detail` says what happened here, `fields` are extra members."""

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self, detail: str = "", *, headers: dict[str, str] | None = None, **fields: Any
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.headers = headers or {}
        self.fields = fields

    def body(self, *, instance: str = "") -> dict[str, Any]:
        """Return the members of the problem document, `instance` being the request's path."""
        document: dict[str, Any] = {
            "type": URN + self.kind,
            "title": self.title,
            "status": self.status,
        }
        if self.detail:
            document["detail"] = self.detail
        if instance:
            document["instance"] = instance
        return document | self.fields


class BadRequest(Problem):
    """The request cannot be read at all."""

    status = 400
    kind = "bad-request"
    title = "The request cannot be read"


class OrganizationRequired(BadRequest):
    """`x-org` is missing or malformed."""

    kind = "organization-required"
    title = "Say which organisation you act for"


class IdempotencyKeyRequired(BadRequest):
    """Money moves here, and a retry could move it twice."""

    kind = "idempotency-key-required"
    title = "Send an Idempotency-Key: money moves here"


class Unauthenticated(Problem):
    """No credential, or one that does not hold."""

    status = 401
    kind = "unauthenticated"
    title = "Please sign in"


class Forbidden(Problem):
    """Known, but not allowed."""

    status = 403
    kind = "forbidden"
    title = "You may not do this"


class ModuleRequired(Forbidden):
    """The organisation's plan does not include the module."""

    kind = "module-required"
    title = "Your organisation does not have this module"


class OrganizationSuspended(Forbidden):
    """A suspended or closed organisation can do nothing but read."""

    kind = "organization-suspended"
    title = "This organisation is suspended"


class NotFound(Problem):
    """It does not exist, or belongs to somebody else: the answer is the same."""

    status = 404
    kind = "not-found"
    title = "There is no such thing here"


class MethodNotAllowed(Problem):
    """The resource is there, the method is not."""

    status = 405
    kind = "method-not-allowed"
    title = "That cannot be done with this address"


class Conflict(Problem):
    """The state of things does not allow it now."""

    status = 409
    kind = "conflict"
    title = "That is not possible now"


class IllegalTransition(Conflict):
    """The act is not open in the present state."""

    kind = "illegal-transition"
    title = "That is not possible in the present state"


class RequestInProgress(Conflict):
    """A request with the same idempotency key is still running."""

    kind = "request-in-progress"
    title = "The first request with this key is still running"


class VersionMismatch(Problem):
    """Somebody changed it since it was read."""

    status = 412
    kind = "version-mismatch"
    title = "Somebody else changed this meanwhile"


class TooLarge(Problem):
    """The body is larger than is taken here."""

    status = 413
    kind = "too-large"
    title = "That is too large"


class UnsupportedMediaType(Problem):
    """The body's type is not one that is understood here."""

    status = 415
    kind = "unsupported-media-type"
    title = "That kind of content is not understood here"


class Invalid(Problem):
    """The request can be read, but its content is wrong; `errors` point at where."""

    status = 422
    kind = "invalid"
    title = "Please check what you sent"

    @classmethod
    def at(cls, pointer: str, message: str) -> "Invalid":
        """Make the problem of one wrong field; `pointer` is a JSON pointer such as `/name`."""
        return cls(message, errors=[{"pointer": pointer, "detail": message}])


class IdempotencyKeyReused(Problem):
    """The key was used for another request."""

    status = 422
    kind = "idempotency-key-reused"
    title = "This Idempotency-Key belongs to another request"


class PreconditionRequired(Problem):
    """Updates need `If-Match`, so that nobody overwrites what they have not seen."""

    status = 428
    kind = "precondition-required"
    title = "Send If-Match with the version that you read"


class TooManyRequests(Problem):
    """Slow down; `Retry-After` says for how long."""

    status = 429
    kind = "too-many-requests"
    title = "Too many requests"


class Unavailable(Problem):
    """We cannot answer now; trying again later is harmless."""

    status = 503
    kind = "unavailable"
    title = "Busy: please try again in a moment"


class Internal(Problem):
    """Our fault; the request id leads to the log."""


def too_many(retry_after_seconds: int, detail: str = "") -> TooManyRequests:
    """Make the 429 problem that asks to wait `retry_after_seconds`."""
    return TooManyRequests(detail, headers={"retry-after": str(retry_after_seconds)})
