"""What others do: the ways to wait for renders that scripts and SDKs use, and two oracles.

All of them make the same calls with the same client, and all make one avatar of each photo: what
differs is when they look, and what they hold a render slot for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

from account import DELIVERY, Account

from heygen_async.api.v3.avatars_schemas import CreatePhotoAvatarRequest
from heygen_async.api.v3.inputs import AssetId
from heygen_async.api.v3.videos_schemas import CreateVideoFromAvatar
from heygen_async.client import HeyGen
from heygen_async.models.job import Job, Photo, Script

__all__ = ["STRATEGIES"]

AHEAD = 3
"""Jobs under way at once, as a multiple of the slots, where a strategy does not couple the two."""

Wait = Callable[[str], Awaitable[None]]


class Shop:
    """The calls that make a video.

    Args:
        heygen: the client.
        trained: waits until a look is ready.
    """

    def __init__(self, heygen: HeyGen, trained: Wait) -> None:
        self._heygen = heygen
        self._trained = trained
        self._looks: dict[str, asyncio.Task[str]] = {}

    async def look(self, job: Job) -> str:
        """The look of the job's photo; made once, and awaited by all."""
        assert isinstance(job.avatar, Photo)
        source = str(job.avatar.source)
        if source not in self._looks:
            self._looks[source] = asyncio.create_task(self._made(source))
        return await self._looks[source]

    async def _made(self, source: str) -> str:
        asset = await self._heygen.assets.upload(source)
        request = CreatePhotoAvatarRequest(name=source, file=AssetId(asset_id=asset.asset_id))
        created = await self._heygen.avatars.create(request)
        assert created.avatar_item is not None
        await self._trained(created.avatar_item.id)
        return created.avatar_item.id

    async def submit(self, job: Job, look_id: str) -> str:
        """Begin to render."""
        assert isinstance(job.speech, Script)
        request = CreateVideoFromAvatar(
            avatar_id=look_id, script=job.speech.text, voice_id=job.speech.voice_id
        )
        return (await self._heygen.videos.create(request, concurrency="raise")).video_id


# --- ways to wait --------------------------------------------------------------------------------


def every(heygen: HeyGen, delays: Callable[[], Iterable[float]]) -> tuple[Wait, Wait]:
    """Waits for looks and for videos by asking for each one, after each delay."""

    async def trained(look_id: str) -> None:
        for delay in delays():
            await asyncio.sleep(delay)
            if (await heygen.avatars.get(look_id)).state.settled:
                return

    async def rendered(video_id: str) -> None:
        for delay in delays():
            await asyncio.sleep(delay)
            if (await heygen.videos.get(video_id)).state.settled:
                return

    return trained, rendered


def constant(seconds: float) -> Callable[[], Iterable[float]]:
    """The same delay again and again."""
    return lambda: iter(lambda: seconds, None)


def exponential() -> Iterable[float]:
    """2 s, half as long again each time, up to 30 s."""
    delay = 2.0
    while True:
        yield delay
        delay = min(delay * 1.5, 30.0)


@asynccontextmanager
async def bulk(heygen: HeyGen, videos: float, looks: float) -> AsyncIterator[tuple[Wait, Wait]]:
    """Waits for all at once, one request every so many seconds."""
    waiting_looks: dict[str, asyncio.Future[None]] = {}
    waiting_videos: dict[str, asyncio.Future[None]] = {}

    def wait(waiting: dict[str, asyncio.Future[None]]) -> Wait:
        async def settled(job_id: str) -> None:
            waiting[job_id] = asyncio.get_running_loop().create_future()
            await waiting[job_id]

        return settled

    async def look_on(family: object, waiting: dict[str, asyncio.Future[None]], s: float) -> None:
        while True:
            await asyncio.sleep(s)
            if not waiting:
                continue
            for job_id, state in (await family.look(list(waiting))).items():  # type: ignore[attr-defined]
                if state.settled:
                    waiting.pop(job_id).set_result(None)

    tasks = [
        asyncio.create_task(look_on(heygen.avatars, waiting_looks, looks)),
        asyncio.create_task(look_on(heygen.videos, waiting_videos, videos)),
    ]
    try:
        yield wait(waiting_looks), wait(waiting_videos)
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def told(account: Account, late: float) -> tuple[Wait, Wait]:
    """Waits until it is true, and so many seconds longer."""

    async def trained(look_id: str) -> None:
        await _until(account.ready(look_id) + late)

    async def rendered(video_id: str) -> None:
        await _until(account.ends(video_id) + late)

    return trained, rendered


async def _until(at: float) -> None:
    # A millisecond, so that rounding never makes it too early.
    await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()) + 0.001)


# --- ways to hold a slot -------------------------------------------------------------------------


async def _all(jobs: Iterable[Job], ahead: int, make: Callable[[Job], Awaitable[None]]) -> None:
    window = asyncio.Semaphore(ahead)

    async def one(job: Job) -> None:
        try:
            await make(job)
        finally:
            window.release()

    async with asyncio.TaskGroup() as tasks:
        for job in jobs:
            await window.acquire()
            tasks.create_task(one(job))


async def whole(shop: Shop, rendered: Wait, finish: Wait, jobs: Sequence[Job], slots: int) -> None:
    """A slot is held for the whole job, training included."""

    async def make(job: Job) -> None:
        video_id = await shop.submit(job, await shop.look(job))
        await rendered(video_id)
        await finish(video_id)

    await _all(jobs, slots, make)


async def render_only(
    shop: Shop, rendered: Wait, finish: Wait, jobs: Sequence[Job], slots: int
) -> None:
    """A slot is held for the render alone."""
    free = asyncio.Semaphore(slots)

    async def make(job: Job) -> None:
        look_id = await shop.look(job)
        async with free:
            video_id = await shop.submit(job, look_id)
            await rendered(video_id)
        await finish(video_id)

    await _all(jobs, slots * AHEAD, make)


# --- the table -----------------------------------------------------------------------------------


async def one_after_the_other(heygen: HeyGen, account: Account, jobs: Sequence[Job]) -> None:
    trained, rendered = every(heygen, constant(10.0))
    await whole(Shop(heygen, trained), rendered, _nothing, jobs, 1)


async def semaphore_round_all(heygen: HeyGen, account: Account, jobs: Sequence[Job]) -> None:
    trained, rendered = every(heygen, constant(10.0))
    await whole(Shop(heygen, trained), rendered, _nothing, jobs, account.slots)


async def exponential_polling(heygen: HeyGen, account: Account, jobs: Sequence[Job]) -> None:
    trained, rendered = every(heygen, exponential)
    await whole(Shop(heygen, trained), rendered, _nothing, jobs, account.slots)


async def semaphore_round_render(heygen: HeyGen, account: Account, jobs: Sequence[Job]) -> None:
    trained, rendered = every(heygen, constant(10.0))
    await render_only(Shop(heygen, trained), rendered, _nothing, jobs, account.slots)


async def bulk_status(heygen: HeyGen, account: Account, jobs: Sequence[Job]) -> None:
    async with bulk(heygen, videos=2.0, looks=10.0) as (trained, rendered):
        await render_only(Shop(heygen, trained), rendered, _read(heygen), jobs, account.slots)


async def webhook(heygen: HeyGen, account: Account, jobs: Sequence[Job]) -> None:
    await _told(heygen, account, jobs, DELIVERY)


async def oracle(heygen: HeyGen, account: Account, jobs: Sequence[Job]) -> None:
    await _told(heygen, account, jobs, 0.0)


async def oracle_longest_first(heygen: HeyGen, account: Account, jobs: Sequence[Job]) -> None:
    await _told(heygen, account, sorted(jobs, key=_length, reverse=True), 0.0)


async def _told(heygen: HeyGen, account: Account, jobs: Sequence[Job], late: float) -> None:
    trained, rendered = told(account, late)

    async def confirmed(look_id: str) -> None:
        await trained(look_id)
        await heygen.avatars.get(look_id)

    await render_only(Shop(heygen, confirmed), rendered, _read(heygen), jobs, account.slots)


def _read(heygen: HeyGen) -> Wait:
    async def read(video_id: str) -> None:
        await heygen.videos.get(video_id)

    return read


async def _nothing(_: str) -> None:
    """Who polls a video itself has read it when it is done."""


def _length(job: Job) -> int:
    assert isinstance(job.speech, Script)
    return len(job.speech.text)


STRATEGIES = {
    "one after the other, sleep 10 s": one_after_the_other,
    "semaphore round the whole job, poll every 10 s": semaphore_round_all,
    "semaphore round the whole job, 2 s × 1.5 up to 30 s": exponential_polling,
    "semaphore round the render, poll every 10 s": semaphore_round_render,
    "bulk status every 2 s (looks every 10 s)": bulk_status,
    "webhook, each confirmed": webhook,
    "oracle, first in first out": oracle,
    "oracle, longest script first": oracle_longest_first,
}
