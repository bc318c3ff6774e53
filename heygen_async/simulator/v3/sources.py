"""The video that a job works on: how long it is, what it shows, and which part of it is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.simulator.media import audio_seconds
from heygen_async.simulator.v3 import inputs
from heygen_async.simulator.v3.footage import footage_seconds
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.blobs import Blob
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

    Raises:
        RefusedError: it cannot be had, or is none.
    """
    file = inputs.resolve(world, account, given, "video", "video")
    seconds = length_of(file, "video")
    known = seconds is not None
    return Source(seconds=seconds or BELIEVED, picture=picture_of(file), known=known)


def length_of(file: inputs.Given, param: str) -> float | None:
    """Seconds that a video lasts; None for one at a foreign address.

    Raises:
        RefusedError: it cannot be played.
    """
    if file.recipe is not None:
        return file.recipe.seconds
    if file.blob is None:
        return None
    try:
        return footage_seconds(file.blob.read())
    except ValueError as error:
        raise invalid(f"{param} is not a usable video: {error}", param) from error


def picture_of(given: inputs.Given) -> Picture:
    """What a file shows; a portrait in its place if we have no bytes of it."""
    blob = given.blob if given.recipe is None else Blob.of(given.recipe.image)
    return Picture(blob=blob, prompt=given.source)


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
