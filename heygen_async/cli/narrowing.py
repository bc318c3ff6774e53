"""What a dialect cannot do, or cannot say exactly, told by the shell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from heygen_async.backends.capabilities import refuse_what_it_cannot
from heygen_async.backends.generated import for_agentai, for_v2
from heygen_async.backends.v2.checks import check
from heygen_async.cli.console import clean, say
from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job
from heygen_async.models.loss import Loss

__all__ = ["losses_in", "losses_of", "plain", "refuse", "warn"]

_NARROWED: Mapping[str, Callable[[GeneratedPhoto], Any]] = {"v2": for_v2, "agentai": for_agentai}


def refuse(job: Job, dialect: str) -> None:
    """Refuse what can be seen of a job alone that its dialect cannot do.

    Raises:
        InvalidInputError: with the field, and how to go on.
    """
    refuse_what_it_cannot(job, dialect)
    if dialect == "v2":
        check(job)


def losses_of(job: Job, dialect: str) -> tuple[Loss, ...]:
    """What of a job's wishes its dialect cannot say exactly; the same as its outcome's losses."""
    return losses_in(job.avatar, dialect)


def losses_in(avatar: object, dialect: str) -> tuple[Loss, ...]:
    """The same of whoever speaks; only a description can lose something."""
    if not isinstance(avatar, GeneratedPhoto) or dialect not in _NARROWED:
        return ()
    try:
        return tuple(_NARROWED[dialect](attrs.evolve(avatar, strict=False)).losses)
    except InvalidInputError:
        return ()  # Then it was refused, which is told instead.


def warn(losses: Iterable[Loss], name: str = "") -> None:
    """A line for each, beginning with the name of the job if there is more than one."""
    for loss in losses:
        say(f"warning: {clean(f'{name}: {loss}' if name else loss)}")


def plain(losses: Iterable[Loss]) -> list[dict[str, str]]:
    """For programs."""
    return [attrs.asdict(loss) for loss in losses]
