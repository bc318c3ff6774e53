"""What will happen, and when: the world's future as a heap of actions.

Nothing runs in the background. Whoever looks at the world first lets everything happen that was
due by then, in the order of time, each action told the moment it was due and not the moment
somebody looked. So a render that ended between two polls ended when it ended, and a queued one
took its slot in that same moment.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable


class Agenda:
    """Actions waiting for their moment.

    Attributes:
        listener: called when an action was planned.
    """

    def __init__(self) -> None:
        self.listener: Callable[[], None] | None = None
        self._heap: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = itertools.count()

    def at(self, moment: float, action: Callable[[float], None]) -> None:
        """Plan `action(moment)`; infinity means never."""
        if not math.isinf(moment):
            heapq.heappush(self._heap, (moment, next(self._order), action))
            if self.listener is not None:
                self.listener()

    def next_due(self) -> float:
        """When something happens next; infinity if nothing will."""
        return self._heap[0][0] if self._heap else math.inf

    def advance(self, now: float) -> None:
        """Run everything due by `now`; actions may plan further ones."""
        while self._heap and self._heap[0][0] <= now:
            moment, _, action = heapq.heappop(self._heap)
            action(moment)
