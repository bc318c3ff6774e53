"""A world under a clock that a test moves by hand, and one call at a time into it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import pytest
from PIL import Image

from heygen_async.simulator import Simulator
from heygen_async.simulator.dialects import DIALECTS
from heygen_async.simulator.media import sniff
from heygen_async.simulator.wire.call import Call, Upload
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.presets import furnish
from heygen_async.simulator.world.timing import Timing
from heygen_async.simulator.world.world import World

EXACT = Timing(render_base=20.0, render_ratio=0.0, render_spread=0.0, training_spread=0.0)


@attrs.define
class Clock:
    """Simulated time that passes only when told to."""

    time: float = 1_783_958_400.0

    def __call__(self) -> float:
        return self.time

    def pass_seconds(self, seconds: float) -> None:
        self.time += seconds


@attrs.define
class Box:
    """A world with a caller in it."""

    world: World
    clock: Clock
    credential: str = "a-key"

    @property
    def account(self) -> Any:
        return self.world.account(self.credential)

    def wait(self, seconds: float) -> None:
        self.clock.pass_seconds(seconds)
        self.world.advance()

    def answer(
        self,
        operation: str,
        body: dict[str, Any] | None = None,
        *,
        query: dict[str, str] | None = None,
        key: str | None = None,
        upload: bytes | None = None,
        **path: str,
    ) -> dict[str, Any]:
        dialect = next(it for it in DIALECTS if operation in it.handlers)
        contract = dialect.contract
        named = contract.named(operation)
        checked = contract.check_request(named, query=query or {}, headers={})
        if body is not None:
            contract.check_body(named, body)
        self.world.advance()
        call = Call(
            operation=operation,
            account=self.account,
            path=path,
            query=checked,
            body=body or {},
            key=key,
            upload=_upload(upload),
        )
        answer = dialect.dress(dialect.handlers[operation](self.world, call), named)
        assert contract.check_answer(operation, named.success, answer) == []
        return answer

    def call(self, operation: str, body: dict[str, Any] | None = None, **rest: Any) -> Any:
        """The `data` of the answer."""
        return self.answer(operation, body, **rest)["data"]

    def refused(self, operation: str, body: dict[str, Any] | None = None, **rest: Any) -> Any:
        """The refusal, which must come."""
        with pytest.raises(RefusedError) as caught:
            self.answer(operation, body, **rest)
        return caught.value

    def photo(self, size: tuple[int, int] = (640, 640)) -> str:
        """The id of a new photo asset."""
        asset_id: str = self.call("uploadAsset", upload=picture(size))["asset_id"]
        return asset_id

    def look(self) -> str:
        """The id of a look that is ready."""
        file = {"type": "asset_id", "asset_id": self.photo()}
        created = self.call("createAvatar", {"type": "photo", "name": "Ada", "file": file})
        self.wait(self.world.timing.photo_training)
        look_id: str = created["avatar_item"]["id"]
        return look_id

    def video(self, **options: Any) -> str:
        """The id of a video that was just accepted."""
        body = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."} | options
        video_id: str = self.call("createVideo", body)["video_id"]
        return video_id


def _upload(content: bytes | None) -> Upload | None:
    if content is None:
        return None
    return Upload(name="photo.jpg", content=Blob.of(content), declared=sniff(content))


def picture(size: tuple[int, int] = (640, 640), kind: str = "JPEG") -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return file.getvalue()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_box(clock: Clock) -> Callable[..., Box]:
    def make(**options: Any) -> Box:
        world = World(now=clock, **({"timing": EXACT} | options))
        world.links.base_url = "http://127.0.0.1:8080"
        furnish(world)
        return Box(world, clock)

    return make


@pytest.fixture
def box(new_box: Callable[..., Box]) -> Box:
    return new_box()


@pytest.fixture
def photo() -> bytes:
    return (Path(__file__).parents[2] / "samples" / "portrait.jpg").read_bytes()


@pytest.fixture
def new_picture() -> Callable[..., bytes]:
    return picture


@attrs.define
class Caller:
    """Somebody who talks to a simulator over HTTP."""

    session: aiohttp.ClientSession
    simulator: Simulator
    clock: Clock

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        options = {"headers": {"x-api-key": "a-key"}} | options
        async with self.session.request(method, self.simulator.url + path, **options) as answer:
            return answer.status, await answer.json()

    async def data(self, method: str, path: str, **options: Any) -> Any:
        status, answer = await self.ask(method, path, **options)
        assert status in {200, 202}, answer
        return answer["data"]

    async def finished_video(self, **options: Any) -> dict[str, Any]:
        body = {
            "type": "avatar",
            "avatar_id": "sim-look-mia",
            "script": "Hello.",
            "resolution": "720p",
        } | options
        created = await self.data("POST", "/v3/videos", json=body)
        self.clock.pass_seconds(20.0)
        video: dict[str, Any] = await self.data("GET", f"/v3/videos/{created['video_id']}")
        return video


@pytest.fixture
async def caller(clock: Clock) -> AsyncIterator[Caller]:
    async with (
        Simulator(now=clock, timing=EXACT) as simulator,
        aiohttp.ClientSession() as session,
    ):
        yield Caller(session, simulator, clock)
