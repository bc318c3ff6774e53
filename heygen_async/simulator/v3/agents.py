"""Video agent sessions: opened with a wish, talked to, stopped, looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from heygen_async.simulator.v3 import agent_styles, inputs, voices
from heygen_async.simulator.v3.agent_records import WORKING, AgentResource, Message, Session
from heygen_async.simulator.v3.agent_runs import stop, video_id, work
from heygen_async.simulator.v3.brand import check_kit
from heygen_async.simulator.v3.looks import ready_look
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.v3.sources import picture_of
from heygen_async.simulator.v3.videos import view
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.callbacks import callback_of
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.world import File, World

SHOWN = 40
"""Messages that a session shows, the newest (contract, read 2026-11-20)."""

_KINDS = ("image", "video", "audio", "application")
_SHAPES = {"landscape": "16:9", "portrait": "9:16"}
_LENGTH = re.compile(r"(\d{1,4})[\s-]*(s|secs?|seconds?|mins?|minutes?)\b", re.IGNORECASE)
_SHORTEST, _LONGEST = 5.0, 180.0


def _create(world: World, call: Call) -> dict[str, Any]:
    body, account = call.body, call.account
    wish = _words(body["prompt"], "prompt")
    callback = callback_of(world, body)
    style = body.get("style_id")
    shape = "16:9" if style is None else agent_styles.find(style).aspect_ratio
    orientation = body.get("orientation")
    number = world.number("session")
    session = Session(
        id=world.identify("session", number),
        number=number,
        mode=body.get("mode", "generate"),
        wish=wish,
        picture=Picture(prompt=wish, seed=number),
        aspect_ratio=shape if orientation is None else _SHAPES[orientation],
        created_at=world.now(),
        callback=callback,
    )
    _take(world, account, session, body, wish)
    work(world, call, session, _next_phase(session))
    account.sessions[session.id] = session
    return data(
        {
            "session_id": session.id,
            "status": session.phase,
            "video_id": None,
            "created_at": int(session.created_at),
        }
    )


def _send(world: World, call: Call) -> dict[str, Any]:
    session = _find(call)
    if session.mode != "chat":
        raise invalid("Only sessions in chat mode take messages")
    if session.phase in WORKING:
        raise RefusedError("conflict", f"The session is {session.phase}; wait, or stop it")
    next_phase = "reviewing" if session.phase == "waiting_for_input" else "completed"
    said = _words(call.body["message"], "message")
    saved = (session.wish, session.picture, session.seconds, dict(session.resources))
    lines = len(session.messages)
    session.wish = f"{session.wish}\n{said}"
    try:
        _take(world, call.account, session, call.body, said)
        run = work(world, call, session, next_phase)
    except RefusedError:
        session.wish, session.picture, session.seconds, session.resources = saved
        del session.messages[lines:]
        raise
    return data({"session_id": session.id, "run_id": run.id, "title": session.title})


def _take(
    world: World, account: Account, session: Session, body: Mapping[str, Any], said: str
) -> None:
    """Take over what a request says and brings along.

    Raises:
        RefusedError: it names something that does not exist or cannot be used.
    """
    check_kit(body.get("brand_kit_id"), "brand_kit_id")
    if body.get("voice_id") is not None:
        voices.ready(world, account, body["voice_id"], "voice_id")
    picture = None
    if body.get("avatar_id") is not None:
        picture = _avatar(world, account, body["avatar_id"])
    given = [
        inputs.resolve(world, account, it, f"files.{index}", *_KINDS)
        for index, it in enumerate(body.get("files") or ())
    ]
    for file in given:
        if picture is None and file.mime.startswith("image/") and file.blob is not None:
            picture = picture_of(file)
    session.picture = picture or session.picture
    if found := _LENGTH.findall(said):
        number, unit = found[-1]
        seconds = float(number) * (60.0 if unit.lower().startswith("m") else 1.0)
        session.seconds = min(max(seconds, _SHORTEST), _LONGEST)
    about = tuple(_keep(world, session, it) for it in given)
    session.say(world.now(), "user", said, about=about)


def _avatar(world: World, account: Account, look_id: str) -> Picture:
    try:
        return ready_look(world, account, look_id, "avatar_id").picture
    except RefusedError as refusal:
        if refusal.code != "avatar_not_found":
            raise
        # Seen live: an unknown avatar is an invalid parameter here (behaviour notes §2, 2026-10).
        raise invalid(f"Avatar {look_id} not found, or no access to it", "avatar_id") from refusal


def _keep(world: World, session: Session, file: inputs.Given) -> str:
    identifier = world.identify("resource", world.number("resource"))
    kind = file.mime.partition("/")[0]
    path, make = None, file.make
    if make is not None:
        path = f"agents/{identifier}"
        world.files[path] = File(mime=file.mime, make=make)
    session.resources[identifier] = AgentResource(
        id=identifier,
        type="document" if kind == "application" else kind,
        source="user",
        created_at=world.now(),
        path=path,
        url=file.source if path is None else None,
        still=path if kind == "image" else None,
        facts={"mime_type": file.mime},
    )
    return identifier


def _words(text: str, param: str) -> str:
    if not text.strip():
        raise invalid(f"{param} must not be empty", param)
    return text


def _next_phase(session: Session) -> str:
    if session.mode != "chat":
        return "completed"
    return "waiting_for_input" if session.seconds is None else "reviewing"


def _find(call: Call) -> Session:
    session = call.account.sessions.get(call.path["session_id"])
    if session is None:
        message = f"Video agent session {call.path['session_id']} not found"
        raise RefusedError("resource_not_found", message)
    return session


def _get(world: World, call: Call) -> dict[str, Any]:
    session, now = _find(call), world.now()
    return data(
        {
            "session_id": session.id,
            "status": session.status(now),
            "progress": session.progress(now),
            "title": session.title,
            "video_id": video_id(session),
            "created_at": int(session.created_at),
            "messages": [_message(it) for it in session.messages[-SHOWN:]],
        }
    )


def _message(message: Message) -> dict[str, Any]:
    return {
        "role": message.role,
        "type": message.type,
        "content": message.content,
        "created_at": int(message.created_at),
        "resource_ids": list(message.resource_ids) or None,
    }


def _list(world: World, call: Call) -> dict[str, Any]:
    rows = list(reversed(call.account.sessions.values()))
    page, cursor = paginate(rows, lambda it: -it.number, call.query["limit"], call.query["token"])
    shown = [
        {"session_id": it.id, "title": it.title, "created_at": int(it.created_at)} for it in page
    ]
    return data(shown) | cursor


def _stop(world: World, call: Call) -> dict[str, Any]:
    session = _find(call)
    stop(world, session)
    return data({"session_id": session.id})


def _videos(world: World, call: Call) -> dict[str, Any]:
    videos = [it for it in _find(call).videos if not it.deleted]
    return data([view(world, it) for it in videos]) | {"has_more": False, "next_token": None}


def _resource(world: World, call: Call) -> dict[str, Any]:
    identifier = call.path["resource_id"]
    found = _find(call).resources.get(identifier)
    if found is None:
        raise RefusedError("resource_not_found", f"Resource {identifier} not found")
    url = found.url if found.path is None else world.link(found.path)
    return data(
        {
            "resource_id": found.id,
            "resource_type": found.type,
            "source_type": found.source,
            "url": url,
            "preview_url": url,
            "thumbnail_url": None if found.still is None else world.link(found.still),
            "metadata": dict(found.facts),
            "created_at": int(found.created_at),
        }
    )


HANDLERS: dict[str, Handler] = {
    "createVideoAgentSession": _create,
    "getVideoAgentResource": _resource,
    "getVideoAgentSession": _get,
    "listVideoAgentSessionVideos": _videos,
    "listVideoAgentSessions": _list,
    "sendVideoAgentMessage": _send,
    "stopVideoAgentSession": _stop,
}
