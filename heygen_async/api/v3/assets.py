"""Assets: upload files, look them up, search HeyGen's pictures and icons."""

from __future__ import annotations

from heygen_async.api.calls import deletes, posts, reads
from heygen_async.api.family import request_of, variants
from heygen_async.api.paging import Pages
from heygen_async.api.rules import page_size, text, word
from heygen_async.api.v3.assets_schemas import (
    AssetDetail,
    AssetSearchItem,
    AssetSearchScope,
    AssetSearchType,
    AssetUploadBatch,
    AssetUploadSlot,
    CompleteAssetBatchRequest,
    CompleteAssetUploadRequest,
    CompletedAsset,
    CreateAssetUploadBatchRequest,
    CreateAssetUploadRequest,
    UploadedAsset,
)
from heygen_async.api.v3.batch_family import BatchFamily
from heygen_async.api.v3.batches import CreateBatchResponse, DeletedResource
from heygen_async.errors import InvalidInputError, TransferError
from heygen_async.models.state import JobState, Progress
from heygen_async.transport.endpoint import Replay, Scope
from heygen_async.transport.source import Bytes, Source
from heygen_async.transport.upload import EXPIRED, LARGEST_FORM, multipart, open_source, put

__all__ = ["Assets"]

UPLOAD_ASSET = posts("/v3/assets", "uploadAsset", Replay.KEYED, Scope.UPLOAD)
LIST_ASSETS = reads("/v3/assets", "listAssets")
GET_ASSET = reads("/v3/assets/{asset_id}", "getAsset")
DELETE_ASSET = deletes("/v3/assets/{asset_id}", "deleteAsset")
SEARCH_ASSETS = reads("/v3/assets/search", "searchAssets")
BULK_STATUSES = reads("/v3/assets/statuses", "bulkAssetStatuses")
CREATE_UPLOAD = posts("/v3/assets/direct-uploads", "createAssetUpload", Replay.KEYED, Scope.UPLOAD)
CREATE_UPLOAD_BATCH = posts(
    "/v3/assets/direct-uploads/batches", "createAssetUploadBatch", Replay.KEYED, Scope.UPLOAD
)
# Completing twice is completing once [behaviour notes 4 and 8, read 2026-11-20].
COMPLETE_UPLOAD = posts(
    "/v3/assets/{asset_id}/complete", "completeAssetUpload", Replay.SAFE, Scope.UPLOAD
)
COMPLETE_BATCH = posts(
    "/v3/assets/complete/batches", "completeAssetBatch", Replay.SAFE, Scope.UPLOAD
)
GET_BATCH = reads("/v3/assets/batches/{batch_id}", "getAssetBatch")

ENDPOINTS = (
    UPLOAD_ASSET,
    LIST_ASSETS,
    GET_ASSET,
    DELETE_ASSET,
    SEARCH_ASSETS,
    BULK_STATUSES,
    CREATE_UPLOAD,
    CREATE_UPLOAD_BATCH,
    COMPLETE_UPLOAD,
    COMPLETE_BATCH,
    GET_BATCH,
)


class Assets(BatchFamily):
    """Files that other calls refer to by ``asset_id``."""

    _kind = "asset"
    _bulk = (BULK_STATUSES, "asset_ids")
    _batch = GET_BATCH

    async def upload(
        self,
        source: Bytes,
        *,
        filename: str | None = None,
        idempotency_key: str | None = None,
        direct: bool | None = None,
    ) -> UploadedAsset:
        """Upload a file and return the asset it became.

        Free. The type is read from the bytes, whatever the file is called, and a file HeyGen does
        not take is refused before anything is sent. Files up to 32 MB go in one call and are
        usable at once. Larger ones are put to HeyGen's storage; the answer is a
        ``CompletedAsset`` then, whose ``status`` may still be ``processing``: ``wait`` for it.

        Args:
            source: a path, bytes, a binary file (read from where it stands, and left open), or an
                async iterator of bytes.
            filename: for display; None takes the file's own.
            idempotency_key: to repeat the call within 24 hours and get the same asset; one is
                made if none is given. Never use one for two different files.
            direct: True puts small files to storage too, False sends large ones in one call.

        Raises:
            InvalidInputError: the file cannot be read.
            UnknownFileTypeError: it is empty, or of a type HeyGen does not take.
            TransferError: the upload broke off more often than it was retried.
            UncertainError: the answer was lost; call again with the error's ``key``.
        """
        async with open_source(self._transport, source, name=filename) as opened:
            mime = opened.content().mime
            if direct or (direct is None and opened.size > LARGEST_FORM):
                return await self._upload_direct(opened, mime, idempotency_key)
            form = multipart(self._transport, opened, mime=mime)
            return await self._call(UploadedAsset, UPLOAD_ASSET, form=form, key=idempotency_key)

    async def _upload_direct(
        self, opened: Source, mime: str, idempotency_key: str | None
    ) -> CompletedAsset:
        checksum = await opened.sha256()
        announced = CreateAssetUploadRequest(
            filename=opened.name,
            content_type=mime,
            size_bytes=opened.size,
            checksum_sha256=checksum,
        )
        slot = await self.create_upload(announced, idempotency_key=idempotency_key)
        try:
            await self._put(slot, opened, mime)
        except TransferError as error:
            if error.status not in EXPIRED:
                raise
            # The old key would bring the old place again. Nothing is lost with it: it is empty.
            slot = await self.create_upload(announced)
            await self._put(slot, opened, mime)
        return await self.complete_upload(
            slot.asset_id, CompleteAssetUploadRequest(checksum_sha256=checksum)
        )

    async def _put(self, slot: AssetUploadSlot, opened: Source, mime: str) -> None:
        if opened.size > slot.max_bytes:
            raise InvalidInputError.of(
                "source", f"must have at most {slot.max_bytes} bytes", opened.size
            )
        await put(self._transport, slot.upload_url, opened, slot.upload_headers, mime=mime)

    async def wait(self, asset_id: str, *, timeout: float | None = 900.0) -> AssetDetail:
        """The asset, once it can be used; only direct uploads need it.

        Raises:
            JobFailedError: the file could not be processed.
            NotFoundError: it does not exist.
            DeadlineError: not ready in time; wait again with its id.
        """
        return await self._settled("asset", asset_id, self.get, _no_more, timeout=timeout)

    async def get(self, asset_id: str) -> AssetDetail:
        """What is known of an asset."""
        return await self._call(AssetDetail, GET_ASSET, ids={"asset_id": asset_id})

    def list(
        self,
        username: str,
        *,
        folder_id: str | None = None,
        limit: int | None = None,
        token: str | None = None,
    ) -> Pages[AssetDetail]:
        """A user's assets; HeyGen calls this a beta.

        Args:
            username: whose; ``heygen.account.me()`` knows one's own.
            folder_id: only those in this folder; empty for the root.
            limit: items a page, 1 to 100; the server's default is 20.
            token: where to go on.
        """
        query = {
            "username": text("username", username),
            "folder_id": folder_id,
            "limit": page_size(limit, 100),
        }
        return self._list(AssetDetail, LIST_ASSETS, query=query, token=token)

    def search(
        self,
        query: str,
        type: AssetSearchType | str,  # noqa: A002 - the server's own word for it
        *,
        scope: AssetSearchScope | str | None = None,
        limit: int | None = None,
        token: str | None = None,
    ) -> Pages[AssetSearchItem]:
        """Pictures or icons that match some words.

        Args:
            query: the words.
            type: ``image`` or ``icon``.
            scope: ``public``, which is the server's default, or ``personal``.
            limit: items a page, 1 to 50; the server's default is 20.
            token: where to go on.
        """
        asked = {
            "query": text("query", query),
            "type": word(AssetSearchType, "type", type),
            "scope": word(AssetSearchScope, "scope", scope),
            "limit": page_size(limit, 50),
        }
        return self._list(variants(AssetSearchItem), SEARCH_ASSETS, query=asked, token=token)

    async def delete(self, asset_id: str) -> DeletedResource:
        """Delete an asset; what was made of it stays."""
        return await self._call(DeletedResource, DELETE_ASSET, ids={"asset_id": asset_id})

    # --- direct uploads, step by step; ``upload`` does all of it ---

    async def create_upload(
        self, request: CreateAssetUploadRequest, *, idempotency_key: str | None = None
    ) -> AssetUploadSlot:
        """A place in storage for one file, which is then put there and completed."""
        request_of(CreateAssetUploadRequest, request, "request")
        return await self._call(AssetUploadSlot, CREATE_UPLOAD, body=request, key=idempotency_key)

    async def complete_upload(
        self, asset_id: str, request: CompleteAssetUploadRequest | None = None
    ) -> CompletedAsset:
        """Make a file that was put to storage an asset; doing it twice changes nothing.

        Raises:
            ConflictError: storage does not show the file yet, even after some retries.
        """
        asked = CompleteAssetUploadRequest() if request is None else request
        request_of(CompleteAssetUploadRequest, asked, "request")
        return await self._call(
            CompletedAsset, COMPLETE_UPLOAD, ids={"asset_id": asset_id}, body=asked
        )

    async def create_upload_batch(
        self, request: CreateAssetUploadBatchRequest, *, idempotency_key: str | None = None
    ) -> AssetUploadBatch:
        """Places in storage for up to 100 files, in the request's order."""
        request_of(CreateAssetUploadBatchRequest, request, "request")
        return await self._call(
            AssetUploadBatch, CREATE_UPLOAD_BATCH, body=request, key=idempotency_key
        )

    async def complete_upload_batch(self, batch_id: str) -> CreateBatchResponse:
        """Make the files of a batch assets; wait for it with ``wait_batch``."""
        return await self._call(
            CreateBatchResponse, COMPLETE_BATCH, body=CompleteAssetBatchRequest(batch_id)
        )


def _no_more(_: AssetDetail) -> JobState:
    """An asset itself does not tell its status."""
    return JobState(Progress.FAILED)
