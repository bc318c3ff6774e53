"""What an error of a submit says about the job that was asked for.

========  =====================================================  ================================
verdict   what is known                                          what follows
========  =====================================================  ================================
DECLINED  it was not taken, and may be another time              back to READY, the error goes up
REFUSED   it was not taken, or failed at once, and will again    FAILED, for good
LOST      it may have been taken                                 UNCERTAIN: look, or same key
========  =====================================================  ================================

The default is LOST: an error that nobody thought of must not lead to a second payment.
"""

from __future__ import annotations

from enum import StrEnum

from heygen_async.errors import (
    AuthenticationError,
    ConflictError,
    ConnectError,
    ConsentRequiredError,
    ContentPolicyError,
    FileChangedError,
    HeyGenError,
    InProgressError,
    InvalidInputError,
    InvalidRequestError,
    JobFailedError,
    NotFoundError,
    PayError,
    PermissionDeniedError,
    UsageError,
    WaitError,
)

__all__ = ["Verdict", "judge"]


class Verdict(StrEnum):
    """Whether the job exists."""

    DECLINED = "declined"
    REFUSED = "refused"
    LOST = "lost"


# The first match counts. Access, money, time and files heal without changing the job, so what they
# stop is only declined, and resuming the same journal goes on.
_TABLE: tuple[tuple[type[HeyGenError], Verdict], ...] = (
    (InProgressError, Verdict.LOST),
    (ConnectError, Verdict.DECLINED),
    (PayError, Verdict.DECLINED),
    (WaitError, Verdict.DECLINED),
    (AuthenticationError, Verdict.DECLINED),
    (PermissionDeniedError, Verdict.DECLINED),
    (ConsentRequiredError, Verdict.DECLINED),
    (ConflictError, Verdict.DECLINED),
    (FileChangedError, Verdict.DECLINED),
    (UsageError, Verdict.DECLINED),
    (InvalidInputError, Verdict.REFUSED),
    (InvalidRequestError, Verdict.REFUSED),
    (ContentPolicyError, Verdict.REFUSED),
    (NotFoundError, Verdict.REFUSED),
    (JobFailedError, Verdict.REFUSED),
)


def judge(error: HeyGenError) -> Verdict:
    """The verdict on an error."""
    for kind, verdict in _TABLE:
        if isinstance(error, kind):
            return verdict
    return Verdict.LOST
