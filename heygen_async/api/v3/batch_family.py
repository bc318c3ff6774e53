"""The calls that videos, lipsyncs, translations and assets have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from heygen_async.api.converter import structure_readable
from heygen_async.api.family import Family, raise_unread
from heygen_async.api.looking import look_side_by_side
from heygen_async.api.paging import Page, Pages, read_cursor
from heygen_async.api.rules import identifiers, page_size
from heygen_async.api.v3.batches import (
    BATCH_MOST,
    BATCH_WORDS,
    BatchDetail,
    BatchItem,
    BulkStatusItem,
    portions,
)
from heygen_async.api.watch import BULK, BulkLook
from heygen_async.errors import InvalidInputError, ProtocolError
from heygen_async.models.state import JobState
from heygen_async.transport.endpoint import Endpoint

__all__ = ["BatchFamily"]


class BatchFamily(Family):
    """A family with bulk statuses and batches."""

    #: What its jobs are called where they are waited for.
    _kind: ClassVar[str]
    #: The bulk status and the name of its parameter of ids.
    _bulk: ClassVar[tuple[Endpoint, str]]
    #: The batch by its id.
    _batch: ClassVar[Endpoint]

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """See ``Family``."""
        return {self._kind: self.look, f"{self._kind}_batch": self.look_batches}

    async def statuses(
        self, ids: Sequence[str] = (), *, batch_ids: Sequence[str] = ()
    ) -> tuple[BulkStatusItem, ...]:
        """Status lines of up to 100 jobs in one request.

        Args:
            ids: an unknown one, or one of another account, gives a line ``not_found``.
            batch_ids: of batches, each of which gives a line for every item of it.

        Raises:
            InvalidInputError: nothing, or more than 100 ids, asked for.
        """
        named = {
            self._bulk[1]: identifiers("ids", ids, most=BULK),
            "batch_ids": identifiers("batch_ids", batch_ids, most=BULK),
        }
        count = len(ids) + len(batch_ids)
        if not 1 <= count <= BULK:
            raise InvalidInputError.of("ids and batch_ids", f"must be 1 to {BULK}", count)
        query = {name: given for name, given in named.items() if given}
        return (await self._items(BulkStatusItem, self._bulk[0], query=query)).items

    async def _lines(self, ids: Sequence[str]) -> tuple[BulkStatusItem, ...]:
        """The status lines of at most 100 jobs that can be read."""
        query = {self._bulk[1]: list(ids)}
        return (await self._items(BulkStatusItem, self._bulk[0], query=query, readable=True)).items

    async def look(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of jobs, 100 in a request; one that the server does not know is gone."""
        states: dict[str, JobState] = {}
        for portion in portions(identifiers("ids", ids)):
            wanted = set(portion)
            for line in await self._lines(portion):
                if line.video_id in wanted:
                    states[str(line.video_id)] = line.state
        return states

    async def look_batches(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of batches, one request each; settled means that all items are."""

        async def one(batch_id: str) -> JobState:
            return _state(await self.get_batch(batch_id, limit=1))

        return await look_side_by_side(identifiers("ids", ids), one)

    async def get_batch(
        self, batch_id: str, *, limit: int | None = None, token: str | None = None
    ) -> BatchDetail:
        """A batch and one page of its items.

        Args:
            batch_id: as its creation gave it.
            limit: items a page, 1 to 100; the server's default is 100, which is all.
            token: where to go on.
        """
        query = {"limit": page_size(limit, BATCH_MOST), "token": token}
        return await self._call(BatchDetail, self._batch, ids={"batch_id": batch_id}, query=query)

    async def _items_of(self, batch_id: str) -> tuple[BatchItem, ...]:
        """The items of a batch that can be read."""
        endpoint = self._batch
        answer = await self._transport.call(endpoint, ids={"batch_id": batch_id})
        data = answer.data
        items = data.get("items") if isinstance(data, dict) else data
        try:
            found, wrong = structure_readable(
                BatchItem, items, operation=endpoint.operation, at="data.items"
            )
        except ProtocolError as error:
            raise_unread(error, endpoint, answer)
        if wrong is not None:
            self._passed_over(endpoint.operation, wrong)
        return found

    def batch_items(self, batch_id: str, *, limit: int | None = None) -> Pages[BatchItem]:
        """All items of a batch; ``limit`` is the size of a page, 1 to 100."""
        operation = self._batch.operation

        async def fetch(token: str | None) -> Page[BatchItem]:
            batch = await self.get_batch(batch_id, limit=limit, token=token)
            return Page(batch.items, read_cursor(batch.raw, operation, "data."), raw=batch.raw)

        return Pages(fetch, operation=operation)

    async def wait_batch(self, batch_id: str, *, timeout: float | None = 3600.0) -> BatchDetail:
        """The batch, once all its items have settled, well or badly: its items tell.

        Args:
            batch_id: as its creation gave it.
            timeout: seconds, None to wait for ever.

        Raises:
            NotFoundError: it does not exist.
            DeadlineError: not all settled in time; they go on, wait again with its id.
        """
        return await self._settled(
            f"{self._kind}_batch", batch_id, self.get_batch, _state, timeout=timeout
        )


def _state(batch: BatchDetail) -> JobState:
    return BATCH_WORDS.read(batch.status)
