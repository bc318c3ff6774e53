"""Translations: a video that speaks other languages; its proofreads beside it."""

from __future__ import annotations

from heygen_async.api.calls import deletes, reads, renders, replaces
from heygen_async.api.family import Concurrency, request_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import page_size
from heygen_async.api.v3 import proofreads
from heygen_async.api.v3.batch_family import BatchFamily
from heygen_async.api.v3.batches import CreateBatchResponse, DeletedResource
from heygen_async.api.v3.media import UpdateTitleRequest
from heygen_async.api.v3.proofreads import Proofreads
from heygen_async.api.v3.translations_schemas import (
    CreatedVideoTranslations,
    CreateVideoTranslationBatchRequest,
    CreateVideoTranslationRequest,
    TranslationLanguages,
    VideoTranslationDetail,
)
from heygen_async.api.watch import BulkLook
from heygen_async.models.state import JobState
from heygen_async.transport.endpoint import Replay

__all__ = ["Translations"]

_PATH = "/v3/video-translations"
_ONE = _PATH + "/{video_translation_id}"

CREATE_TRANSLATION = renders(_PATH, "createVideoTranslation", Replay.KEYED)
LIST_TRANSLATIONS = reads(_PATH, "listVideoTranslations")
GET_TRANSLATION = reads(_ONE, "getVideoTranslation")
UPDATE_TRANSLATION = replaces("PATCH", _ONE, "updateVideoTranslation")
DELETE_TRANSLATION = deletes(_ONE, "deleteVideoTranslation")
LIST_LANGUAGES = reads(_PATH + "/languages", "listVideoTranslationLanguages")
BULK_STATUSES = reads(_PATH + "/statuses", "bulkVideoTranslationStatuses")
CREATE_BATCH = renders(_PATH + "/batches", "createVideoTranslationBatch", Replay.KEYED)
GET_BATCH = reads(_PATH + "/batches/{batch_id}", "getVideoTranslationBatch")

ENDPOINTS = (
    CREATE_TRANSLATION,
    LIST_TRANSLATIONS,
    GET_TRANSLATION,
    UPDATE_TRANSLATION,
    DELETE_TRANSLATION,
    LIST_LANGUAGES,
    BULK_STATUSES,
    CREATE_BATCH,
    GET_BATCH,
    *proofreads.ENDPOINTS,
)

#: Seconds a translation usually takes [behaviour notes 13, read 2026-11-20].
TRANSLATING = 600.0


class Translations(BatchFamily):
    """Translations, batches of them, and proofreads."""

    _kind = "translation"
    _bulk = (BULK_STATUSES, "video_translation_ids")
    _batch = GET_BATCH

    @property
    def proofreads(self) -> Proofreads:
        """Translations whose text is checked before the video is made."""
        return Proofreads(self._transport, self._watch)

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """See ``Family``."""
        return {**super().kinds, **self.proofreads.kinds}

    async def create(
        self,
        request: CreateVideoTranslationRequest,
        *,
        idempotency_key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> CreatedVideoTranslations:
        """Begin translations, one per language, and return their ids.

        Charged by the second and language; a failed one is not.

        Args:
            request: the video and the languages.
            idempotency_key: to repeat the call within 24 hours without being charged twice; one
                is made if none is given. Never use one for two different requests.
            concurrency: what to do when the account runs as many jobs as it may: ``wait`` as long
                as the server says, or ``raise``.

        Raises:
            InvalidRequestError: among others, the server could not fetch the video.
            InsufficientCreditError: the balance is below the price.
            UncertainError: the answer was lost; call again with the error's ``key``.
        """
        request_of(CreateVideoTranslationRequest, request, "request")
        return await self._call(
            CreatedVideoTranslations,
            CREATE_TRANSLATION,
            body=request,
            key=idempotency_key,
            concurrency=concurrency,
        )

    async def wait(
        self,
        video_translation_id: str,
        *,
        timeout: float | None = 3600.0,
        expected: float | None = TRANSLATING,
    ) -> VideoTranslationDetail:
        """The translation, once it is finished; 5 to 15 minutes are usual.

        Raises:
            JobFailedError: with ``reason``, which is None at times.
            NotFoundError: it does not exist any more.
            DeadlineError: not finished in time; wait again with its id.
        """
        return await self._settled(
            "translation",
            video_translation_id,
            self.get,
            _state,
            timeout=timeout,
            expected=expected,
        )

    async def get(self, video_translation_id: str) -> VideoTranslationDetail:
        """One translation, with fresh addresses of its files."""
        ids = {"video_translation_id": video_translation_id}
        return await self._call(VideoTranslationDetail, GET_TRANSLATION, ids=ids)

    def list(
        self, *, limit: int | None = None, token: str | None = None
    ) -> Pages[VideoTranslationDetail]:
        """Translations; ``limit`` is items a page, 1 to 100, 10 by default."""
        query = {"limit": page_size(limit, 100)}
        return self._list(VideoTranslationDetail, LIST_TRANSLATIONS, query=query, token=token)

    async def rename(self, video_translation_id: str, title: str) -> VideoTranslationDetail:
        """Give a translation another title and return it."""
        ids = {"video_translation_id": video_translation_id}
        body = UpdateTitleRequest(title)
        return await self._call(VideoTranslationDetail, UPDATE_TRANSLATION, ids=ids, body=body)

    async def delete(self, video_translation_id: str) -> DeletedResource:
        """Delete a translation."""
        ids = {"video_translation_id": video_translation_id}
        return await self._call(DeletedResource, DELETE_TRANSLATION, ids=ids)

    async def languages(self) -> tuple[str, ...]:
        """The languages HeyGen translates into, as requests name them."""
        return (await self._call(TranslationLanguages, LIST_LANGUAGES)).languages

    async def create_batch(
        self,
        request: CreateVideoTranslationBatchRequest,
        *,
        idempotency_key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> CreateBatchResponse:
        """Begin many translations; the same key gives the same batch. See ``create``."""
        request_of(CreateVideoTranslationBatchRequest, request, "request")
        return await self._call(
            CreateBatchResponse,
            CREATE_BATCH,
            body=request,
            key=idempotency_key,
            concurrency=concurrency,
        )


def _state(translation: VideoTranslationDetail) -> JobState:
    return translation.state
