"""The pauses that HeyGen asks for, as far as runs wait them out.

A client waits as long as somebody waits who has called it: minutes. A run has hours, and what it
has paid for already stands idle when it ends. So a refusal that names a pause sends the run back to
where it came from, to wait for the end of the pause without a render slot, an intent or a request;
and those who come to the same stage meanwhile wait with it, before they begin with anything.

What is bounded is not a single pause but how long HeyGen takes nothing at a stage: where a batch
gets through bit by bit, it may be sent back as often as it likes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from heygen_async.errors import (
    ConcurrencyLimitError,
    HeyGenError,
    InvalidRequestError,
    NotReadyError,
    RateLimitError,
)
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.context import RunContext

__all__ = ["Pauses"]

_T = TypeVar("_T")

# Seconds; less is not worth a round.
_LEAST = 1.0


class _Pause:
    """Since when nothing was taken, and when to ask again, loop time."""

    __slots__ = ("since", "until")

    def __init__(self, since: float) -> None:
        self.since = self.until = since


class Pauses:
    """The pauses of all runs, by stage.

    Args:
        patience: seconds for which nothing may be taken at a stage.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._pauses: dict[Stage, _Pause] = {}

    def asked(self, stage: Stage, error: HeyGenError) -> bool:
        """Whether an error asks for a pause that is waited out; it is one for the whole stage."""
        if not isinstance(error, RateLimitError | ConcurrencyLimitError):
            return False
        if error.retry_after is None:
            return False
        now = asyncio.get_running_loop().time()
        pause = self._pauses.get(stage)
        if pause is None or now - pause.until > self._patience:
            pause = self._pauses[stage] = _Pause(now)
        until = now + max(error.retry_after, _LEAST)
        if until - pause.since > self._patience:
            error.beyond_patience = True
            return False
        pause.until = max(pause.until, until)
        return True

    def taken(self, stage: Stage) -> None:
        """HeyGen took something at a stage."""
        pause = self._pauses.get(stage)
        if pause is not None:
            pause.since = asyncio.get_running_loop().time()

    async def end(self, stage: Stage, context: RunContext | None) -> None:
        """Wait for the end of a stage's pause; a run tells of it, where it is one that waits."""
        while (left := self.left(stage)) > 0:
            if context is not None:
                context.tell(Stage.PAUSED, {"seconds": f"{left:.0f}"})
            await asyncio.sleep(left)

    async def reading(
        self, kind: str, id_: str, read: Callable[[], Awaitable[_T]], context: RunContext | None
    ) -> _T:
        """What is read of something that is paid for.

        It stands idle as well if its run ends, so pauses are waited out. And that the request is
        refused is no verdict on what it asks about: that is there, and may be read in a while.

        Args:
            kind: of what is read.
            id_: the server's name for it.
            read: reads it.
            context: the run's that reads; None for none.

        Raises:
            NotReadyError: the request is refused.
            RateLimitError: for longer than the patience.
        """
        while True:
            try:
                result = await read()
            except InvalidRequestError as error:
                raise NotReadyError(
                    f"{kind.replace('_', ' ')} {id_} is paid for, and HeyGen refuses to show it"
                    f" (HTTP {error.status}, {error.code}). Run the job again in a while: it goes"
                    " on there, and costs nothing.",
                    operation=error.operation,
                    code=error.code,
                    status=error.status,
                    request_id=error.request_id,
                ) from error
            except (RateLimitError, ConcurrencyLimitError) as error:
                if not self.asked(Stage.DOWNLOADING, error):
                    raise
                await self.end(Stage.DOWNLOADING, context)
            else:
                self.taken(Stage.DOWNLOADING)
                return result

    def left(self, stage: Stage) -> float:
        """Seconds until something may be asked for at a stage, 0 for now."""
        pause = self._pauses.get(stage)
        return 0.0 if pause is None else max(0.0, pause.until - asyncio.get_running_loop().time())
