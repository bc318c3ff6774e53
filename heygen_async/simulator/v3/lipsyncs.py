"""Lipsyncs: a video whose speaker says another recording.

No event type is known for them (behaviour notes §10, 2026-10): endpoints hear nothing, and what a
`callback_url` is told has a type of our own making, `lipsync.success` or `lipsync.fail`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from heygen_async.simulator.v3 import dubs, jobs, sources, subtitles
from heygen_async.simulator.v3.job_batches import LIPSYNCS, open_batch
from heygen_async.simulator.v3.job_records import Dub
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.callbacks import tell
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.records import Batch, Plan
from heygen_async.simulator.world.world import World

_SENTENCE = "These are the words of the new recording."


def _create(world: World, call: Call) -> dict[str, Any]:
    lipsync = _accept(world, call, call.body)
    return data({"lipsync_id": lipsync.id})


def _create_batch(world: World, call: Call) -> dict[str, Any]:
    items: list[Callable[[Batch], Dub]] = [
        partial(_accept, world, call, body) for body in call.body[LIPSYNCS]
    ]
    return open_batch(world, call, LIPSYNCS, items)


def _accept(world: World, call: Call, body: Mapping[str, Any], batch: Batch | None = None) -> Dub:
    plan = _plan(world, call.account, body)
    facts = jobs.accept(
        world,
        call,
        "lipsync",
        price=plan.credits,
        base=world.timing.lipsync,
        seconds=plan.seconds,
        body=body,
        batch=batch,
    )
    lipsync = Dub(**facts, plan=plan, srt=subtitles.written(_SENTENCE, plan.seconds))
    call.account.lipsyncs[lipsync.id] = lipsync
    finish = partial(_publish, world, lipsync)
    told = partial(_tell, world, call.account, lipsync)
    jobs.start(world, jobs.course(world, call.account, lipsync, finish, told))
    return lipsync


def _plan(world: World, account: Account, body: Mapping[str, Any]) -> Plan:
    source = sources.video(world, account, body["video"])
    recording = sources.recording(world, account, body["audio"])
    asked = sources.part(source, body)
    dynamic = body.get("enable_dynamic_duration", True)
    seconds = recording.seconds if dynamic else asked
    return Plan(
        kind="lipsync",
        title=body.get("title"),
        seconds=seconds,
        credits=prices.LIPSYNC_PER_SECOND[body.get("mode", "speed")] * seconds,
        picture=source.picture,
        text=subtitles.invented(_SENTENCE, seconds),
        audio=recording.blob if dynamic else None,
        captions=body.get("enable_caption", False),
        resolution="720p",
        aspect_ratio="auto",
    )


def _publish(world: World, lipsync: Dub) -> None:
    dubs.publish(world, _path(lipsync), lipsync)


def _tell(world: World, account: Account, lipsync: Dub, moment: float) -> None:
    facts: dict[str, Any] = {"lipsync_id": lipsync.id}
    if lipsync.done:
        facts |= {"url": dubs.link(world, _path(lipsync), lipsync, "mp4")}
    else:
        facts |= {"message": lipsync.failure_message}
    event = "lipsync.success" if lipsync.done else "lipsync.fail"
    tell(world, account, moment, event, facts, lipsync.callback)


def _path(lipsync: Dub) -> str:
    return f"lipsyncs/{lipsync.id}"


def _find(world: World, call: Call) -> Dub:
    return jobs.find(call.account.lipsyncs, call.path["lipsync_id"], "Lipsync", world.now())


def _view(world: World, lipsync: Dub) -> dict[str, Any]:
    link = partial(dubs.link, world, _path(lipsync), lipsync)
    return {
        "id": lipsync.id,
        "title": lipsync.title,
        "status": lipsync.status(world.now()),
        "created_at": int(lipsync.created_at),
        "duration": round(lipsync.plan.seconds, 3) if lipsync.done else None,
        "video_url": link("mp4"),
        "caption_url": link("srt", wanted=lipsync.plan.captions),
        "callback_id": lipsync.callback.id,
        "failure_message": lipsync.failure_message,
    }


def _get(world: World, call: Call) -> dict[str, Any]:
    return data(_view(world, _find(world, call)))


def _list(world: World, call: Call) -> dict[str, Any]:
    rows = jobs.known(call.account.lipsyncs, world.now())
    page, cursor = paginate(rows, lambda it: -it.number, call.query["limit"], call.query["token"])
    return data([_view(world, it) for it in page]) | cursor


def _update(world: World, call: Call) -> dict[str, Any]:
    lipsync = _find(world, call)
    lipsync.title = call.body["title"]
    return data(_view(world, lipsync))


def _delete(world: World, call: Call) -> dict[str, Any]:
    lipsync = _find(world, call)
    lipsync.deleted = True
    dubs.withdraw(world, _path(lipsync))
    del call.account.lipsyncs[lipsync.id]
    return data({"id": lipsync.id})


HANDLERS: dict[str, Handler] = {
    "createLipsync": _create,
    "createLipsyncBatch": _create_batch,
    "deleteLipsync": _delete,
    "getLipsync": _get,
    "listLipsyncs": _list,
    "updateLipsync": _update,
}
