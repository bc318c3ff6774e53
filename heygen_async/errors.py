"""Every error this package raises, named by what the caller may do next.

::

    HeyGenError
    ├── FixError                     change the call or the account, then call again
    │   ├── InvalidInputError        refused here, before anything was sent (also a ValueError)
    │   │   ├── FileChangedError     a file is not what it was when its job was taken on
    │   │   ├── UnknownFileTypeError the bytes are not what the call takes
    │   │   └── UsageError           the library was used in a way that cannot work
    │   ├── InvalidRequestError      refused by the server: a parameter, a body, a size
    │   ├── ContentPolicyError       refused by moderation
    │   ├── ConsentRequiredError     the person in the avatar has not agreed yet
    │   ├── AuthenticationError      no key, or a wrong one
    │   ├── PermissionDeniedError    a good key that may not do this
    │   ├── NotFoundError            unknown, deleted, or somebody else's
    │   │   └── GoneError            what a run has paid for is not found with this key
    │   ├── ConflictError            the resource is in another state than the call needs
    │   └── SignatureError           a webhook that is not proved to be HeyGen's
    ├── PayError                     money or plan: a batch stops here and can be resumed
    │   ├── BudgetError              the caller's own cap would be exceeded
    │   ├── InsufficientCreditError  top up
    │   ├── PlanLimitError           a trial or plan forbids it
    │   └── QuotaExceededError       wait for the quota's reset, or raise it
    ├── WaitError                    nothing is wrong, it is only too early
    │   ├── RateLimitError           too many requests
    │   ├── ConcurrencyLimitError    too many jobs running
    │   ├── InProgressError          the same idempotency key is still being worked on
    │   ├── NotReadyError            something the call needs is still processing
    │   └── DeadlineError            patience ended, the job goes on (also a TimeoutError)
    ├── RepeatError                  it is safe to call again as it was
    │   ├── ConnectError             the request never reached the server
    │   ├── ServerError              the server failed; the call is safe to repeat
    │   └── TransferError            an upload or download broke off
    ├── UncertainError               it may have happened: look before repeating, or be billed twice
    │   └── CannotTellError          looked for it, and silence is not absence
    ├── JobFailedError               the job itself ended badly; failed jobs are not billed
    │   ├── AvatarFailedError
    │   └── VideoFailedError
    ├── JournalError                 what was written down cannot be used
    │   ├── JournalLockedError       another process owns the journal
    │   └── JournalFormatError       written by another version, or not a journal
    └── ProtocolError                the answer makes no sense: report it

Beside the tree stands one warning, HeyGenV2Warning.

Every error carries the same fields, ``None`` where the server said nothing, so nobody has to read
the text. All of them pickle and copy, and none of them holds a key or a signed address.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = [
    "AuthenticationError",
    "AvatarFailedError",
    "BudgetError",
    "CannotTellError",
    "ConcurrencyLimitError",
    "ConflictError",
    "ConnectError",
    "ConsentRequiredError",
    "ContentPolicyError",
    "DeadlineError",
    "FileChangedError",
    "FixError",
    "GoneError",
    "HeyGenError",
    "HeyGenV2Warning",
    "InProgressError",
    "InsufficientCreditError",
    "InvalidInputError",
    "InvalidRequestError",
    "JobFailedError",
    "JournalError",
    "JournalFormatError",
    "JournalLockedError",
    "NotFoundError",
    "NotReadyError",
    "PayError",
    "PermissionDeniedError",
    "PlanLimitError",
    "ProtocolError",
    "QuotaExceededError",
    "RateLimitError",
    "RepeatError",
    "ServerError",
    "SignatureError",
    "TransferError",
    "UncertainError",
    "UnknownFileTypeError",
    "UsageError",
    "VideoFailedError",
    "WaitError",
]


class HeyGenError(Exception):
    """Whatever goes wrong here; its subclasses say what the caller may do next.

    Attributes:
        operation: what was being done, such as ``createVideo``.
        status: the HTTP status of the answer.
        code: the server's word for the error, such as ``invalid_parameter``.
        param: the request field the server complains about.
        doc_url: the server's page about the code.
        errors: further complaints of the server, each ``{"code", "message", "path"}``.
        request_id: the server's name for the request; quote it to HeyGen's support.
        retry_after: seconds to wait before trying again, where the server or a gate knows them.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        status: int | None = None,
        code: str | None = None,
        param: str | None = None,
        doc_url: str | None = None,
        errors: Sequence[Any] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.status = status
        self.code = code
        self.param = param
        self.doc_url = doc_url
        self.errors = tuple(errors)
        self.request_id = request_id
        self.retry_after = retry_after

    @property
    def message(self) -> str:
        """The text, as ``str()`` gives it."""
        return str(self.args[0])

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only fields do not survive Exception's own way of pickling and copying.
        return _restore, (type(self), self.args, dict(self.__dict__))


def _restore(cls: type[HeyGenError], args: tuple[Any, ...], fields: dict[str, Any]) -> HeyGenError:
    error = cls.__new__(cls, *args)
    error.args = args  # An OSError, which a TimeoutError is, takes them in __init__ only.
    error.__dict__.update(fields)
    return error


class HeyGenV2Warning(FutureWarning):
    """HeyGen announced the end of the v1 and v2 calls that are used here.

    A FutureWarning, because Python hides a DeprecationWarning from those who run a program.
    """


# --- fix -----------------------------------------------------------------------------------------


class FixError(HeyGenError):
    """Calling again unchanged would fail again; the text says what to change."""


class InvalidInputError(FixError, ValueError):
    """Refused before anything was sent.

    Attributes:
        field: the argument or field, as a dotted path.
        rule: what it has to be.
        value: a short, safe rendering of what it was.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        rule: str | None = None,
        value: str | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(message, **fields)
        self.field = field
        self.rule = rule
        self.value = value

    @classmethod
    def of(cls, field: str, rule: str, value: object) -> InvalidInputError:
        """The usual sentence: which field, which rule, which value."""
        shown = brief(value)
        return cls(f"{field} {rule}, not {shown}", field=field, rule=rule, value=shown)


class FileChangedError(InvalidInputError):
    """A file is not what it was when its job was taken on: another one, or gone.

    With the old file in its place, running the job again goes on.
    """


class UnknownFileTypeError(InvalidInputError):
    """The bytes are of another type than the call takes, whatever the file is called."""


class UsageError(InvalidInputError):
    """The library was used in a way that cannot work, such as from another event loop."""


class InvalidRequestError(FixError):
    """The server refused the request as it stands (400, 413, 422)."""


class ContentPolicyError(FixError):
    """Moderation refused the script, image or prompt; the same content will be refused again."""


class ConsentRequiredError(FixError):
    """The avatar needs its person's consent first: see ``heygen.avatars.consent``."""


class AuthenticationError(FixError):
    """The server does not accept the credentials; a missing and a wrong key look the same."""


class PermissionDeniedError(FixError):
    """The credentials are good, but may not do this or do not own the resource."""


class NotFoundError(FixError):
    """The resource is unknown, deleted, or belongs to another account."""


class GoneError(NotFoundError):
    """What a journal knows as paid for is not found: it was deleted, or is another account's.

    Whose key asks is all the difference, so nothing is settled by it. With a key of the account
    that paid, running the job again goes on and costs nothing more; with ``retry``, what an earlier
    run did not find either is made anew, and charged.

    Attributes:
        kind: what is not found: ``video``, ``avatar_look``, …
        id: its id.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str | None = None,
        id: str | None = None,  # noqa: A002 - the server's own word for it
        **fields: Any,
    ) -> None:
        super().__init__(message, **fields)
        self.kind = kind
        self.id = id


class ConflictError(FixError):
    """The resource is in another state than the call needs."""


class SignatureError(FixError):
    """A webhook that is not proved to come from HeyGen; do not act on it, answer 401.

    ``code`` says why: ``signature_missing``, ``signature_mismatch``, ``timestamp_missing``,
    ``timestamp_malformed`` or ``timestamp_outside_window``.
    """


# --- pay -----------------------------------------------------------------------------------------


class PayError(HeyGenError):
    """Money, plan or quota; nothing was started. What is done is kept, so the work can resume."""


class BudgetError(PayError):
    """Spending it could exceed the cap that the caller set.

    Attributes:
        cap: the cap, in the account's currency.
        committed: what is spent or reserved already.
        asked: what would have been reserved.
    """

    def __init__(
        self,
        message: str,
        *,
        cap: float | None = None,
        committed: float | None = None,
        asked: float | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(message, **fields)
        self.cap = cap
        self.committed = committed
        self.asked = asked


class InsufficientCreditError(PayError):
    """The balance is below the price."""


class PlanLimitError(PayError):
    """The trial or the plan does not allow it."""


class QuotaExceededError(PayError):
    """A usage quota is used up until its reset."""


# --- wait ----------------------------------------------------------------------------------------


class WaitError(HeyGenError):
    """Too early; ``retry_after`` says how many seconds, where that is known.

    Attributes:
        beyond_patience: whether HeyGen has taken nothing of a run's kind for longer than
            ``Policies.patience``, so that any other run would be refused as well.
    """

    beyond_patience = False


class RateLimitError(WaitError):
    """Too many requests, and the wait is longer than the caller's patience."""


class ConcurrencyLimitError(WaitError):
    """The account already runs as many jobs as it may."""


class InProgressError(WaitError):
    """The first request under the same idempotency key is still being worked on."""


class NotReadyError(WaitError):
    """Something that the call refers to is still processing."""


class DeadlineError(WaitError, TimeoutError):
    """The caller's patience ended; the job itself goes on and can be waited for again.

    Attributes:
        kind: what was waited for: ``video``, ``avatar``, …
        id: its id, with which waiting can go on.
        last_status: the last word the server had for it, None if it was never seen.
        waited: seconds.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str | None = None,
        id: str | None = None,  # noqa: A002 - the server's own word for it
        last_status: str | None = None,
        waited: float | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(message, **fields)
        self.kind = kind
        self.id = id
        self.last_status = last_status
        self.waited = waited


# --- repeat --------------------------------------------------------------------------------------


class RepeatError(HeyGenError):
    """Calling again as it was is safe: it did not happen, or happening twice changes nothing."""


class ConnectError(RepeatError):
    """The request never reached the server."""


class ServerError(RepeatError):
    """The server failed (5xx) or its answer broke off, on a call that is safe to repeat."""


class TransferError(RepeatError):
    """An upload or a download broke off more often than it was retried."""


# --- look before repeating -----------------------------------------------------------------------


class UncertainError(HeyGenError):
    """The request may have been executed, and charged, but its answer was lost.

    An answer that came and cannot be understood is as good as lost; then the ``__cause__`` is the
    ProtocolError that says what is wrong with it.

    Attributes:
        key: the idempotency key it went out with; calling again with it is safe for 20 hours
            (HeyGen keeps keys for 24) where the endpoint takes keys. None where it does not.
    """

    def __init__(self, message: str, *, key: str | None = None, **fields: Any) -> None:
        super().__init__(message, **fields)
        self.key = key


class CannotTellError(UncertainError):
    """The API offers no way to find out whether it happened."""


# --- the job failed ------------------------------------------------------------------------------


class JobFailedError(HeyGenError):
    """A job ended badly.

    Attributes:
        kind: what failed: ``video``, ``avatar``, …
        id: its id.
        code: the server's reason, often None.
        reason: the server's words for it, often None.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str | None = None,
        id: str | None = None,  # noqa: A002 - the server's own word for it
        reason: str | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(message, **fields)
        self.kind = kind
        self.id = id
        self.reason = reason


class AvatarFailedError(JobFailedError):
    """The avatar could not be made or trained."""


class VideoFailedError(JobFailedError):
    """The video could not be rendered."""


# --- the journal ---------------------------------------------------------------------------------


class JournalError(HeyGenError):
    """The journal cannot be used."""


class JournalLockedError(JournalError):
    """Another process owns the journal, or another Orchestrator of this one.

    Attributes:
        owner: who, as the owner wrote it down: process, host and time.
    """

    def __init__(self, message: str, *, owner: str | None = None, **fields: Any) -> None:
        super().__init__(message, **fields)
        self.owner = owner


class JournalFormatError(JournalError):
    """The file is no journal, or one of a version that this release cannot read."""


# --- report --------------------------------------------------------------------------------------


class ProtocolError(HeyGenError):
    """The server's answer is none that this version understands; please report it.

    Where the call may have changed or cost something, it is the cause of an UncertainError.

    Attributes:
        path: where in the answer, such as ``data.items[3].status``.
        body: the beginning of what came, for the report.
    """

    def __init__(
        self, message: str, *, path: str | None = None, body: str | None = None, **fields: Any
    ) -> None:
        super().__init__(message, **fields)
        self.path = path
        self.body = body


def brief(value: object, limit: int = 80) -> str:
    """A short, one-line rendering of a value for an error text."""
    match value:
        case bytes() | bytearray():
            return f"{len(value)} bytes"
        case str() if len(value) > limit:
            return f"{value[: limit - 1]!r}… ({len(value)} characters)"
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
