from __future__ import annotations

import pytest

from heygen_async import errors
from heygen_async.cli.exits import EPILOG, Exit, exit_of, worst


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.InvalidInputError, 2),
        (errors.UnknownFileTypeError, 2),
        (errors.FileChangedError, 2),
        (errors.UsageError, 2),
        (errors.AuthenticationError, 3),
        (errors.DeadlineError, 4),
        (errors.RateLimitError, 4),
        (errors.NotReadyError, 4),
        (errors.InvalidRequestError, 1),
        (errors.PermissionDeniedError, 1),
        (errors.NotFoundError, 1),
        (errors.GoneError, 1),
        (errors.InsufficientCreditError, 1),
        (errors.UncertainError, 1),
        (errors.VideoFailedError, 1),
        (errors.JournalLockedError, 1),
        (errors.JournalFormatError, 2),
        (errors.ServerError, 1),
        (errors.ProtocolError, 1),
    ],
)
def test_each_error_has_its_exit_code(kind: type[errors.HeyGenError], code: int) -> None:
    assert exit_of(kind("no")) == code


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (set(), Exit.DONE),
        ({Exit.DONE}, Exit.DONE),
        ({Exit.DONE, Exit.TIMED_OUT}, Exit.TIMED_OUT),
        ({Exit.TIMED_OUT, Exit.FAILED}, Exit.FAILED),
        ({Exit.FAILED, Exit.AUTHENTICATION, Exit.DONE}, Exit.AUTHENTICATION),
    ],
)
def test_several_jobs_give_the_code_that_most_needs_a_person(codes: set[Exit], code: Exit) -> None:
    assert worst(codes) is code


def test_the_help_explains_every_exit_code() -> None:
    explained = [int(line.split()[0]) for line in EPILOG.splitlines()[2:]]

    assert explained == [int(code) for code in Exit]
