"""What a finished job leaves on the disk and on stdout; and how long a command waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs

from heygen_async.cli import narrowing
from heygen_async.cli.console import clean, put_json, put_text, say
from heygen_async.cli.naming import called, photo_of
from heygen_async.cli.options import Settings
from heygen_async.cli.running import fields_of
from heygen_async.cli.spelling import OPTIONS
from heygen_async.dialects import Clients
from heygen_async.errors import DeadlineError, HeyGenError
from heygen_async.models.job import Job
from heygen_async.models.outcome import Outcome, Video
from heygen_async.pipeline.revisions import original
from heygen_async.transport.strays import Strays

__all__ = ["Delivery", "patience", "result", "sentence"]


@asynccontextmanager
async def patience(seconds: float | None, *, simulate: bool = False) -> AsyncIterator[None]:
    """Turn the end of ``--timeout`` into an error that says how things stand.

    Args:
        seconds: None for no end.
        simulate: whether it is a simulator that ends with the command.

    Raises:
        DeadlineError: the block took longer; what runs at HeyGen goes on there.
    """
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if isinstance(error, DeadlineError) or not limit.expired():
            raise
        left = "ends with the simulator" if simulate else "at HeyGen goes on there"
        raise DeadlineError(
            f"not finished within {seconds:g} s; what was begun {left}",
            waited=seconds,
        ) from None


def _in_options(_: Job, error: HeyGenError | None) -> HeyGenError | None:
    return None if error is None else OPTIONS.error(error)


@attrs.frozen
class Delivery:
    """Brings finished jobs to the disk and to stdout.

    Attributes:
        settings: how to report.
        clients: fetch.
        dialect: of the jobs.
        spelt: gives the error that a job ended with, if any, in the words it was asked for in.
    """

    settings: Settings
    clients: Clients
    dialect: str = "v3"
    spelt: Callable[[Job, HeyGenError | None], HeyGenError | None] = _in_options
    _strays: Strays = attrs.field(factory=Strays)

    async def subtitles(self, job: Job, video: Video) -> str | None:
        """Write the captions beside the video, where it has some; returns their path.

        Captions that an earlier run wrote for this very file are not fetched again.
        """
        if job.options.captions is None or job.output is None or video.subtitle_url is None:
            return None
        path = Path(job.output).with_suffix(".srt")
        if await asyncio.to_thread(_written_after, path, Path(job.output)):
            return str(path)

        async def refreshed() -> str:
            return await self._subtitle_url(video.id) or str(video.subtitle_url)

        await asyncio.to_thread(self._strays.clear, path)
        await self.clients.first.fetch(video.subtitle_url, path, refresh=refreshed)
        return str(path)

    async def _subtitle_url(self, video_id: str) -> str | None:
        heygen = self.clients.heygen
        assert heygen is not None, "agent.ai's own videos have no captions"
        if self.dialect == "v2":
            return (await heygen.v2.videos.status(video_id)).caption_url
        return (await heygen.videos.get(video_id)).subtitle_url

    async def outcome(self, outcome: Outcome) -> HeyGenError | None:
        """Write the captions of one job of many, and tell how it ended; returns its error.

        A video whose captions cannot be had counts as failed: running again fetches them.
        """
        subtitles, error = None, outcome.error
        if outcome.video is not None:
            try:
                subtitles = await self.subtitles(outcome.job, outcome.video)
            except HeyGenError as lost:
                error = lost
        error = self.spelt(outcome.job, error)
        # A job that was refused before it was taken on may have no id.
        name = original(outcome.job.id or "") or Path(outcome.job.output or "job").name
        if self.settings.as_json:
            told = {} if outcome.video is None else result(outcome.video, subtitles)
            put_json({"job_id": name} | told | ({} if error is None else fields_of(error)))
        elif error is None and outcome.video is not None:
            put_text(sentence(outcome.video, subtitles))
        narrowing.warn(outcome.losses, name)
        if error is not None:
            photo = photo_of(outcome.job)
            about = [f"photo {photo}"] if photo is not None else []
            about += [f"job {clean(original(outcome.job.id))}"] if outcome.job.id else []
            behind = f" ({', '.join(about)})" if about else ""
            say(f"error: {called(outcome.job)}{behind}: {clean(error.message)}")
        return error


def result(video: Video, subtitles: str | None) -> dict[str, Any]:
    """A finished video for programs; no signed addresses, ``videos get`` gives fresh ones."""
    return {
        "video_id": video.id,
        "title": video.title,
        "duration": video.duration,
        "file": video.path,
        "subtitles": subtitles,
        "page_url": video.page_url,
        "losses": narrowing.plain(video.losses),
    }


def sentence(video: Video, subtitles: str | None) -> str:
    """A finished video for people."""
    length = "" if video.duration is None else f"{video.duration:.1f} s, "
    files = " and ".join(one for one in (video.path, subtitles) if one is not None)
    return f"{files or 'made'} ({length}video {clean(video.id)})"


def _written_after(path: Path, video: Path) -> bool:
    """Whether the file is there, and not of an earlier video of that name."""
    try:
        status = path.stat()
        return status.st_size > 0 and status.st_mtime_ns >= video.stat().st_mtime_ns
    except OSError:
        return False
