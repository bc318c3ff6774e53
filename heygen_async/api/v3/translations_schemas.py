"""Translations on the wire.

Source: HeyGen v3 contract and behaviour notes sections 6, 7 and 15, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.rules import CALLBACK, ID, Between, Count, Each, Text
from heygen_async.api.v3.batches import BATCH_MOST
from heygen_async.api.v3.inputs import AssetInputUrlOrId
from heygen_async.api.v3.media import RUN_WORDS, FpsMode, JobRunStatus, QualityMode, check_span
from heygen_async.api.values import Request, Resource, optional, signed
from heygen_async.errors import InvalidInputError
from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import JobState

__all__ = [
    "CreateVideoTranslationBatchRequest",
    "CreateVideoTranslationRequest",
    "CreatedVideoTranslations",
    "SrtRole",
    "StockVoiceConfig",
    "TranslationLanguages",
    "VideoTranslationDetail",
]


class SrtRole(OpenWord):
    """Whether subtitles that are sent along are the original's or the translation's."""

    INPUT = "input"
    OUTPUT = "output"


@attrs.frozen(kw_only=True)
class StockVoiceConfig(Request):
    """Speak with HeyGen's voices instead of the speaker's own.

    Attributes:
        use_stock_voice: whether to.
        preferred_stock_voice_ids: which, the best first.
    """

    use_stock_voice: bool | None = optional(served=False)
    preferred_stock_voice_ids: Sequence[str] | None = optional(Each(ID))


@attrs.frozen(kw_only=True)
class CreateVideoTranslationRequest(Request):
    """A video and the languages it is to speak.

    Attributes:
        video: by address or asset, up to 32 MB by address.
        output_languages: at least one, as ``Translations.languages`` names them; each makes a
            translation of its own, charged by itself.
        mode: ``speed`` or ``precision``.
        title: for display.
        input_language: of the video; found by HeyGen without it.
        audio: speech to use instead of the video's.
        translate_audio_only: leave the lips as they are; cheaper.
        speaker_num: how many people speak.
        srt: subtitles to go by.
        srt_role: whose subtitles they are; needs ``srt``.
        start_time: seconds; where the part to work on begins.
        end_time: seconds; where it ends.
        enable_caption: caption files besides.
        enable_dynamic_duration: let the video become longer or shorter with the language.
        enable_speech_enhancement: clean the speech.
        enable_watermark: HeyGen's own.
        disable_music_track: leave out the video's music.
        keep_the_same_format: size and codec as in the source.
        fps_mode: how frames are timed.
        brand_glossary_id: how a brand's words are translated.
        brand_voice_id: how they are spoken.
        stock_voice_config: speak with HeyGen's voices.
        folder_id: where the results are put.
        callback_url: https address that is told when one settles; it is not signed.
        callback_id: comes back in that message.
    """

    video: AssetInputUrlOrId
    output_languages: Sequence[str] = attrs.field(validator=[Count(1), Each(Text(1))])
    mode: QualityMode | str | None = optional(served="speed")
    title: str | None = optional(Text(1))
    input_language: str | None = optional(Text(1))
    audio: AssetInputUrlOrId | None = optional()
    translate_audio_only: bool | None = optional(served=False)
    speaker_num: int | None = optional(Between(1))
    srt: AssetInputUrlOrId | None = optional()
    srt_role: SrtRole | str | None = optional()
    start_time: float | None = optional(Between(0))
    end_time: float | None = optional(Between(0))
    enable_caption: bool | None = optional(served=False)
    enable_dynamic_duration: bool | None = optional(served=True)
    enable_speech_enhancement: bool | None = optional(served=False)
    enable_watermark: bool | None = optional(served=False)
    disable_music_track: bool | None = optional(served=False)
    keep_the_same_format: bool | None = optional()
    fps_mode: FpsMode | str | None = optional()
    brand_glossary_id: str | None = optional(ID)
    brand_voice_id: str | None = optional(ID)
    stock_voice_config: StockVoiceConfig | None = optional()
    folder_id: str | None = optional(ID)
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))

    def _cohere(self) -> None:
        name = "CreateVideoTranslationRequest"
        check_span(name, self.start_time, self.end_time)
        if self.srt_role is not None and self.srt is None:
            raise InvalidInputError.of(f"{name}.srt_role", "needs srt", self.srt_role)


@attrs.frozen(kw_only=True)
class CreateVideoTranslationBatchRequest(Request):
    """Many translations in one request.

    Attributes:
        video_translations: at least one, and at most 100 results: a request with three languages
            counts three times.
        title: for the batch.
        callback_url: https address that is told once, when all have settled.
    """

    video_translations: Sequence[CreateVideoTranslationRequest] = attrs.field(
        validator=Count(1, BATCH_MOST)
    )
    title: str | None = optional(Text(1))
    callback_url: str | None = optional(CALLBACK)

    def _cohere(self) -> None:
        results = sum(len(one.output_languages) for one in self.video_translations)
        if results > BATCH_MOST:
            raise InvalidInputError.of(
                "CreateVideoTranslationBatchRequest.video_translations",
                f"must make at most {BATCH_MOST} results, one per language",
                results,
            )


@attrs.frozen
class CreatedVideoTranslations(Resource):
    """The ids of translations that were accepted, one per language."""

    video_translation_ids: tuple[str, ...]


@attrs.frozen
class VideoTranslationDetail(Resource):
    """A translation into one language; addresses are signed and end.

    Attributes:
        id: its id.
        status: how far it is.
        title: as given.
        input_language: of the source.
        output_language: of the result.
        translate_audio_only: as given.
        created_at: unix seconds.
        duration: seconds, of the result.
        video_url: the result, None until it is completed.
        audio_url: its speech.
        srt_caption_url: captions as SRT.
        vtt_caption_url: captions as WebVTT.
        callback_id: as given.
        failure_message: why it failed; may be None even then.
    """

    id: str
    status: JobRunStatus
    title: str | None = None
    input_language: str | None = None
    output_language: str | None = None
    translate_audio_only: bool | None = None
    created_at: int | None = None
    duration: float | None = None
    video_url: str | None = signed()
    audio_url: str | None = signed()
    srt_caption_url: str | None = signed()
    vtt_caption_url: str | None = signed()
    callback_id: str | None = None
    failure_message: str | None = None

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure."""
        return RUN_WORDS.read(self.status, reason=self.failure_message)


@attrs.frozen
class TranslationLanguages(Resource):
    """The languages HeyGen translates into, as requests name them."""

    languages: tuple[str, ...]
