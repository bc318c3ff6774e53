"""Looking at many jobs whose API shows one at a time, or those of a list."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from heygen_async.api.paging import Page
from heygen_async.api.rules import identifiers
from heygen_async.api.watch import BulkLook
from heygen_async.errors import (
    AuthenticationError,
    HeyGenError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    ProtocolError,
    ServerError,
)
from heygen_async.models.state import JobState, Progress

__all__ = ["UNLISTED", "gone", "look_in_list", "look_side_by_side", "looking", "state_of"]

_T = TypeVar("_T")

#: What may be wrong with a list and not with the jobs that are looked for in it: one broken item of
#: somebody else's can make it unreadable, and make HeyGen fail to write it.
UNLISTED = (ProtocolError, ServerError, InvalidRequestError, NotFoundError)

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


def looking(get: Callable[[str], Awaitable[_Stated]]) -> BulkLook:
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
    return _seen(await _looks(ids, get))


async def look_in_list(
    ids: Sequence[str],
    pages: AsyncIterator[Page[_T]],
    read: Callable[[_T], tuple[str, JobState]],
    get: Callable[[str], Awaitable[JobState]],
    passed_over: Callable[[HeyGenError], None],
) -> dict[str, JobState]:
    """The states of jobs whose API has no bulk status, but a list that shows many.

    Pages are read from the newest on while one costs less than asking for the rest one at a time.
    A list that cannot be read is passed over.

    Args:
        ids: of the jobs.
        pages: of the list.
        read: the id and the state of an item.
        get: looks at one job.
        passed_over: told why the list is no help.

    Raises:
        HeyGenError: as ``look_side_by_side`` raises it.
    """
    rest = dict.fromkeys(ids)
    seen: dict[str, JobState | HeyGenError] = {}
    if len(rest) > 1:
        cost = 0
        try:
            async for page in pages:
                cost += 1
                for job_id, state in map(read, page.items):
                    if job_id in rest:
                        del rest[job_id]
                        seen[job_id] = state
                if cost >= len(rest):
                    break
        except UNLISTED as error:
            passed_over(error)
            # Where the whole API is down, the first few tell, and the others are not asked for.
            first = list(rest)[:_SIDE_BY_SIDE]
            seen |= await _looks(first, get)
            _seen(seen)
            rest = {job_id: None for job_id in rest if job_id not in seen}
    return _seen(seen | await _looks(list(rest), get))


async def _looks(
    ids: Sequence[str], get: Callable[[str], Awaitable[JobState]]
) -> dict[str, JobState | HeyGenError]:
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
    return {job_id: look.result() for job_id, look in looks.items()}


def _seen(seen: Mapping[str, JobState | HeyGenError]) -> dict[str, JobState]:
    """The states among what was seen; or the error that keeps anything from being seen."""
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
