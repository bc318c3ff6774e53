"""Looking at many jobs whose API shows one at a time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from heygen_async.api.rules import identifiers
from heygen_async.api.watch import Look
from heygen_async.errors import (
    AuthenticationError,
    HeyGenError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
)
from heygen_async.models.state import JobState, Progress

__all__ = ["gone", "look_side_by_side", "looking", "state_of"]

# Requests under way at the same time.
_SIDE_BY_SIDE = 8

# How old routes say under 400 what others say under 404 (v2 behaviour notes §4.5, §5 and §13, read
# 2026-11-20); 424 says that the id is none.
_UNKNOWN = re.compile(r"(?i)\bnot found\b|no longer available|does not exist|\bno such\b")
_NO_ID = 424

# What no later look could change.
_REFUSED = (AuthenticationError, InvalidInputError, PermissionDeniedError)


class _Stated(Protocol):
    @property
    def state(self) -> JobState: ...


def state_of(resource: _Stated) -> JobState:
    """How far it is."""
    return resource.state


def looking(get: Callable[[str], Awaitable[_Stated]]) -> Look:
    """How to look at many jobs that are asked for one at a time."""

    async def look(ids: Sequence[str]) -> dict[str, JobState]:
        async def one(job_id: str) -> JobState:
            return state_of(await get(job_id))

        return await look_side_by_side(identifiers("ids", ids), one)

    return look


async def look_side_by_side(
    ids: Sequence[str], get: Callable[[str], Awaitable[JobState]]
) -> dict[str, JobState]:
    """The states of jobs whose API shows one at a time.

    One that cannot be looked at, because its request failed, is left out: it was not seen, and the
    others were. One that the server does not know is gone, which old routes say with 404 or with
    400. But not every 400 says it: a job that is given up for gone is made, and paid, again.

    Raises:
        InvalidInputError: one of the ids cannot be one.
        HeyGenError: the credentials are refused, or no look at all succeeded.
    """
    turns = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(job_id: str) -> JobState | HeyGenError:
        async with turns:
            try:
                return await get(job_id)
            except HeyGenError as error:
                if gone(error):
                    return JobState(Progress.GONE, "not_found", error.code, error.message)
                return error

    async with asyncio.TaskGroup() as group:
        looks = {job_id: group.create_task(one(job_id)) for job_id in dict.fromkeys(ids)}
    seen = {job_id: look.result() for job_id, look in looks.items()}
    states = {job_id: it for job_id, it in seen.items() if isinstance(it, JobState)}
    for error in seen.values():
        refused = isinstance(error, _REFUSED)
        if isinstance(error, HeyGenError) and (refused or not states):
            raise error
    return states


def gone(error: HeyGenError) -> bool:
    """Whether the server says that what was read is not there."""
    if isinstance(error, InvalidRequestError):
        return error.status == _NO_ID or _UNKNOWN.search(error.message) is not None
    return isinstance(error, NotFoundError)
