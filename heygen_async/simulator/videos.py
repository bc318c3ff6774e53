"""Videos: accepted, rendered in a slot, then completed or failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heygen_async.simulator.accounts import Account
from heygen_async.simulator.call import Call, Handler, data
from heygen_async.simulator.farm import Render
from heygen_async.simulator.films import publish, withdraw
from heygen_async.simulator.paging import paginate
from heygen_async.simulator.planning import plan
from heygen_async.simulator.records import Batch, Member, Plan, Rejected, Video
from heygen_async.simulator.refusals import RefusedError, invalid
from heygen_async.simulator.world import World

_PAGE = "https://app.heygen.com/videos/"


def _create(world: World, call: Call) -> dict[str, Any]:
    account, now = call.account, world.now()
    wanted = plan(world, account, call.body)
    if account.farm.full:
        free = min(account.farm.next_free() - now, world.timing.retry_after)
        raise RefusedError(
            "rate_limit_exceeded",
            f"{account.farm.running} jobs already running",
            retry_after=world.caller_wait(free),
        )
    video = _accept(world, account, wanted, call)
    account.farm.start(_render(world, account, video), now)
    return data({"video_id": video.id, "status": "waiting", "output_format": wanted.output_format})


def _create_batch(world: World, call: Call) -> dict[str, Any]:
    wanted = call.body["videos"]
    if not wanted:
        raise invalid("videos must have at least 1 items", "videos")
    batch = Batch(
        id=world.identify("batch", world.number("batch")),
        family="videos",
        title=call.body.get("title"),
        created_at=world.now(),
        members=[_enqueue(world, call, it) for it in wanted],
    )
    call.account.batches[batch.id] = batch
    return data({"batch_id": batch.id, "status": "processing", "total_items": len(wanted)})


def _enqueue(world: World, call: Call, body: Mapping[str, Any]) -> Member:
    try:
        video = _accept(world, call.account, plan(world, call.account, body), call)
    except RefusedError as refusal:
        return Rejected(code=refusal.code, message=refusal.message)
    call.account.farm.enqueue(_render(world, call.account, video), world.now())
    return video


def _accept(world: World, account: Account, wanted: Plan, call: Call) -> Video:
    """Take the money and put the video on the books."""
    number = world.number("video")
    identifier = world.identify("video", number)
    charge = world.charge(account, call.operation, call.key, wanted.credits, identifier)
    timing = world.timing
    video = Video(
        id=identifier,
        number=number,
        plan=wanted,
        created_at=world.now(),
        phases=(timing.waiting, timing.pending),
        render_seconds=timing.render(wanted.seconds, world.chance("render", number)),
        charge=charge,
        fate=world.faults.fate(call.operation),
    )
    account.videos[video.id] = video
    return video


def _render(world: World, account: Account, video: Video) -> Render:
    def begin(moment: float) -> float:
        video.started_at = moment
        video.settles_at = video.fate.end(moment, video.render_seconds)
        return video.settles_at

    def settle(_: float) -> None:
        video.settled = True
        if video.fate.failure is not None:
            world.refund(account, video.charge)
        elif not video.deleted:
            publish(world, video)

    return Render(begin=begin, settle=settle)


def find(account: Account, video_id: str) -> Video:
    """One of the account's videos; one that is still queued in a batch has no id yet."""
    video = account.videos.get(video_id)
    if video is None or video.started_at is None:
        raise RefusedError("video_not_found", f"Video {video_id} not found")
    return video


def view(world: World, video: Video) -> dict[str, Any]:
    """A video as the API shows it (behaviour notes §6.1)."""
    now, wanted = world.now(), video.plan
    status = video.status(now)
    done = status == "completed"
    failure = video.fate.failure if status == "failed" else None
    path = f"videos/{video.id}"
    return {
        "id": video.id,
        "title": wanted.title,
        "status": "pending" if status == "waiting" else status,
        "created_at": int(video.created_at),
        "completed_at": int(video.settles_at) if done else None,
        "duration": round(wanted.seconds, 3) if done else None,
        "video_url": world.link(f"{path}.{wanted.output_format}") if done else None,
        "thumbnail_url": world.link(f"{path}.jpg") if done else None,
        "gif_url": world.link(f"{path}.gif") if done else None,
        "captioned_video_url": (
            world.link(f"{path}.captioned.{wanted.output_format}")
            if done and wanted.burnt
            else None
        ),
        "subtitle_url": world.link(f"{path}.srt") if done and wanted.captions else None,
        "folder_id": None,
        "output_language": None,
        "failure_code": None if failure is None else failure.code,
        "failure_message": None if failure is None else failure.message,
        "video_page_url": _PAGE + video.id,
    }


def _get(world: World, call: Call) -> dict[str, Any]:
    return data(view(world, find(call.account, call.path["video_id"])))


def _list(world: World, call: Call) -> dict[str, Any]:
    query = call.query
    title = query["title"]
    rows = [
        video
        for video in reversed(call.account.videos.values())
        if video.started_at is not None
        and (title is None or title in (video.plan.title or ""))
        and not query["folder_id"]
    ]
    page, cursor = paginate(rows, lambda it: -it.number, query["limit"], query["token"])
    return data([view(world, it) for it in page]) | cursor


def _delete(world: World, call: Call) -> dict[str, Any]:
    video = find(call.account, call.path["video_id"])
    video.deleted = True
    withdraw(world, video)
    del call.account.videos[video.id]
    return data({"id": video.id, "deleted": True})


HANDLERS: dict[str, Handler] = {
    "createVideo": _create,
    "createVideoBatch": _create_batch,
    "deleteVideo": _delete,
    "getVideo": _get,
    "listVideos": _list,
}
