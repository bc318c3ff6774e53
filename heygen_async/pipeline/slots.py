"""Render slots: how many jobs run at HeyGen at once, shared by all runs of an Orchestrator.

The account's pool of running jobs is the scarce thing. A slot is held from the moment before a
render is submitted until it is known to have settled, and never during an upload, a training or a
download. Runs that a crash left with an open intent go first, since their render may be running
already. Among the others long renders go first, because a long one that begins last keeps the whole
batch waiting while the other slots stand idle: a render that takes a second longer may overtake
those that asked up to a minute before it, so nobody is overtaken for ever.

The limit is given, or learnt the way TCP learns a path's width. Until HeyGen first says that too
many run, it grows by one with each render that settles while all slots are in use. A refusal cuts
it by a tenth at least, once for all who are told so at a time; from then on it grows by one for
each ``limit`` renders up to what is known to fit, and eight times as slowly beyond, since each try
at the wall costs everybody a pause. A limit that nobody exhausts proves nothing, so it does not
grow.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools

from heygen_async.errors import InvalidInputError

__all__ = ["RenderSlots"]

# Pay-as-you-go accounts run 10 jobs at once, enterprise 20 and more (HeyGen usage limits, read
# 2026-11-20). Learning starts below the first.
_FIRST_GUESS = 4
_SHRINK = 0.9
# How much more slowly the limit grows beyond what is known to fit.
_CAUTION = 8.0
# Seconds by which a render may overtake, for each second that it takes longer.
_OVERTAKES = 60.0


class RenderSlots:
    """How many renders run at once, and how many may: the render slots of one account.

    Args:
        limit: how many; None learns it.
    """

    def __init__(self, limit: int | None) -> None:
        if limit is not None and (isinstance(limit, bool) or limit < 1):
            raise InvalidInputError.of("render_slots", "must be at least 1, or None", limit)
        self._learning = limit is None
        self._limit = float(_FIRST_GUESS if limit is None else limit)
        self._ceiling = float(limit) if limit is not None else float("inf")
        self._held = 0
        self._peak = 0
        self._cuts = 0
        # What ran at the last refusal; unknown before there was one.
        self._fits: float | None = None
        self._queue: list[tuple[int, float, int, asyncio.Future[None]]] = []
        self._claims: dict[str, asyncio.TimerHandle] = {}
        self._numbers = itertools.count()

    @property
    def limit(self) -> int:
        """How many may be held now."""
        return max(1, int(self._limit))

    @property
    def held(self) -> int:
        """How many are held."""
        return self._held

    @property
    def peak(self) -> int:
        """The most that were held at once."""
        return self._peak

    @property
    def busy(self) -> bool:
        """Whether one more render would have to wait."""
        return self._held >= self.limit

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return sum(not turn.done() for *_, turn in self._queue)

    def claim(self, name: str, seconds: float) -> None:
        """Count a render that an earlier process left running, before anybody asks for a slot.

        It lasts until ``hold`` is called with its name, but no longer than so many seconds: nobody
        may ever come for it.
        """
        if name not in self._claims:
            loop = asyncio.get_running_loop()
            self._claims[name] = loop.call_later(seconds, self._disclaim, name)
            self._take()

    def disclaim(self, name: str | None = None) -> None:
        """Give up a claim, if there still is such a one; None gives up all."""
        for one in list(self._claims) if name is None else (name,):
            self._disclaim(one)

    def hold(
        self,
        name: str = "",
        *,
        first: bool = False,
        running: bool = False,
        length: float = 0.0,
    ) -> Slot:
        """Hold a slot for the time of the block, or until ``slot.release()``.

        Args:
            name: of the render; where it was claimed, its slot is there already.
            first: go before those who wait: the render may be running already.
            running: do not wait at all: the render *is* running, a slot only counts it.
            length: seconds the render is expected to take; long ones overtake.
        """
        if name in self._claims:
            # Its place is taken again at once, before anybody else is woken.
            self._claims.pop(name).cancel()
            self._held -= 1
            return Slot(self, None)
        if running:
            return Slot(self, None)
        asked = asyncio.get_running_loop().time()
        return Slot(self, (0 if first else 1, asked - _OVERTAKES * length))

    def settled(self) -> None:
        """A render settled: with all slots in use, that is evidence for a wider pool."""
        if self._learning and self._held == self.limit:
            self._limit = min(self._ceiling, self._limit + self._growth())
            self._wake()

    def _refused(self, cuts: int) -> None:
        if cuts != self._cuts:
            return  # It was submitted before the limit was cut.
        self._cuts += 1
        self._fits = max(1.0, self._held - 1)
        self._limit = max(1.0, min(self._limit * _SHRINK, self._fits))
        self._learning = True

    def _growth(self) -> float:
        if self._fits is None:
            return 1.0
        return 1 / self._limit / (1.0 if self._limit < self._fits else _CAUTION)

    async def _acquire(self, rank: int, order: float) -> None:
        if self._held < self.limit and not self._queue:
            self._take()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (rank, order, next(self._numbers), turn))
        self._wake()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._give_back()  # The slot came in the same moment: the next one has it.
            raise

    def _take(self) -> None:
        self._held += 1
        self._peak = max(self._peak, self._held)

    def _disclaim(self, name: str) -> None:
        if (timer := self._claims.pop(name, None)) is not None:
            timer.cancel()
            self._give_back()

    def _give_back(self) -> None:
        self._held -= 1
        self._wake()

    def _wake(self) -> None:
        while self._queue and self._held < self.limit:
            *_, turn = heapq.heappop(self._queue)
            if not turn.done():  # Cancelled ones are left behind, and fall out here.
                self._take()
                turn.set_result(None)


class Slot:
    """A slot for the time of an ``async with`` block; see ``RenderSlots.hold``.

    A class and no generator: batches wait by the ten thousand, and a generator takes ten times
    the room.
    """

    __slots__ = ("_cuts", "_order", "_slots")

    def __init__(self, slots: RenderSlots, order: tuple[int, float] | None) -> None:
        self._slots: RenderSlots | None = slots
        self._order = order
        self._cuts = 0

    async def __aenter__(self) -> Slot:
        assert self._slots is not None
        if self._order is None:
            self._slots._take()
        else:
            await self._slots._acquire(*self._order)
            self._order = None
        self._cuts = self._slots._cuts
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release()

    def refused(self) -> None:
        """HeyGen said that too many jobs run: fewer than are held now fit, this one excluded.

        The limit is cut once for all who had their slots before the cut. A given limit shrinks
        too, since somebody else uses the account; it grows back to what was given.
        """
        if self._slots is not None:
            self._slots._refused(self._cuts)

    def release(self) -> None:
        """Give it back before the block ends; a second time changes nothing."""
        slots, self._slots = self._slots, None
        if slots is not None:
            slots._give_back()
