"""agent.ai's videos of stock avatars, who tell of an article, a topic, or say a script.

They are videos of the HeyGen account of the same key and share its render slots; one for which none
is free waits, as agent.ai has no word for a full pool. Their price is HeyGen's for an avatar video;
agent.ai's own is not documented (v2 notes §12).

Nothing is fetched from elsewhere: of an article the script knows its address alone. A topic of
several sentences is taken for a script.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from heygen_async.simulator.agentai.envelopes import answered
from heygen_async.simulator.media import speech_seconds
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.v3.videos import accept, course, view
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.callbacks import NOBODY
from heygen_async.simulator.world.records import Plan
from heygen_async.simulator.world.world import World

_RATIOS = {"landscape": "16:9", "portrait": "9:16"}
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_SENTENCES = re.compile(r"[.!?…](?:\s|$)")
_TITLE = 60

# The words of HG2; `waiting` and `queued` are none of them.
_WORDS = {"queued": "pending", "waiting": "pending"}


def _generate(world: World, call: Call) -> dict[str, Any]:
    body, account = call.body, call.account
    title, script = _told(body)
    colour = body.get("background_color", "#FFFFFF")
    if not _COLOUR.fullmatch(colour):
        raise invalid("background_color must be a colour like #1a2b3c", "background_color")
    seconds = speech_seconds(script, 1.0)
    wanted = Plan(
        kind="avatar",
        title=title,
        seconds=seconds,
        credits=prices.video_per_second("avatar_iv", "digital_twin") * seconds,
        picture=Picture(prompt=f"stock avatar {body['avatar_name']}"),
        text=script,
        resolution="720p",
        aspect_ratio=_RATIOS[body["aspect_ratio"]],
        background=colour,
    )
    video = accept(world, call, wanted, NOBODY)
    account.farm.enqueue(course(world, account, video), world.now())
    return answered(world, call, {"video_id": video.id, "title": title, "script": script})


def _told(body: Any) -> tuple[str, str]:
    """Title and script."""
    if body["source_type"] == "blog_url":
        url = (body.get("blog_url") or "").strip()
        if not url:
            raise invalid("Missing required field: blog_url", "blog_url")
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise invalid("blog_url must be an address", "blog_url")
        last = unquote(parts.path.rstrip("/").rpartition("/")[2]).removesuffix(".html")
        title = " ".join(re.split(r"[-_\s]+", last)).strip().capitalize() or parts.hostname
        if body.get("content_type", "blog_summary") == "blog_promotion":
            return title, f"Have you read {title}? You will find it on {parts.hostname}."
        return title, f"This is what {title} on {parts.hostname} says, in a few words."
    topic = (body.get("topic") or "").strip()
    if not topic:
        raise invalid("Missing required field: topic", "topic")
    title = topic[:_TITLE].strip()
    if len(_SENTENCES.findall(topic)) > 1:
        return title, topic
    return title, f"Today we talk about {topic.rstrip('.!?…')}. There is a lot to say about it."


def _status(world: World, call: Call) -> dict[str, Any]:
    video = call.account.videos.get(call.body["video_id"])
    if video is None:
        raise RefusedError("video_not_found", f"Video {call.body['video_id']} not found")
    shown, status = view(world, video), video.status(world.now())
    payload = {
        "status": _WORDS.get(status, status),
        "video_url": shown["video_url"],
        "thumbnail_url": shown["thumbnail_url"],
    }
    return answered(world, call, payload)


HANDLERS: dict[str, Handler] = {
    "heygenAvatarGenerateVideo": _generate,
    "heygenAvatarGetVideoStatus": _status,
}
