"""Videos: accepted, rendered in a slot, then completed or failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heygen_async.simulator.v3.films import publish, withdraw
from heygen_async.simulator.v3.planning import plan
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.callbacks import callback_of, finish, tell
from heygen_async.simulator.world.farm import Render
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.postbox import Callback
from heygen_async.simulator.world.records import Batch, Member, Plan, Rejected, Video
from heygen_async.simulator.world.slots import require_slot
from heygen_async.simulator.world.world import World

_PAGE = "https://app.heygen.com/videos/"
_SHARE = "https://app.heygen.com/share/"


def _create(world: World, call: Call) -> dict[str, Any]:
    wanted = plan(world, call.account, call.body)
    video = begin(world, call, wanted, callback_of(world, call.body))
    return data({"video_id": video.id, "status": "waiting", "output_format": wanted.output_format})


def begin(world: World, call: Call, wanted: Plan, callback: Callback) -> Video:
    """Take the money, and render in a slot of its own from now on.

    Raises:
        RefusedError: no free slot, or not enough credits.
    """
    require_slot(world, call.account)
    video = accept(world, call, wanted, callback)
    call.account.farm.start(course(world, call.account, video), world.now())
    return video


def _create_batch(world: World, call: Call) -> dict[str, Any]:
    wanted = call.body["videos"]
    if not wanted:
        raise invalid("videos must have at least 1 items", "videos")
    batch = Batch(
        id=world.identify("batch", world.number("batch")),
        family="videos",
        title=call.body.get("title"),
        created_at=world.now(),
        members=[],
        callback=callback_of(world, call.body),
    )
    for item in wanted:
        batch.members.append(_enqueue(world, call, item, batch))
    call.account.batches[batch.id] = batch
    finish(world, call.account, batch, world.now())
    return data({"batch_id": batch.id, "status": "processing", "total_items": len(wanted)})


def _enqueue(world: World, call: Call, body: Mapping[str, Any], batch: Batch) -> Member:
    account = call.account
    try:
        wanted = plan(world, account, body)
        video = accept(world, call, wanted, callback_of(world, body))
    except RefusedError as refusal:
        return Rejected(code=refusal.code, message=refusal.message)
    account.farm.enqueue(course(world, account, video, batch), world.now())
    return video


def accept(world: World, call: Call, wanted: Plan, callback: Callback) -> Video:
    """Take the money and put the video on the books."""
    number = world.number("video")
    identifier = world.identify("video", number)
    charge = world.charge(call.account, call.operation, call.key, wanted.credits, identifier)
    timing = world.timing
    video = Video(
        id=identifier,
        number=number,
        plan=wanted,
        created_at=world.now(),
        phases=(timing.waiting, timing.pending),
        render_seconds=timing.render(wanted.seconds, world.chance("render", number)),
        charge=charge,
        callback=callback,
        fate=world.faults.fate(call.operation),
    )
    call.account.videos[video.id] = video
    return video


def course(world: World, account: Account, video: Video, batch: Batch | None = None) -> Render:
    """The rendering of a video as the slots see it; the batch is told of its end, if it has one."""

    def begin(moment: float) -> float:
        video.started_at = moment
        video.settles_at = video.fate.end(moment, video.render_seconds)
        return video.settles_at

    def appear(moment: float) -> None:
        if not video.deleted:
            publish(world, video)

    def settle(moment: float) -> None:
        video.settled = True
        if video.fate.failure is not None:
            world.refund(account, video.charge)
        elif video.fate.lag:
            world.agenda.at(moment + video.fate.lag, appear)
        else:
            appear(moment)
        if not video.deleted:
            _tell(world, account, video, moment)
        if batch is not None:
            finish(world, account, batch, moment)

    return Render(begin=begin, settle=settle)


def _tell(world: World, account: Account, video: Video, moment: float) -> None:
    """Say how a video ended: in general, and again for what was asked for besides."""
    shown, failure, wanted = view(world, video), video.fate.failure, video.plan
    kinds = {"avatar_video": "video_url"}
    if wanted.gif:
        kinds["avatar_video_gif"] = "gif_url"
    if wanted.burnt:
        kinds["avatar_video_caption"] = "captioned_video_url"
    for kind, link in kinds.items():
        callback = video.callback if kind == "avatar_video" else Callback(id=video.callback.id)
        if failure is not None:
            lost = {"video_id": video.id, "msg": failure.message}
            tell(world, account, moment, f"{kind}.fail", lost, callback)
            continue
        made = {
            "video_id": video.id,
            "url": shown[link],
            "gif_download_url": shown["gif_url"],
            "video_page_url": shown["video_page_url"],
            "video_share_page_url": _SHARE + video.id,
            "folder_id": shown["folder_id"],
        }
        tell(world, account, moment, f"{kind}.success", made, callback)


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
    rows = (
        video
        for video in reversed(call.account.videos.values())
        if video.started_at is not None
        and (title is None or title in (video.plan.title or ""))
        and not query["folder_id"]
    )
    page, cursor = paginate(rows, lambda it: -it.number, query["limit"], query["token"])
    return data([view(world, it) for it in page]) | cursor


def _delete(world: World, call: Call) -> dict[str, Any]:
    video = find(call.account, call.path["video_id"])
    delete(world, call.account, video)
    return data({"id": video.id, "deleted": True})


def delete(world: World, account: Account, video: Video) -> None:
    """Forget a video; if it is still rendering, it keeps its slot to the end."""
    video.deleted = True
    withdraw(world, video)
    del account.videos[video.id]


HANDLERS: dict[str, Handler] = {
    "createVideo": _create,
    "createVideoBatch": _create_batch,
    "deleteVideo": _delete,
    "getVideo": _get,
    "listVideos": _list,
}
