"""The user's bytes: read, recognised by content, hashed, kept.

The identity of a photo is the SHA-256 of its bytes, so the same photo under two names is one, and
a changed photo under the same name is another. A file is hashed once, and a recording measured
once, however many jobs ask for it at a time, as long as its size and modification time stay what
they were. Bytes that exist only in memory are kept in the journal, because a later process could
not resume without them.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import io
import os
import stat
from collections.abc import Awaitable, Callable, Iterator, Set
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

import attrs

from heygen_async.errors import FileChangedError, InvalidInputError
from heygen_async.journal.base import Journal
from heygen_async.journal.lease import left_behind
from heygen_async.models.job import AnimatedImage, Audio, Job, Photo, Prompt
from heygen_async.models.source import Media, Origin
from heygen_async.pipeline.provenance import provenance
from heygen_async.transport.content import AUDIO, HEAD_BYTES, IMAGES, inspect
from heygen_async.transport.duration import seconds_of

__all__ = ["MediaStore", "media_of", "recorded"]

_CHUNK = 1024 * 1024
_REMEMBERED = 10_000

# What a file was when it was read: its path, size and modification time.
_Stamp = tuple[str, int, int]

_T = TypeVar("_T")


def media_of(job: Job) -> Iterator[tuple[str, Media, Set[str]]]:
    """The job's media: where each is in the job, what it is, and the types it may have."""
    match job.avatar:
        case Photo() | AnimatedImage() as image:
            yield "avatar", image, IMAGES
        case Prompt(references=references):
            for number, reference in enumerate(references):
                yield f"avatar.references[{number}]", reference, IMAGES
    for number, photo in enumerate(() if job.v2 is None else job.v2.photos):
        yield f"v2.photos[{number}]", photo, IMAGES
    if isinstance(job.speech, Audio):
        yield "speech", job.speech, AUDIO
    options = job.options
    if options.background is not None and options.background.image is not None:
        yield "options.background.image", options.background.image, IMAGES
    if options.watermark is not None:
        yield "options.watermark.image", options.watermark.image, IMAGES


def recorded(speech: object) -> float | None:
    """The seconds of a recording, read from its file or bytes; this waits for the disk.

    None where they are not known: of an address only who fetches it can tell. A script has none.
    """
    match speech:
        case Audio(origin=Origin.MEMORY, source=bytes() as data):
            return _seconds(data)
        case Audio(origin=Origin.FILE) as audio:
            with contextlib.suppress(OSError), _opened(audio.path) as file:
                return seconds_of(file, os.fstat(file.fileno()).st_size)
    return None


class MediaStore:
    """Reads media for the runs of one Orchestrator.

    Args:
        journal: keeps bytes from memory; open.
        executor: reads files.
    """

    def __init__(self, journal: Journal, executor: Executor) -> None:
        self._journal = journal
        self._executor = executor
        self._hashes = _Memory[str](self._run)
        self._lengths = _Memory[float | None](self._run)

    async def admit(self, job: Job) -> tuple[Job, dict[str, str]]:
        """The job with bytes in memory replaced by what keeps them, and the digests of its media.

        Returns:
            The job, and for each file and kept bytes of it the SHA-256 by ``Media.source``.

        Raises:
            InvalidInputError: a file is missing or unreadable.
            UnknownFileTypeError: it is not what its place in the job needs.
        """
        digests: dict[str, str] = {}
        for where, media, types in media_of(job):
            match media.origin:
                case Origin.FILE:
                    digests[str(media.source)] = await self._file(media.path, where, types)
                case Origin.MEMORY:
                    assert isinstance(media.source, bytes)
                    size = len(media.source)
                    inspect(media.source[:HEAD_BYTES], name=f"Job.{where}", size=size, accept=types)
                    digest = await self._run(partial(_hash_bytes, media.source))
                    await self._journal.keep(digest, media.source)
                    kept = media.kept(digest)
                    digests[str(kept.source)] = digest
                    job = _replaced(job, media, kept)
        return job, digests

    async def content(self, media: Media, digest: str) -> bytes | str:
        """What can be uploaded: kept bytes, or the path of a file.

        What is made of a file goes by what was in it when its job was taken on, for other jobs as
        well. So a file is hashed again before it is sent, if this process has not seen it as it is.

        Args:
            media: a file or kept bytes.
            digest: the SHA-256 by which the job knows them.

        Raises:
            FileChangedError: the file cannot be read, or is another by now.
            InvalidInputError: the journal does not keep the bytes.
        """
        if media.origin is Origin.FILE:
            if await self._digest(media.path) != digest:
                raise _changed(media.path, "is another file than when its job was taken on")
            return str(media.source)
        data = await self._journal.kept(media.digest)
        if data is None:
            raise InvalidInputError(f"The journal does not hold the bytes {media.digest}")
        return data

    async def recorded(self, audio: Audio) -> float | None:
        """The seconds of a recording; None where they are not known."""
        match audio.origin:
            case Origin.FILE:
                return await self._lasting(audio)
            case Origin.KEPT:
                data = await self._journal.kept(audio.digest)
                return None if data is None else await self._run(partial(_seconds, data))
        return None

    async def size(self, path: Path) -> int | None:
        """The size of a file in bytes, None if it cannot be looked at."""
        try:
            return (await self._run(path.stat)).st_size
        except OSError:
            return None

    async def foreign(self, path: Path, video_id: str) -> bool:
        """Whether the sidecar of a file says that another video is in it."""

        def judged() -> bool:
            told = provenance(path)
            return told is not None and not told.names(video_id)

        return await self._run(judged)

    async def _lasting(self, audio: Audio) -> float | None:
        try:
            status = await self._run(audio.path.stat)
        except OSError:
            return None
        key = (str(audio.path), status.st_size, status.st_mtime_ns)
        return await self._lengths.of(key, partial(recorded, audio))

    async def _file(self, path: Path, where: str, types: Set[str]) -> str:
        try:
            size, modified, head = await self._run(partial(_glance, path))
        except OSError as error:
            raise InvalidInputError(
                f"Job.{where}: {path} cannot be read: {error.strerror or error}",
                field=f"Job.{where}",
                rule="must be a readable file",
                value=str(path),
            ) from error
        inspect(head, name=str(path), size=size, accept=types)
        return await self._hashed((str(path), size, modified))

    async def _digest(self, path: Path) -> str:
        """The SHA-256 of a file as it is now; it is read only if this process has not seen it."""
        try:
            status = await self._run(path.stat)
            return await self._hashed((str(path), status.st_size, status.st_mtime_ns))
        except OSError as error:
            raise _changed(path, f"cannot be read: {error.strerror or error}") from error

    async def _hashed(self, stamp: _Stamp) -> str:
        return await self._hashes.of(stamp, lambda: _hash_file(Path(stamp[0])))

    async def _run(self, work: Callable[[], _T]) -> _T:
        try:
            working = asyncio.get_running_loop().run_in_executor(self._executor, work)
        except RuntimeError as error:  # It was shut down.
            raise left_behind() from error
        return await working


class _Memory(Generic[_T]):
    """What was read of files, as long as they stay what they were.

    Args:
        run: does work in a thread.
    """

    def __init__(self, run: Callable[[Callable[[], _T]], Awaitable[_T]]) -> None:
        self._run = run
        self._known: dict[_Stamp, _T] = {}
        self._reading: dict[_Stamp, asyncio.Event] = {}

    async def of(self, file: _Stamp, read: Callable[[], _T]) -> _T:
        """What is known of a file; who asks while it is being read waits for that.

        Where reading fails or is cancelled, the next of those who wait begins anew.
        """
        while file not in self._known:
            reading = self._reading.get(file)
            if reading is not None:
                await reading.wait()
                continue
            self._reading[file] = over = asyncio.Event()
            try:
                value = await self._run(read)
            finally:
                del self._reading[file]
                over.set()
            if len(self._known) >= _REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[file] = value
        return self._known[file]


def _replaced(job: Job, media: Media, kept: Any) -> Job:
    """The job with one of its media replaced, wherever it stands."""
    avatar, speech, options, v2 = job.avatar, job.speech, job.options, job.v2
    if avatar is media:
        avatar = kept
    elif isinstance(avatar, Prompt):
        references = [kept if one is media else one for one in avatar.references]
        avatar = attrs.evolve(avatar, references=references)
    if v2 is not None:
        photos = [kept if one is media else one for one in v2.photos]
        v2 = attrs.evolve(v2, photos=photos)
    if speech is media:
        speech = kept
    if options.background is not None and options.background.image is media:
        options = attrs.evolve(options, background=attrs.evolve(options.background, image=kept))
    if options.watermark is not None and options.watermark.image is media:
        options = attrs.evolve(options, watermark=attrs.evolve(options.watermark, image=kept))
    return attrs.evolve(job, avatar=avatar, speech=speech, options=options, v2=v2)


def _changed(path: Path, how: str) -> FileChangedError:
    return FileChangedError(
        f"{path} {how}. Nothing was sent. Put the old file back and run the job again: it goes on."
        " Or ask for a job with what is there now, under another id if this one has one.",
        rule="must be what it was when the job was taken on",
        value=str(path),
    )


def _opened(path: Path) -> BinaryIO:
    """A file to read; never a pipe, which cannot be read twice, and which one may wait for."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # Of a folder the system says it well.
        raise OSError(errno.ESPIPE, "it is a pipe or a device, and is read more than once; save it")
    return path.open("rb")


def _glance(path: Path) -> tuple[int, int, bytes]:
    with _opened(path) as file:
        head = file.read(HEAD_BYTES)
        status = path.stat()
    return status.st_size, status.st_mtime_ns, head


def _hash_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _seconds(data: bytes) -> float | None:
    return seconds_of(io.BytesIO(data), len(data))


def _hash_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
