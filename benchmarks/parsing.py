"""From the bytes of a page of 100 videos to values, beside plain JSON.

Ours is what ``heygen.videos.list()`` does with an answer: orjson, then checked and typed values
with every unknown field within reach. The peers stop at dictionaries; pydantic parses and checks in
one pass of compiled code, and keeps nothing that it does not know.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable

import orjson
from answers import videos
from table import Goal, conclude, extra, options, show

from heygen_async.api.converter import structure_items
from heygen_async.api.paging import read_cursor
from heygen_async.api.v3.videos_schemas import VideoDetail

with extra():
    from pydantic import BaseModel

LIMIT = 3.0
COUNT = 100
BASE = "json.loads"


class _Video(BaseModel):
    id: str
    status: str
    title: str | None = None
    created_at: int | None = None
    completed_at: int | None = None
    duration: float | None = None
    video_url: str | None = None
    thumbnail_url: str | None = None
    gif_url: str | None = None
    subtitle_url: str | None = None
    captioned_video_url: str | None = None
    video_page_url: str | None = None
    folder_id: str | None = None
    output_language: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None


class _Page(BaseModel):
    data: list[_Video]
    has_more: bool
    next_token: str | None


def ours(body: bytes) -> object:
    """Typed values and the cursor."""
    envelope = orjson.loads(body)
    items = structure_items(VideoDetail, envelope["data"], operation="listVideos")
    return items, read_cursor(envelope, "listVideos")


_SUBJECTS: dict[str, Callable[[bytes], object]] = {
    BASE: json.loads,
    "orjson.loads": orjson.loads,
    "heygen_async: VideoDetail": ours,
    "pydantic: validate_json": _Page.model_validate_json,
}
_OURS = "heygen_async: VideoDetail"


def measure(parse: Callable[[bytes], object], body: bytes, times: int) -> float:
    """CPU seconds for parsing once."""
    gc.collect()
    began = time.process_time()
    for _ in range(times):
        parse(body)
    return (time.process_time() - began) / times


def main() -> int:
    """Measure, print, judge."""
    arguments = options(__doc__).parse_args()
    rounds, times = (7, 50) if arguments.quick else (25, 200)
    body = videos(COUNT)
    taken: dict[str, list[float]] = {name: [] for name in _SUBJECTS}
    for _ in range(rounds):
        for name, parse in _SUBJECTS.items():
            taken[name].append(measure(parse, body, times))
    ratios = {
        name: statistics.median(
            mine / base for mine, base in zip(measured, taken[BASE], strict=True)
        )
        for name, measured in taken.items()
    }
    show(
        f"CPU time for {COUNT} videos of a list ({len(body):,} bytes), best of {rounds} "
        "alternating rounds, and times json.loads, median of the rounds",
        ("from bytes to values", "µs", "× json.loads"),
        [(name, min(measured) * 1e6, ratios[name]) for name, measured in taken.items()],
    )
    goal = Goal(f"{COUNT} videos parsed, × json.loads", ratios[_OURS], LIMIT)
    return conclude([goal], check=arguments.check)


if __name__ == "__main__":
    sys.exit(main())
