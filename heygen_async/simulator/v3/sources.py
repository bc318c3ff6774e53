"""The video that a job works on: how long it is, what it shows, and which part of it is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.simulator.media import RenderRequest, audio_seconds
from heygen_async.simulator.v3 import inputs
from heygen_async.simulator.v3.footage import footage_seconds
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.links import FILES, ExpiredLinkError
from heygen_async.simulator.world.world import World

BELIEVED = 10.0
"""Seconds that a video or recording at a foreign address is believed to last."""


@attrs.frozen(kw_only=True)
class Source:
    """A video as far as it could be looked at.

    Attributes:
        seconds: how long it is.
        picture: what it shows.
        known: whether its length was read from it; else it is only believed.
    """

    seconds: float
    picture: Picture
    known: bool


@attrs.frozen(kw_only=True)
class Recording:
    """A recording, and how long it is; without bytes if it lies at a foreign address."""

    seconds: float
    blob: Blob | None


def video(world: World, account: Account, given: Mapping[str, Any]) -> Source:
    """The video of a request's field `video`.

    One that we would render ourselves is not rendered for it: what it was to be is known.

    Raises:
        RefusedError: it cannot be had, or is none.
    """
    own = _recipe(world, given)
    if own is not None:
        return Source(seconds=own.seconds, picture=Picture(blob=Blob.of(own.image)), known=True)
    file = inputs.resolve(world, account, given, "video", "video")
    if file.blob is None:
        return Source(seconds=BELIEVED, picture=Picture(prompt=file.source), known=False)
    try:
        seconds = footage_seconds(file.blob.read())
    except ValueError as error:
        raise invalid(f"video cannot be played: {error}", "video") from error
    return Source(seconds=seconds, picture=Picture(blob=file.blob), known=True)


def recording(world: World, account: Account, given: Mapping[str, Any]) -> Recording:
    """The recording of a request's field `audio`.

    Raises:
        RefusedError: it cannot be had, or is none.
    """
    file = inputs.resolve(world, account, given, "audio", "audio")
    if file.blob is None:
        return Recording(seconds=BELIEVED, blob=None)
    try:
        return Recording(seconds=audio_seconds(file.blob.read()), blob=file.blob)
    except ValueError as error:
        raise invalid(f"audio cannot be played: {error}", "audio") from error


def part(source: Source, body: Mapping[str, Any]) -> float:
    """Seconds of the part between `start_time` and `end_time`; the whole video without them.

    Raises:
        RefusedError: that is no part of the video.
    """
    start, end = body.get("start_time") or 0.0, body.get("end_time")
    if start < 0:
        raise invalid("start_time must not be negative", "start_time")
    if end is not None and end <= start:
        raise invalid("end_time must be greater than start_time", "end_time")
    if source.known:
        for name, moment in (("start_time", start), ("end_time", end)):
            if moment is not None and moment > source.seconds:
                message = f"{name} lies behind the end of the video at {source.seconds:.3f} s"
                raise invalid(message, name)
    elif end is None:
        end = start + source.seconds
    length = float((source.seconds if end is None else end) - start)
    if length <= 0:
        raise invalid("start_time leaves nothing of the video", "start_time")
    return length


def _recipe(world: World, given: Mapping[str, Any]) -> RenderRequest | None:
    try:
        own = world.links.opened(given["url"], world.now()) if given["type"] == "url" else None
    except ExpiredLinkError:
        return None  # `inputs` says why.
    file = None if own is None else world.files.get(own.removeprefix(FILES))
    if file is None or not file.mime.startswith("video/"):
        return None
    made = file.make()
    return made if isinstance(made, RenderRequest) else None
