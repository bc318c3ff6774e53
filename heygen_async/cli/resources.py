"""What HeyGen keeps, shown: lists, single things, what was deleted.

With ``--json`` a list is JSON Lines, one thing a line as HeyGen described it, so that lists of any
length can be piped; anything else is one JSON document.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from heygen_async.api.paging import Pages
from heygen_async.api.v3.videos_schemas import VideoDetail
from heygen_async.api.values import Resource
from heygen_async.cli.connecting import AT_ONCE, connected
from heygen_async.cli.console import put_json, put_table, put_text, say
from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings
from heygen_async.cli.progress import reporting
from heygen_async.client import HeyGen
from heygen_async.errors import InvalidInputError

__all__ = [
    "deleted",
    "downloaded",
    "show_assets",
    "show_list",
    "show_one",
    "uploaded",
]

T = TypeVar("T", bound=Resource)

_LARGEST_PAGE = 50


async def show_list(
    settings: Settings,
    pages: Callable[[HeyGen, int], Pages[T]],
    columns: Mapping[str, Callable[[T], object]],
    limit: int,
) -> Exit:
    """A list: a table with the columns, or JSON Lines.

    Args:
        settings: how to report.
        pages: gives the list, when told how many a page may have.
        columns: what to show of each thing, by the head of the column.
        limit: how many to show, 0 for all.
    """
    with reporting(settings) as report:
        async with connected(settings, report, retry=AT_ONCE) as heygen:
            rows: list[list[object]] = []
            more, shown = False, 0
            # One more than is shown, to know whether there are more.
            size = min(_LARGEST_PAGE, limit + 1) if limit else _LARGEST_PAGE
            async for item in pages(heygen, size):
                if limit and shown == limit:
                    more = True
                    break
                shown += 1
                if settings.as_json:
                    put_json(item.raw)
                else:
                    rows.append([read(item) for read in columns.values()])
    if not settings.as_json:
        put_table(tuple(columns), rows)
        if not rows:
            say("None found.")
    if more:
        say(f"There are more than {limit}: --limit 0 shows all.")
    return Exit.DONE


async def show_assets(
    settings: Settings,
    columns: Mapping[str, Callable[[Any], object]],
    limit: int,
    *,
    username: str | None,
    folder: str | None,
) -> Exit:
    """The assets of a user; without a name, of whoever the key belongs to."""
    if username is None:
        with reporting(settings) as report:
            async with connected(settings, report, retry=AT_ONCE) as heygen:
                username = (await heygen.account.me()).username
    owner = username
    return await show_list(
        settings,
        lambda heygen, size: heygen.assets.list(owner, folder_id=folder, limit=size),
        columns,
        limit,
    )


async def show_one(settings: Settings, read: Callable[[HeyGen], Awaitable[Resource]]) -> Exit:
    """A single thing: its fields, or the JSON that HeyGen sent."""
    with reporting(settings) as report:
        async with connected(settings, report, retry=AT_ONCE) as heygen:
            item = await read(heygen)
    if settings.as_json:
        put_json(item.raw)
    else:
        put_table(("FIELD", "VALUE"), _lines("", item.raw))
    return Exit.DONE


async def deleted(
    settings: Settings, what: str, id_: str, delete: Callable[[HeyGen], Awaitable[object]]
) -> Exit:
    """Delete something and say so."""
    with reporting(settings) as report:
        async with connected(settings, report, retry=AT_ONCE) as heygen:
            await delete(heygen)
    if settings.as_json:
        put_json({"deleted": id_, "kind": what})
    else:
        put_text(f"deleted {what} {id_}")
    return Exit.DONE


async def uploaded(settings: Settings, file: str) -> Exit:
    """Upload a file and show the asset it became; its id alone, where a script may want it."""
    with reporting(settings) as report:
        async with connected(settings, report) as heygen:
            asset = await heygen.assets.upload(Path(file))
    if settings.as_json:
        put_json(asset.raw)
    else:
        put_text(asset.asset_id)
    return Exit.DONE


_FILES: Mapping[str, Callable[[VideoDetail], str | None]] = {
    "video": lambda video: video.video_url,
    "captioned": lambda video: video.captioned_video_url,
    "subtitles": lambda video: video.subtitle_url,
    "thumbnail": lambda video: video.thumbnail_url,
    "gif": lambda video: video.gif_url,
}


async def downloaded(settings: Settings, id_: str, output: str, what: str) -> Exit:
    """Write one of a video's files.

    Raises:
        InvalidInputError: the video has no such file, or not yet.
    """
    with reporting(settings) as report:
        async with connected(settings, report) as heygen:

            async def address() -> str:
                video = await heygen.videos.get(id_)
                url = _FILES[what](video)
                if url is None:
                    raise InvalidInputError(
                        f"video {id_} is {video.status} and has no file '{what}'", field=what
                    )
                return url

            file = await heygen.fetch(await address(), output, refresh=address)
    if settings.as_json:
        put_json(
            {"video_id": id_, "file": str(file.path), "size": file.size, "sha256": file.sha256}
        )
    else:
        put_text(f"{file.path} ({file.size} bytes)")
    return Exit.DONE


def _lines(name: str, value: object) -> Iterator[tuple[str, object]]:
    """The field, or those of the object it holds, by dotted names."""
    match value:
        case Mapping():
            for part, inner in value.items():
                yield from _lines(f"{name}.{part}" if name else part, inner)
        case list():
            yield name, ", ".join(str(inner) for inner in value)
        case int() | float() if name.endswith("_at"):
            yield name, _date(value)
        case _:
            yield name, value


def _date(at: float) -> object:
    """Seconds since 1970 as a date; what is none stays as it is."""
    try:
        return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, OSError, ValueError):
        return at
