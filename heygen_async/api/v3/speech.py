"""What is spoken and how, in every request that makes a video.

Source: HeyGen v3 contract and behaviour notes section 11, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.rules import Between, Text, exactly_one
from heygen_async.api.values import Request, optional, tag
from heygen_async.errors import InvalidInputError
from heygen_async.models.check import NOTHING_TO_SAY, speakable
from heygen_async.models.open_word import OpenWord

__all__ = [
    "SCRIPT",
    "ElevenLabsEngineSettings",
    "ElevenLabsModel",
    "EngineSettings",
    "FishEngineSettings",
    "FishModel",
    "StarfishEngineSettings",
    "VoiceSettingsInput",
]

#: Characters of a script.
SCRIPT = Text(1, 5000)

_SHARE = Between(0, 1)


class ElevenLabsModel(OpenWord):
    """Models of the ElevenLabs engine."""

    MULTILINGUAL_V2 = "eleven_multilingual_v2"
    TURBO_V2_5 = "eleven_turbo_v2_5"
    FLASH_V2_5 = "eleven_flash_v2_5"
    V3 = "eleven_v3"


class FishModel(OpenWord):
    """Models of the Fish engine."""

    S1 = "s1"
    S2_PRO = "s2-pro"


@attrs.frozen(kw_only=True)
class ElevenLabsEngineSettings(Request):
    """For voices of ElevenLabs.

    Attributes:
        model: which model speaks.
        stability: 0 to 1, from lively to even.
        similarity_boost: 0 to 1, how close to the original voice.
        style: 0 to 1, how much of its manner.
        use_speaker_boost: more likeness, more time.
    """

    model: ElevenLabsModel | str | None = optional()
    stability: float | None = optional(_SHARE)
    similarity_boost: float | None = optional(_SHARE)
    style: float | None = optional(_SHARE)
    use_speaker_boost: bool | None = optional()
    engine_type: str = tag("elevenlabs")


@attrs.frozen(kw_only=True)
class FishEngineSettings(Request):
    """For voices of Fish.

    Attributes:
        model: which model speaks.
        stability: 0 to 1, from lively to even.
        similarity: 0 to 1, how close to the original voice.
    """

    model: FishModel | str | None = optional()
    stability: float | None = optional(_SHARE)
    similarity: float | None = optional(_SHARE)
    engine_type: str = tag("fish")


@attrs.frozen(kw_only=True)
class StarfishEngineSettings(Request):
    """For HeyGen's own Starfish voices, which have nothing to set."""

    engine_type: str = tag("starfish")


EngineSettings = ElevenLabsEngineSettings | FishEngineSettings | StarfishEngineSettings
"""The tunables of a voice's engine, a class for each."""


@attrs.frozen(kw_only=True)
class VoiceSettingsInput(Request):
    """How a script is spoken.

    Attributes:
        speed: 0.5 to 1.5 times the normal pace.
        pitch: -50 to 50.
        volume: 0 to 1.
        locale: such as ``en-GB``, for voices that support it.
        engine_settings: what only one engine knows.
    """

    speed: float | None = optional(Between(0.5, 1.5), served=1)
    pitch: float | None = optional(Between(-50, 50), served=0)
    volume: float | None = optional(Between(0, 1), served=1)
    locale: str | None = optional(Text(1))
    engine_settings: EngineSettings | None = optional()


def check_speech(
    request: object,
    *,
    script: str | None,
    audio_url: str | None,
    audio_asset_id: str | None,
    voice_id: str | None,
    own_voice: bool,
    needed: bool = True,
) -> None:
    """Check what is spoken: one source, and a voice for a script that has none of its own.

    Args:
        request: for its name in the error.
        script: text to speak.
        audio_url: recorded speech at an address.
        audio_asset_id: recorded speech that was uploaded.
        voice_id: who speaks the script.
        own_voice: whether what speaks may have a default voice, as avatars do.
        needed: whether anything must be spoken at all.

    Raises:
        InvalidInputError: none or several sources; a script without a word, or without a voice.
    """
    name = type(request).__name__
    sources = {"script": script, "audio_url": audio_url, "audio_asset_id": audio_asset_id}
    exactly_one(name, sources, least=1 if needed else 0)
    if script is not None and not speakable(script):
        raise InvalidInputError.of(f"{name}.script", NOTHING_TO_SAY, script)
    if script is not None and voice_id is None and not own_voice:
        raise InvalidInputError.of(
            f"{name}.voice_id", "must be given for a script: a picture has no voice", voice_id
        )
