"""Videos of v1 and v2: submitted on three routes, and read on four.

They share the render slots with v3. HeyGen queues what its plans have no slot for and answers 429
with Retry-After to accounts that pay as they go (v2 notes §7); the simulated accounts are of the
latter kind. What cannot be paid is accepted nevertheless, and fails when somebody looks (§4.5).
"""

from __future__ import annotations

from typing import Any

import attrs

from heygen_async.simulator.v2.account import pool_empty
from heygen_async.simulator.v2.envelopes import v1, v2
from heygen_async.simulator.v2.planning import plan_avatar_iv, plan_generate, plan_video
from heygen_async.simulator.v3.videos import begin, delete, find, view
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.callbacks import callback_of
from heygen_async.simulator.world.fate import Failure
from heygen_async.simulator.world.faults import NO_CREDIT
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.records import Plan, Video
from heygen_async.simulator.world.world import World

_SUCCESS = "Success"
_PAGE = 100

# A video younger than this may not be found yet, if a fault says so, in simulated seconds.
_FRESH = 30.0


def _generate(world: World, call: Call) -> dict[str, Any]:
    return v2({"video_id": _submit(world, call, plan_generate(world, call)).id})


def _avatar_iv(world: World, call: Call) -> dict[str, Any]:
    return v2({"video_id": _submit(world, call, plan_avatar_iv(world, call)).id})


def _create(world: World, call: Call) -> dict[str, Any]:
    video = _submit(world, call, plan_video(world, call))
    return v2({"video_id": video.id, "status": "waiting"})


def _submit(world: World, call: Call, wanted: Plan) -> Video:
    callback = callback_of(world, call.body)
    if call.account.balance >= wanted.credits and not pool_empty(world, call):
        return begin(world, call, wanted, callback)
    video = begin(world, call, attrs.evolve(wanted, credits=0.0), callback)
    video.fate = attrs.evolve(video.fate, failure=NO_CREDIT)
    return video


def _status(world: World, call: Call) -> dict[str, Any]:
    video = _find(world, call, call.query["video_id"])
    shown, now = view(world, video), world.now()
    failure = video.fate.failure if video.settled else None
    lagging = now < video.settles_at + video.fate.lag
    error = failure or (video.fate.warning if shown["status"] == "completed" else None)
    return v1(
        {
            "id": video.id,
            "status": video.status(now),
            "video_url": shown["video_url"],
            "video_url_caption": None if lagging else shown["captioned_video_url"],
            "caption_url": None if lagging else shown["subtitle_url"],
            "gif_url": shown["gif_url"],
            "thumbnail_url": shown["thumbnail_url"],
            "duration": shown["duration"],
            "created_at": int(video.created_at),
            "callback_id": video.callback.id,
            "error": None if error is None else _error(error),
        },
        _SUCCESS,
    )


def _error(failure: Failure) -> dict[str, Any]:
    """Code, detail and message; the code is a number or a word, whatever HeyGen has for it."""
    code = failure.code or "unknown"
    return {
        "code": int(code) if code.isdecimal() else code,
        "detail": failure.message,
        "message": failure.message,
    }


def _details(world: World, call: Call) -> dict[str, Any]:
    return v2(_view(world, _find(world, call, call.path["video_id"])))


def _view(world: World, video: Video) -> dict[str, Any]:
    """A video in the words of /v2/videos, which v3 has kept; `waiting` is one of them here."""
    shown = view(world, video)
    del shown["video_page_url"]
    shown["status"] = video.status(world.now())
    warning = video.fate.warning
    if shown["status"] == "completed" and warning is not None:
        shown |= {"failure_code": warning.code, "failure_message": warning.message}
    if world.now() < video.settles_at + video.fate.lag:
        shown |= {"captioned_video_url": None, "subtitle_url": None}
    return shown


def _find(world: World, call: Call, video_id: str) -> Video:
    """A video by its id.

    Raises:
        RefusedError: 424 for no id, 404 for one that leads nowhere, or not yet.
    """
    if not video_id:
        raise RefusedError(
            "invalid_parameter", "Invalid query param", "video_id", status=424, number=40012
        )
    video = find(call.account, video_id)
    fault = world.faults.trap("pacific_video_not_found", call.operation)
    if fault is not None:
        fresh = _FRESH if fault.seconds is None else fault.seconds
        if world.now() - video.created_at < fresh:
            raise RefusedError("video_not_found", "ResourceType.PACIFIC_VIDEO not found")
    return video


def _list_v1(world: World, call: Call) -> dict[str, Any]:
    page, rows, token = _page(call)
    videos = [
        {
            "video_id": it.id,
            "video_title": it.plan.title,
            "status": it.status(world.now()),
            "created_at": int(it.created_at),
            "type": "GENERATED",
        }
        for it in page
    ]
    return v1({"token": token, "videos": videos, "total": len(rows)}, _SUCCESS)


def _list_v2(world: World, call: Call) -> dict[str, Any]:
    page, _, token = _page(call)
    videos = [_view(world, it) for it in page]
    return v2({"videos": videos, "token": token, "has_more": token is not None})


def _page(call: Call) -> tuple[list[Video], list[Video], str | None]:
    """One page of the account's videos, all of them, and what asks for the next page."""
    query = call.query
    title = query.get("title")
    rows = [
        it
        for it in reversed(call.account.videos.values())
        if it.started_at is not None
        and (title is None or title in (it.plan.title or ""))
        and not query.get("folder_id")
    ]
    limit = query["limit"] or _PAGE
    if limit < 0:
        raise invalid(f"limit must be at least 0, not {limit}", "limit")
    page, cursor = paginate(rows, lambda it: -it.number, limit, query["token"])
    return page, rows, cursor["next_token"]


def _delete_v1(world: World, call: Call) -> dict[str, Any]:
    delete(world, call.account, find(call.account, call.query["video_id"]))
    return v1(None, _SUCCESS)


def _delete_v2(world: World, call: Call) -> dict[str, Any]:
    delete(world, call.account, find(call.account, call.path["video_id"]))
    return v2(None)


HANDLERS: dict[str, Handler] = {
    "create-an-avatar-video-v2": _generate,
    "create-avatar-iv-video": _avatar_iv,
    "create-video-1": _create,
    "delete-a-video": _delete_v1,
    "delete-video-v2": _delete_v2,
    "get-video-detail": _details,
    "list-videos-v2": _list_v2,
    "video-list": _list_v1,
    "video-status": _status,
}
