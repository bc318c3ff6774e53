"""What is said in a video: a script in some voice, or a recording. Exactly one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.simulator.media import audio_seconds, speakable, speech_seconds
from heygen_async.simulator.v3 import inputs, voices
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.world import World

LONGEST_AUDIO = 600.0
"""Seconds of driving audio (behaviour notes §11, 2026-10)."""

_SOURCES = ("script", "audio_url", "audio_asset_id")

# How long a recording at a foreign address is believed to be, in seconds.
_BELIEVED = 10.0


@attrs.frozen(kw_only=True)
class Said:
    """A script with speed and pitch, or a recording, how long it takes, and how loud it is."""

    seconds: float
    text: str | None = None
    speed: float = 1.0
    pitch: float | None = None
    audio: Blob | None = None
    volume: float = 1.0


def spoken(
    world: World, account: Account, body: Mapping[str, Any], default_voice: str | None = None
) -> Said:
    """What `body` wants said.

    Args:
        world: where voices live.
        account: whose assets and voices may be named.
        body: anything with script, audio_url, audio_asset_id, voice_id and voice_settings.
        default_voice: the look's own voice, used when none is named.

    Raises:
        RefusedError: none or several of script and audio, a voice or recording that cannot be used.
    """
    given = [it for it in _SOURCES if body.get(it) is not None]
    if not given:
        raise invalid("one of script, audio_url and audio_asset_id is required", "script")
    if len(given) > 1:
        raise invalid(f"{given[0]} and {given[1]} cannot both be set", given[0])
    if given == ["script"]:
        return _script(world, account, body, default_voice)
    return _recording(world, account, given[0], body[given[0]])


def _script(
    world: World, account: Account, body: Mapping[str, Any], default_voice: str | None
) -> Said:
    voice_id = body.get("voice_id") or default_voice
    if voice_id is None:
        raise invalid("voice_id is required, the avatar has no default voice", "voice_id")
    voice = voices.ready(world, account, voice_id, "voice_id")
    text = body["script"]
    if not speakable(text):
        raise RefusedError("tts_text_invalid", "There is nothing to speak in script", "script")
    settings = body.get("voice_settings") or {}
    speed = settings.get("speed", 1.0)
    pitch = voice.pitch * (1 + settings.get("pitch", 0.0) / 100)
    return Said(
        seconds=speech_seconds(text, speed),
        text=text,
        speed=speed,
        pitch=pitch,
        volume=settings.get("volume", 1.0),
    )


def _recording(world: World, account: Account, source: str, value: str) -> Said:
    if source == "audio_url":
        file = inputs.of_url(world, value, source, "audio")
    else:
        file = inputs.of_asset(world, account, value, source)
    if not file.mime.startswith("audio/"):
        raise invalid(f"{source} must be audio, but the file is {file.mime}", source)
    if file.blob is None:
        return Said(seconds=_BELIEVED)
    try:
        seconds = audio_seconds(file.blob.read())
    except ValueError as error:
        raise invalid(f"{source} cannot be played: {error}", source) from error
    if seconds > LONGEST_AUDIO:
        message = f"{source} lasts {seconds:.0f} s, at most {LONGEST_AUDIO:.0f} are allowed"
        raise invalid(message, source)
    return Said(seconds=seconds, audio=file.blob)
