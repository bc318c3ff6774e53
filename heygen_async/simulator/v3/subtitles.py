"""Subtitle files: read from callers, written for them, turned from SubRip into WebVTT."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from heygen_async.simulator.media import srt
from heygen_async.simulator.v3 import inputs
from heygen_async.simulator.v3.sources import BELIEVED
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.world import World

MIME = "application/x-subrip"

_WORDS_PER_SECOND = 2.5
_STAMP = re.compile(r"(\d{2}:\d{2}:\d{2}),(\d{3})")
_NUMBER = re.compile(r"\d+\s*")


def given(world: World, account: Account, asked: Mapping[str, Any]) -> str:
    """The subtitles of a request's field `srt`.

    What lies at a foreign address is not fetched: subtitles that name it stand for it.

    Raises:
        RefusedError: they cannot be had, or are no SubRip file.
    """
    if asked["type"] == "asset_id":
        file = inputs.of_asset(world, account, asked["asset_id"], "srt.asset_id")
    else:
        file = inputs.of_url(world, asked["url"], "srt.url", "text", "application")
    if file.blob is None:
        if file.mime.partition("/")[0] in {"audio", "image", "video"}:
            raise invalid(f"srt must be subtitles, but the file is {file.mime}", "srt")
        return srt(f"Subtitles from {file.source}", BELIEVED)
    if file.mime != MIME:
        raise invalid(f"srt must be subtitles, but the file is {file.mime}", "srt")
    try:
        return file.blob.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise invalid("srt is not UTF-8", "srt") from error


def invented(sentence: str, seconds: float) -> str:
    """Words for a speaker who says one sentence again and again for so long."""
    words = sentence.split()
    times = max(1, round(seconds * _WORDS_PER_SECOND / len(words)))
    return " ".join([sentence] * times)


def written(sentence: str, seconds: float) -> str:
    """Subtitles for such a speaker."""
    return srt(invented(sentence, seconds), seconds)


def spoken(subtitles: str) -> str:
    """What a SubRip file's cues say, one after the other."""
    lines = (line.strip() for line in subtitles.splitlines())
    return " ".join(it for it in lines if it and "-->" not in it and not _NUMBER.fullmatch(it))


def webvtt(subtitles: str) -> str:
    """The same cues as a WebVTT file."""
    return "WEBVTT\n\n" + _STAMP.sub(r"\1.\2", subtitles)
