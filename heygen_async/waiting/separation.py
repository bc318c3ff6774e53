"""A look that one of its ids cannot spoil.

A server may refuse a whole look because of one id in it, and so may whoever sends it. Nobody says
which id it was, so a refused look is halved until that one is alone; the others are seen. From then
on it is looked at alone, until such a look succeeds: the halving is not paid again with each look.

Where nothing at all can be looked at, it is not an id's fault, and none is held against it. But
where all others are seen, or there are none, and an id is refused for half an hour, that is told:
to wait on would be to wait for nothing. The same id can be waited for again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from heygen_async.api.watch import BulkLook
from heygen_async.errors import (
    AuthenticationError,
    HeyGenError,
    InvalidInputError,
    InvalidRequestError,
    PermissionDeniedError,
    ProtocolError,
    UsageError,
)
from heygen_async.models.state import JobState

__all__ = ["Separation"]

_LOGGER = logging.getLogger("heygen_async")

# What may be said about all ids because of one of them; and what no id is the reason of.
_OF_ONE = (InvalidInputError, InvalidRequestError, ProtocolError)
_OF_ALL = (AuthenticationError, PermissionDeniedError, UsageError)

# Further looks that halving may take at a time; 14 find one id of a hundred. And how many ids are
# looked at alone at a time.
_HALVES = 16
_ALONE = 16

# Ids that are known to spoil looks; some of them nobody waits for any more.
_REMEMBERED = 1000

# An id that is refused for so many seconds, and so many times in a row, is not waited for.
_FOR_GOOD = 1800.0
_OFTEN = 5


class _Refusals:
    """Of one id, in a row."""

    __slots__ = ("since", "times")

    def __init__(self, since: float) -> None:
        self.since = since
        self.times = 0

    def one_more(self, now: float) -> bool:
        """Count one; whether it is enough."""
        self.times += 1
        return self.times >= _OFTEN and now - self.since >= _FOR_GOOD


class Separation:
    """Looks at many ids, at those that spoil looks by themselves.

    Args:
        kind: what is looked at, for the log.
        look: looks at many.
    """

    def __init__(self, kind: str, look: BulkLook) -> None:
        self._kind = kind
        self._look = look
        # Those looked at longest ago come first.
        self._alone: dict[str, _Refusals] = {}

    async def look(self, ids: Sequence[str]) -> dict[str, JobState | HeyGenError]:
        """What was seen; of an id that cannot be one, or is refused for good, the error.

        Raises:
            AuthenticationError, PermissionDeniedError, UsageError: nothing can be looked at now.
            HeyGenError: nothing was seen.
        """
        wanted = set(ids)
        alone = [one for one in self._alone if one in wanted][:_ALONE]
        together = [one for one in ids if one not in self._alone]
        # The last is looked at first, so that halving ends with an id that is alone.
        parts = [[one] for one in reversed(alone)] + ([together] if together else [])
        seen: dict[str, JobState | HeyGenError] = {}
        refused: dict[str, HeyGenError] = {}
        halves, looked = _HALVES, False
        failure: HeyGenError | None = None
        while parts:
            part = parts.pop()
            try:
                seen.update(await self._look(part))
                looked = True
                if len(part) == 1:
                    self._alone.pop(part[0], None)
            except _OF_ALL:
                raise
            except _OF_ONE as error:
                failure = error
                if len(part) == 1:
                    refused[part[0]] = error
                elif halves:
                    halves -= 2
                    middle = len(part) // 2
                    parts += [part[middle:], part[:middle]]
            except HeyGenError as error:
                failure = error
                break
        seen |= self._judged(refused, new=looked or len(ids) == 1)
        if failure is not None and not (looked or seen):
            raise failure
        return seen

    def _judged(self, refused: Mapping[str, HeyGenError], *, new: bool) -> dict[str, HeyGenError]:
        """Remember what was refused alone; what of it need not be waited for."""
        now = asyncio.get_running_loop().time()
        told: dict[str, HeyGenError] = {}
        for one, error in refused.items():
            if isinstance(error, InvalidInputError):
                told[one] = error
            refusals = self._alone.pop(one, None)
            if refusals is None and not new:
                continue
            if refusals is None:
                refusals = _Refusals(now)
                _LOGGER.warning(
                    "Looking at %s %s is refused; it is looked at alone: %s", self._kind, one, error
                )
            self._alone[one] = refusals
            if refusals.one_more(now):
                told[one] = error
        while len(self._alone) > _REMEMBERED:
            del self._alone[next(iter(self._alone))]
        return told
