from __future__ import annotations

import inspect

import pytest

from heygen_async import errors
from heygen_async.errors import HeyGenError
from heygen_async.pipeline.verdict import Verdict, judge

# All classes are here: a new one has to be thought about, since the wrong verdict pays twice.
EXPECTED = {
    Verdict.DECLINED: {
        "AuthenticationError",
        "BudgetError",
        "ConcurrencyLimitError",
        "ConflictError",
        "ConnectError",
        "ConsentRequiredError",
        "DeadlineError",
        "FileChangedError",
        "InsufficientCreditError",
        "NotReadyError",
        "PayError",
        "PermissionDeniedError",
        "PlanLimitError",
        "QuotaExceededError",
        "RateLimitError",
        "UsageError",
        "WaitError",
    },
    Verdict.REFUSED: {
        "AvatarFailedError",
        "ContentPolicyError",
        "InvalidInputError",
        "InvalidRequestError",
        "JobFailedError",
        "GoneError",
        "NotFoundError",
        "UnknownFileTypeError",
        "VideoFailedError",
    },
    Verdict.LOST: {
        "CannotTellError",
        "FixError",
        "HeyGenError",
        "InProgressError",
        "JournalError",
        "JournalFormatError",
        "JournalLockedError",
        "ProtocolError",
        "RepeatError",
        "ServerError",
        "SignatureError",
        "TransferError",
        "UncertainError",
    },
}


def test_every_class_of_error_has_its_verdict() -> None:
    classes = inspect.getmembers(errors, inspect.isclass)

    judged: dict[Verdict, set[str]] = {verdict: set() for verdict in Verdict}
    for name, kind in classes:
        if issubclass(kind, HeyGenError):
            judged[judge(kind("x"))].add(name)

    assert judged == EXPECTED


def test_an_error_that_nobody_thought_of_is_lost() -> None:
    class NewError(HeyGenError):
        pass

    assert judge(NewError("x")) is Verdict.LOST


@pytest.mark.parametrize("kind", [errors.ServerError, errors.ProtocolError])
def test_what_may_have_happened_is_lost_whatever_its_status(kind: type[HeyGenError]) -> None:
    assert {judge(kind("x", status=status)) for status in (None, 200, 500, 503)} == {Verdict.LOST}
