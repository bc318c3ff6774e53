"""Voices on the wire.

Source: HeyGen v3 contract and behaviour notes sections 6 and 11, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.rules import ID, Between, Text
from heygen_async.api.v3.inputs import AssetInput
from heygen_async.api.values import Request, Resource, optional, shown, signed
from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import JobState, Progress, Words

__all__ = [
    "CloneVoiceRequest",
    "CreateSpeechRequest",
    "CreatedVoiceClone",
    "DeletedVoice",
    "DesignVoiceRequest",
    "DesignedVoices",
    "Speech",
    "SpeechInputType",
    "VoiceCloneStatus",
    "VoiceDetail",
    "VoiceItem",
    "VoiceType",
    "WordTimestamp",
]


class VoiceType(OpenWord):
    """Whose voices."""

    PUBLIC = "public"
    PRIVATE = "private"


class VoiceCloneStatus(OpenWord):
    """How far a clone is; its last word is ``complete``, not ``completed``."""

    PROCESSING = "processing"
    COMPLETE = "complete"
    FAILED = "failed"


class SpeechInputType(OpenWord):
    """What the text of a speech is written in."""

    TEXT = "text"
    SSML = "ssml"


# --- requests ------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class CloneVoiceRequest(Request):
    """A voice after a recording.

    Attributes:
        audio: the recording, one speaker.
        voice_name: 1 to 100 characters.
        language: that is spoken in it.
        remove_background_noise: clean the recording first.
    """

    audio: AssetInput
    voice_name: str = attrs.field(validator=Text(1, 100))
    language: str | None = optional(Text(1))
    remove_background_noise: bool | None = optional(served=True)


@attrs.frozen(kw_only=True)
class DesignVoiceRequest(Request):
    """A voice after a description.

    Attributes:
        prompt: how it sounds.
        gender: of the voice.
        locale: such as ``en-GB``.
        seed: 0 or more; the same description gives other voices under another seed.
    """

    prompt: str = attrs.field(validator=Text(1))
    gender: str | None = optional(Text(1))
    locale: str | None = optional(Text(1))
    seed: int | None = optional(Between(0), served=0)


@attrs.frozen(kw_only=True)
class CreateSpeechRequest(Request):
    """A text to be spoken.

    Attributes:
        text: 1 to 5000 characters.
        voice_id: a Starfish voice.
        input_type: ``text`` or ``ssml``.
        speed: 0.5 to 2 times the normal pace.
        language: of the text.
        locale: such as ``en-GB``.
    """

    text: str = attrs.field(validator=Text(1, 5000))
    voice_id: str = attrs.field(validator=ID)
    input_type: SpeechInputType | str | None = optional(served="text")
    speed: float | None = optional(Between(0.5, 2), served=1)
    language: str | None = optional(Text(1))
    locale: str | None = optional(Text(1))


# --- answers -------------------------------------------------------------------------------------


@attrs.frozen
class VoiceItem(Resource):
    """A voice in a list.

    Attributes:
        voice_id: its id.
        name: for display.
        language: that it speaks.
        gender: of the voice.
        type: whose it is.
        support_pause: whether pauses can be written into its scripts.
        support_locale: whether it speaks with the accent of a locale.
        preview_audio_url: a sample.
    """

    voice_id: str
    name: str
    language: str
    gender: str
    type: VoiceType
    support_pause: bool
    support_locale: bool
    preview_audio_url: str | None = signed()


@attrs.frozen
class VoiceDetail(Resource):
    """A voice by its id.

    Attributes:
        voice_id: its id.
        support_pause: whether pauses can be written into its scripts.
        support_interactive_avatar: whether live avatars can use it.
        name: for display.
        language: that it speaks.
        gender: of the voice.
        status: of a clone; None on other voices, which are ready.
        failure_message: why a clone failed.
        preview_audio_url: a sample.
        created_at: unix seconds.
    """

    voice_id: str
    support_pause: bool
    support_interactive_avatar: bool = False
    name: str | None = None
    language: str | None = None
    gender: str | None = None
    status: VoiceCloneStatus | None = None
    failure_message: str | None = None
    preview_audio_url: str | None = signed()
    created_at: int | None = None

    @property
    def state(self) -> JobState:
        """What the status means; ``processing`` and ``pending`` both mean to wait."""
        if self.status is None:
            return JobState(Progress.DONE)
        return _WORDS.read(self.status, reason=self.failure_message)


@attrs.frozen
class CreatedVoiceClone(Resource):
    """The id of a voice that is being cloned; the ``voice_id`` of other calls."""

    voice_clone_id: str


@attrs.frozen
class DesignedVoices(Resource):
    """New voices, at most three.

    Attributes:
        voices: to choose from.
        seed: under which they were made.
    """

    voices: tuple[VoiceItem, ...]
    seed: int


@attrs.frozen
class WordTimestamp(Resource):
    """When a word is spoken: from ``start`` to ``end``, seconds from the beginning."""

    word: str
    start: float
    end: float


@attrs.frozen
class Speech(Resource):
    """A text that was spoken.

    Attributes:
        audio_url: the file; signed, it ends.
        duration: seconds.
        request_id: HeyGen's name for the work.
        word_timestamps: when each word is spoken, where the engine tells.
    """

    audio_url: str = attrs.field(repr=shown)
    duration: float
    request_id: str | None = None
    word_timestamps: tuple[WordTimestamp, ...] | None = None


@attrs.frozen
class DeletedVoice(Resource):
    """The id of the voice that was deleted."""

    voice_id: str


_WORDS = Words.of(
    {"complete": Progress.DONE, "completed": Progress.DONE, "failed": Progress.FAILED}
)
