"""What is spoken and how, in every request that makes a video.

Source: HeyGen v3 contract and behaviour notes section 11, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.rules import ID, URL, Between, Text, exactly_one
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
    "Spoken",
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


@attrs.frozen(kw_only=True)
class Spoken(Request):
    """What is said and by whom, as a part of other requests.

    Attributes:
        script: what is spoken, 1 to 5000 characters; or one of the two audio fields.
        audio_url: recorded speech at a public address, WAV or MP3 of at most 600 seconds.
        audio_asset_id: recorded speech that was uploaded.
        voice_id: who speaks the script.
        voice_settings: how it is spoken.
    """

    script: str | None = optional(SCRIPT)
    audio_url: str | None = optional(URL)
    audio_asset_id: str | None = optional(ID)
    voice_id: str | None = optional(ID)
    voice_settings: VoiceSettingsInput | None = optional()

    def _check_speech(self, *, own_voice: bool, needed: bool = True) -> None:
        """One source, and a voice for a script that has none of its own.

        Args:
            own_voice: whether what speaks may have a default voice, as avatars do.
            needed: whether anything must be spoken at all.

        Raises:
            InvalidInputError: none or several sources; a script without a word, or without a voice.
        """
        name, script = type(self).__name__, self.script
        sources = {
            "script": script,
            "audio_url": self.audio_url,
            "audio_asset_id": self.audio_asset_id,
        }
        exactly_one(name, sources, least=1 if needed else 0)
        if script is not None and not speakable(script):
            raise InvalidInputError.of(f"{name}.script", NOTHING_TO_SAY, script)
        if script is not None and self.voice_id is None and not own_voice:
            raise InvalidInputError.of(
                f"{name}.voice_id", "must be given for a script: a picture has no voice", None
            )
