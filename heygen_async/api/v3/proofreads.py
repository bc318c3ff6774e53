"""Proofreads: a translation whose text is checked before its video is made.

A proofread is created like a translation and stops at its subtitles: download them, correct
them, upload them, and generate the video from them.

Source: HeyGen v3 contract and behaviour notes section 6, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.calls import reads, renders, replaces
from heygen_async.api.family import Concurrency, Family, request_of
from heygen_async.api.looking import looking, state_of
from heygen_async.api.rules import CALLBACK, ID, Between, Count, Each, Text
from heygen_async.api.v3.inputs import AssetInputUrlOrId
from heygen_async.api.v3.media import QualityMode
from heygen_async.api.values import Request, Resource, optional, shown, signed
from heygen_async.api.watch import BulkLook
from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import JobState, Progress, Words
from heygen_async.transport.endpoint import Replay

__all__ = [
    "CreateProofreadRequest",
    "CreatedProofreads",
    "GenerateFromProofreadRequest",
    "GeneratedFromProofread",
    "ProofreadDetail",
    "ProofreadSrt",
    "ProofreadStatus",
    "Proofreads",
    "UpdateProofreadSrtRequest",
]


class ProofreadStatus(OpenWord):
    """How far a proofread is."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@attrs.frozen(kw_only=True)
class CreateProofreadRequest(Request):
    """A video and the languages whose text is to be checked.

    Attributes:
        video: by address or asset.
        output_languages: one or more; each makes a proofread of its own.
        title: for display.
        mode: ``speed`` or ``precision``.
        speaker_num: how many people speak.
        srt: subtitles of the original to go by.
        brand_glossary_id: how a brand's words are translated.
        brand_voice_id: how they are spoken.
        disable_music_track: leave out the video's music.
        enable_speech_enhancement: clean the speech.
        enable_video_stretching: let the video become longer or shorter with the language.
        keep_the_same_format: size and codec as in the source.
        folder_id: where the results are put.
    """

    video: AssetInputUrlOrId
    output_languages: Sequence[str] = attrs.field(validator=[Count(1), Each(Text(1))])
    title: str = attrs.field(validator=Text(1))
    mode: QualityMode | str | None = optional(served="speed")
    speaker_num: int | None = optional(Between(1))
    srt: AssetInputUrlOrId | None = optional()
    brand_glossary_id: str | None = optional(ID)
    brand_voice_id: str | None = optional(ID)
    disable_music_track: bool | None = optional(served=False)
    enable_speech_enhancement: bool | None = optional(served=False)
    enable_video_stretching: bool | None = optional(served=False)
    keep_the_same_format: bool | None = optional(served=False)
    folder_id: str | None = optional(ID)


@attrs.frozen
class UpdateProofreadSrtRequest(Request):
    """Corrected subtitles.

    Attributes:
        srt: by address or asset.
    """

    srt: AssetInputUrlOrId


@attrs.frozen(kw_only=True)
class GenerateFromProofreadRequest(Request):
    """The video from checked subtitles.

    Attributes:
        captions: caption files besides.
        translate_audio_only: leave the lips as they are; cheaper.
        callback_url: https address that is told when it settles; it is not signed.
        callback_id: comes back in that message.
    """

    captions: bool | None = optional(served=False)
    translate_audio_only: bool | None = optional(served=False)
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))


@attrs.frozen
class CreatedProofreads(Resource):
    """Proofreads that were accepted.

    Attributes:
        proofread_ids: one per language.
        status: normally ``processing``.
    """

    proofread_ids: tuple[str, ...]
    status: ProofreadStatus


@attrs.frozen
class ProofreadDetail(Resource):
    """A proofread of one language.

    Attributes:
        id: its id.
        status: how far it is; its subtitles are there when it is completed.
        title: as given.
        input_language: of the source.
        output_language: of the text to be checked.
        submitted_for_review: whether somebody was asked to check it in HeyGen's app.
        created_at: unix seconds.
        failure_message: why it failed; may be None even then.
    """

    id: str
    status: ProofreadStatus
    title: str | None = None
    input_language: str | None = None
    output_language: str | None = None
    submitted_for_review: bool | None = None
    created_at: int | None = None
    failure_message: str | None = None

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure."""
        return _WORDS.read(self.status, reason=self.failure_message)


@attrs.frozen
class ProofreadSrt(Resource):
    """Where the subtitles are; addresses are signed and end.

    Attributes:
        srt_url: the translation.
        original_srt_url: the original.
    """

    srt_url: str = attrs.field(repr=shown)
    original_srt_url: str | None = signed()


@attrs.frozen
class GeneratedFromProofread(Resource):
    """A video that was accepted.

    Attributes:
        video_translation_id: to wait for with ``heygen.translations.wait``.
        status: of the proofread.
    """

    video_translation_id: str
    status: ProofreadStatus


_WORDS = Words.of({"completed": Progress.DONE, "failed": Progress.FAILED})

_PATH = "/v3/video-translations/proofreads"

CREATE_PROOFREAD = renders(_PATH, "createProofread", Replay.KEYED)
GET_PROOFREAD = reads(_PATH + "/{proofread_id}", "getProofread")
GENERATE = renders(_PATH + "/{proofread_id}/generate", "generateFromProofread", Replay.KEYED)
GET_SRT = reads(_PATH + "/{proofread_id}/srt", "downloadProofreadSrt")
PUT_SRT = replaces("PUT", _PATH + "/{proofread_id}/srt", "uploadProofreadSrt")

ENDPOINTS = (CREATE_PROOFREAD, GET_PROOFREAD, GENERATE, GET_SRT, PUT_SRT)


class Proofreads(Family):
    """Proofreads; ``heygen.translations.proofreads``."""

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """See ``Family``."""
        return {"proofread": self.look}

    async def create(
        self,
        request: CreateProofreadRequest,
        *,
        idempotency_key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> CreatedProofreads:
        """Begin proofreads, one per language, and return their ids.

        Charged by the second of video; a failed one is not.

        Args:
            request: the video and the languages.
            idempotency_key: to repeat the call within 24 hours without being charged twice; one
                is made if none is given. Never use one for two different requests.
            concurrency: what to do when the account runs as many jobs as it may: ``wait`` as long
                as the server says, or ``raise``.

        Raises:
            UncertainError: the answer was lost; call again with the error's ``key``.
        """
        request_of(CreateProofreadRequest, request, "request")
        return await self._call(
            CreatedProofreads,
            CREATE_PROOFREAD,
            body=request,
            key=idempotency_key,
            concurrency=concurrency,
        )

    async def wait(self, proofread_id: str, *, timeout: float | None = 3600.0) -> ProofreadDetail:
        """The proofread, once its subtitles are there.

        Raises:
            JobFailedError: with ``reason``, which is None at times.
            NotFoundError: it does not exist any more.
            DeadlineError: not finished in time; wait again with its id.
        """
        return await self._settled("proofread", proofread_id, self.get, state_of, timeout=timeout)

    async def look(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of proofreads, one request each."""
        return await looking(self.get)(ids)

    async def get(self, proofread_id: str) -> ProofreadDetail:
        """One proofread."""
        return await self._call(ProofreadDetail, GET_PROOFREAD, ids={"proofread_id": proofread_id})

    async def srt(self, proofread_id: str) -> ProofreadSrt:
        """Fresh addresses of its subtitles.

        Raises:
            NotReadyError: it is still processing.
        """
        return await self._call(ProofreadSrt, GET_SRT, ids={"proofread_id": proofread_id})

    async def update_srt(self, proofread_id: str, srt: AssetInputUrlOrId) -> ProofreadDetail:
        """Replace its subtitles with corrected ones."""
        return await self._call(
            ProofreadDetail,
            PUT_SRT,
            ids={"proofread_id": proofread_id},
            body=UpdateProofreadSrtRequest(srt),
        )

    async def generate(
        self,
        proofread_id: str,
        request: GenerateFromProofreadRequest | None = None,
        *,
        idempotency_key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> GeneratedFromProofread:
        """Begin to make the video from the checked subtitles; charged like a translation.

        Raises:
            NotReadyError: the proofread is still processing.
            UncertainError: the answer was lost; call again with the error's ``key``.
        """
        asked = GenerateFromProofreadRequest() if request is None else request
        request_of(GenerateFromProofreadRequest, asked, "request")
        return await self._call(
            GeneratedFromProofread,
            GENERATE,
            ids={"proofread_id": proofread_id},
            body=asked,
            key=idempotency_key,
            concurrency=concurrency,
        )
