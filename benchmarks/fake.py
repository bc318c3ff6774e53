"""An aiohttp session without sockets: it answers the calls of a pipeline out of thin air.

It is passed where a session of the caller's own would be, so everything above the sockets is the
real thing. It keeps the promises that the transport relies on, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import orjson
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

__all__ = ["FakeSession"]

Settled = Callable[[str], bool]

_ASSET = {
    "asset_id": "asset",
    "url": "https://files.example/asset.jpg",
    "mime_type": "image/jpeg",
    "size_bytes": 220,
}
_LOOK = {
    "id": "look",
    "name": "ada",
    "avatar_type": "photo_avatar",
    "group_id": "group",
    "status": "completed",
    "preview_image_url": "https://files.example/look.jpg",
    "image_width": 512,
    "image_height": 512,
}


class FakeSession(aiohttp.ClientSession):
    """Every video renders until ``settled`` says that it is done; avatars are ready at once.

    Args:
        settled: asked for each video at each look.
    """

    def __init__(self, settled: Settled) -> None:
        # No base class's __init__: it would open a connector.
        self._settled = settled
        self._number = 0
        self.requests = 0

    @property
    def closed(self) -> bool:
        """It never is."""
        return False

    def __del__(self, *_: Any) -> None:
        """Nothing is left open."""

    def request(self, method: str, url: URL, **_: Any) -> Any:  # type: ignore[override]
        """The answer to a request."""
        self.requests += 1
        path = url.path
        if method == "POST" and path == "/v3/videos":
            self._number += 1
            name = f"{self._number:032x}"
            return _Response({"video_id": name, "status": "waiting", "output_format": "mp4"})
        if method == "POST" and path == "/v3/assets":
            return _Response(_ASSET)
        if method == "POST" and path == "/v3/avatars":
            return _Response({"avatar_item": _LOOK})
        if path == "/v3/avatars/looks/look":
            return _Response(_LOOK)
        if path == "/v3/videos":
            oldest = self._number - int(url.query.get("limit", 10))
            newest = range(self._number, max(0, oldest), -1)
            return _Response([self._video(f"{number:032x}") for number in newest])
        if path == "/v3/videos/statuses":
            ids = url.query["video_ids"].split(",")
            return _Response([{"video_id": name, "status": self._status(name)} for name in ids])
        return _Response(self._video(path.rpartition("/")[2]))

    def _status(self, name: str) -> str:
        return "completed" if self._settled(name) else "processing"

    def _video(self, name: str) -> dict[str, Any]:
        address = f"https://files.example/{name}.mp4"
        return {"id": name, "status": self._status(name), "duration": 8.0, "video_url": address}


class _Response:
    """An answer that is there already."""

    def __init__(self, data: Any) -> None:
        self.status = 200
        self._body = orjson.dumps({"data": data, "has_more": False, "next_token": None})
        self.content_length = len(self._body)
        self.headers: Mapping[str, str] = CIMultiDictProxy(
            CIMultiDict({"Content-Type": "application/json"})
        )

    async def __aenter__(self) -> _Response:
        return self

    async def __aexit__(self, *_: object) -> None:
        """There is nothing to release."""

    async def read(self) -> bytes:
        """The body."""
        return self._body
