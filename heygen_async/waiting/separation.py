"""A look that one of its ids cannot spoil.

A server may refuse a whole look because of one id in it, and so may whoever sends it. Nobody says
which id it was, so a refused look is halved until that one is alone; the others are seen. From then
on it is looked at alone, until such a look succeeds: the halving is not paid again with each look.

Where nothing at all can be looked at, it is not an id's fault, and none is held against it.
"""

from __future__ import annotations

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
        self._alone: dict[str, None] = {}

    async def look(self, ids: Sequence[str]) -> dict[str, JobState | InvalidInputError]:
        """What was seen; of an id that cannot be one, the error that says so.

        Raises:
            AuthenticationError, PermissionDeniedError, UsageError: nothing can be looked at now.
            HeyGenError: nothing was seen.
        """
        wanted = set(ids)
        alone = [one for one in self._alone if one in wanted][:_ALONE]
        together = [one for one in ids if one not in self._alone]
        # The last is looked at first, so that halving ends with an id that is alone.
        parts = [[one] for one in reversed(alone)] + ([together] if together else [])
        seen: dict[str, JobState | InvalidInputError] = {}
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
                    if isinstance(error, InvalidInputError):
                        seen[part[0]] = error
                elif halves:
                    halves -= 2
                    middle = len(part) // 2
                    parts += [part[middle:], part[:middle]]
            except HeyGenError as error:
                failure = error
                break
        self._remember(refused, new=looked)
        if failure is not None and not (looked or seen):
            raise failure
        return seen

    def _remember(self, refused: Mapping[str, HeyGenError], *, new: bool) -> None:
        for one, error in refused.items():
            if one in self._alone:
                del self._alone[one]
            elif new:
                _LOGGER.warning(
                    "Looking at %s %s is refused; it is looked at alone: %s", self._kind, one, error
                )
            else:
                continue
            self._alone[one] = None
        while len(self._alone) > _REMEMBERED:
            del self._alone[next(iter(self._alone))]
