"""What the exit code of a command says."""

from __future__ import annotations

from enum import IntEnum

from heygen_async.errors import (
    AuthenticationError,
    HeyGenError,
    InvalidInputError,
    JournalFormatError,
    WaitError,
)

__all__ = ["EPILOG", "Exit", "exit_of", "worst"]


class Exit(IntEnum):
    """The codes, stable: scripts branch on them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    AUTHENTICATION = 3
    TIMED_OUT = 4
    INTERRUPTED = 130


EPILOG = """\b
Exit codes:
  0    done
  1    failed
  2    wrong usage or input
  3    no API key, or one that HeyGen refuses
  4    not finished in time; can be resumed
  130  interrupted by ctrl-c, SIGTERM or SIGHUP; what was begun can be resumed
"""
"""The codes for ``--help``; the mark in front keeps click from wrapping them."""


def exit_of(error: HeyGenError) -> Exit:
    """The code for an error of the library."""
    match error:
        case AuthenticationError():
            return Exit.AUTHENTICATION
        case InvalidInputError() | JournalFormatError():
            return Exit.USAGE
        case WaitError():
            return Exit.TIMED_OUT
    return Exit.FAILED


# What a script should hear about first, where several jobs ended differently.
_GRAVITY = (Exit.AUTHENTICATION, Exit.FAILED, Exit.USAGE, Exit.TIMED_OUT)


def worst(codes: set[Exit]) -> Exit:
    """The code for several jobs: of what most needs a person."""
    return next((code for code in _GRAVITY if code in codes), Exit.DONE)
