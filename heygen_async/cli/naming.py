"""What a person calls a job, who has never seen its id."""

from __future__ import annotations

from pathlib import PurePath

from heygen_async.cli.console import clean
from heygen_async.models.job import AnimatedImage, Job, Photo, Script
from heygen_async.models.source import Origin
from heygen_async.models.stock import Article, Topic

__all__ = ["called", "photo_of"]

# So much of a script tells it from others.
_OPENING = 40


def called(job: Job) -> str:
    """The name of its file, else its title, else how its script begins; on one line."""
    if job.output is not None:
        return clean(PurePath(job.output).name)
    if job.options.title is not None:
        return clean(job.options.title)
    match job.speech:
        case Script(text=said) | Topic(text=said) | Article(url=said):
            pass
        case audio:
            said = str(audio.source or audio.asset_id)
    said = clean(" ".join(said.split()))
    return said if len(said) <= _OPENING else said[: _OPENING - 1].rstrip() + "…"


def photo_of(job: Job) -> str | None:
    """The name of the photo's file, with which something may be wrong; None where there is none."""
    avatar = job.avatar
    if not isinstance(avatar, Photo | AnimatedImage) or avatar.origin is not Origin.FILE:
        return None
    return clean(avatar.path.name)
