"""Clippings: the best short clips out of a long video, finished one after the other."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import partial
from typing import Any

from heygen_async.simulator.media import thumbnail
from heygen_async.simulator.v3 import films, jobs, sources, subtitles
from heygen_async.simulator.v3.job_records import Clip, Clipping
from heygen_async.simulator.v3.sources import Source
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.callbacks import tell
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.records import Plan
from heygen_async.simulator.world.world import File, World

_RATIOS = {"landscape": "16:9", "portrait": "9:16", "square": "1:1"}

# The most seconds of a clip by its duration type; for `long` the bound is ours.
_LONGEST = {"30": 30.0, "60": 60.0, "180": 180.0, "long": 600.0}

# How many clips are found: one for each so many seconds of the source, and at most so many.
_SECONDS_PER_CLIP, _MOST = 5.0, 5

_DEFAULTS: dict[str, Any] = {
    "aspect_ratio": "portrait",
    "captions": True,
    "caption_style": None,
    "duration_types": [],
    "prompt": None,
}


def _create(world: World, call: Call) -> dict[str, Any]:
    account, body = call.account, call.body
    source = sources.video(world, account, body["video"])
    facts = jobs.accept(
        world,
        call,
        "clipping",
        price=prices.CLIPPING_PER_SECOND * source.seconds,
        base=world.timing.clipping,
        seconds=source.seconds,
        body=body,
    )
    settings = {**_DEFAULTS, **body.get("output_settings", {})}
    clipping = Clipping(
        **facts,
        clips=_clips(world, facts["number"], source, settings),
        settings=settings,
        input_language=body.get("input_language"),
        seconds=source.seconds,
    )
    account.clippings[clipping.id] = clipping
    _publish(world, clipping)
    jobs.start(
        world, jobs.course(world, account, clipping, tell=partial(_tell, world, account, clipping))
    )
    return data({"ai_clipping_id": clipping.id})


def _clips(
    world: World, number: int, source: Source, settings: Mapping[str, Any]
) -> tuple[Clip, ...]:
    count = min(_MOST, max(1, int(source.seconds // _SECONDS_PER_CLIP)))
    chance = world.chance("clips", number)
    return tuple(
        Clip(
            id=world.identify("clip", world.number("clip")),
            title=f"Highlight {place}",
            plan=_plan(source, settings, count, chance),
            share=place / (count + 1),
            virality=chance.randint(40, 99),
        )
        for place in range(1, count + 1)
    )


def _plan(source: Source, settings: Mapping[str, Any], count: int, chance: random.Random) -> Plan:
    kind = chance.choice(settings["duration_types"] or list(_LONGEST))
    seconds = min(_LONGEST[kind], source.seconds / count)
    return Plan(
        kind="clip",
        title=None,
        seconds=seconds,
        credits=0.0,
        picture=source.picture,
        text=subtitles.invented("This is the moment everybody will share.", seconds),
        burnt=settings["captions"],
        resolution="720p",
        aspect_ratio=_RATIOS[settings["aspect_ratio"]],
        fit="cover",
    )


def _publish(world: World, clipping: Clipping) -> None:
    seed = world.seed
    for clip in clipping.clips:
        path, plan = _path(clip), clip.plan
        film = partial(films.request, plan, seed, captions=plan.burnt)
        world.files[f"{path}.mp4"] = File(mime="video/mp4", make=film)
        world.files[f"{path}.jpg"] = File(mime="image/jpeg", make=partial(_still, plan))


def _still(plan: Plan) -> bytes:
    return thumbnail(plan.picture.read())


def _tell(world: World, account: Account, clipping: Clipping, moment: float) -> None:
    event = "ai_clipping.success" if clipping.done else "ai_clipping.fail"
    tell(world, account, moment, event, _view(world, clipping), clipping.callback)


def _path(clip: Clip) -> str:
    return f"clips/{clip.id}"


def _find(world: World, call: Call) -> Clipping:
    return jobs.find(call.account.clippings, call.path["job_id"], "AI clipping", world.now())


def _view(world: World, clipping: Clipping) -> dict[str, Any]:
    now = world.now()
    status, progress = clipping.status(now), clipping.progress(now)
    shown = () if status == "pending" else clipping.clips
    return {
        "id": clipping.id,
        "title": clipping.title,
        "status": status,
        "progress": int(progress * 100),
        "created_at": int(clipping.created_at),
        "input_language": clipping.input_language,
        "source_duration": None if status == "pending" else round(clipping.seconds, 3),
        "output_settings": clipping.settings,
        "clips": [_clip(world, clipping, it, progress) for it in shown],
        "callback_id": clipping.callback.id,
        "failure_message": clipping.failure_message,
    }


def _clip(world: World, clipping: Clipping, clip: Clip, progress: float) -> dict[str, Any]:
    done, path = progress >= clip.share, _path(clip)
    waiting = "pending" if clipping.failure is None else "failed"
    return {
        "id": clip.id,
        "title": clip.title,
        "status": "completed" if done else waiting,
        "aspect_ratio": clipping.settings["aspect_ratio"],
        "duration_seconds": round(clip.plan.seconds, 3) if done else None,
        "virality_score": clip.virality if done else None,
        "video_url": world.link(f"{path}.mp4") if done else None,
        "thumbnail_url": world.link(f"{path}.jpg") if done else None,
        "failure_message": clipping.failure_message,
    }


def _get(world: World, call: Call) -> dict[str, Any]:
    return data(_view(world, _find(world, call)))


def _list(world: World, call: Call) -> dict[str, Any]:
    rows = jobs.known(call.account.clippings, world.now())
    page, cursor = paginate(rows, lambda it: -it.number, call.query["limit"], call.query["token"])
    return data([_view(world, it) for it in page]) | cursor


def _delete(world: World, call: Call) -> dict[str, Any]:
    clipping = _find(world, call)
    clipping.deleted = True
    for clip in clipping.clips:
        world.files.pop(f"{_path(clip)}.mp4", None)
        world.files.pop(f"{_path(clip)}.jpg", None)
    del call.account.clippings[clipping.id]
    return data({"id": clipping.id})


HANDLERS: dict[str, Handler] = {
    "createAiClipping": _create,
    "deleteAiClipping": _delete,
    "getAiClipping": _get,
    "listAiClippings": _list,
}
