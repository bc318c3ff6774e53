"""Pools of render slots as metrics: read when a reader asks, and never before."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Protocol

from opentelemetry.metrics import CallbackOptions, Meter, Observation

__all__ = ["Pools", "Slots"]


class Slots(Protocol):
    """What there is to know of a pool; ``Orchestrator.slots`` is one."""

    @property
    def limit(self) -> int:
        """How many may be held now."""
        ...

    @property
    def held(self) -> int:
        """How many are held."""
        ...

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        ...


class Pools:
    """All pools that somebody wants to hear of, added up.

    Args:
        meter: whose instruments they are.
    """

    def __init__(self, meter: Meter) -> None:
        self._slots: weakref.WeakSet[Slots] = weakref.WeakSet()
        for name, unit, words, read in (
            ("limit", "{slot}", "Renders that may run at once", lambda it: it.limit),
            ("used", "{slot}", "Renders that run", lambda it: it.held),
            ("pending_requests", "{request}", "Jobs that wait for a slot", lambda it: it.waiting),
        ):
            meter.create_observable_up_down_counter(
                f"heygen.render_slot.{name}", [self._reading(read)], unit, words
            )

    def add(self, slots: Slots) -> None:
        """Hear of a pool until it is gone."""
        self._slots.add(slots)

    def _reading(
        self, read: Callable[[Slots], int]
    ) -> Callable[[CallbackOptions], Iterable[Observation]]:
        def observe(_: CallbackOptions) -> Iterable[Observation]:
            pools = list(self._slots)
            return [Observation(sum(map(read, pools)))] if pools else []

        return observe
