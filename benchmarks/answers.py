"""Answers of the APIs that are compared, each in its own shape."""

from __future__ import annotations

from typing import Any

import orjson

__all__ = ["created", "of_openai", "of_runway", "video", "videos"]

_SIGNED = "?Expires=1795000000&Signature=" + "s" * 120 + "&Key-Pair-Id=K0"


def video(number: int = 0) -> dict[str, Any]:
    """A finished video as HeyGen v3 shows it."""
    name = f"{number:032x}"
    return {
        "id": name,
        "title": f"Video number {number} [hga-0123456789ab]",
        "status": "completed",
        "created_at": 1_795_000_000 + number,
        "completed_at": 1_795_000_090 + number,
        "duration": 12.4,
        "video_url": f"https://files.example/{name}.mp4{_SIGNED}",
        "thumbnail_url": f"https://files.example/{name}.jpg{_SIGNED}",
        "gif_url": f"https://files.example/{name}.gif{_SIGNED}",
        "captioned_video_url": None,
        "subtitle_url": None,
        "folder_id": None,
        "output_language": None,
        "failure_code": None,
        "failure_message": None,
        "video_page_url": f"https://app.example/videos/{name}",
    }


def videos(count: int) -> bytes:
    """A page of a list."""
    items = [video(number) for number in range(count)]
    return orjson.dumps({"data": items, "has_more": False, "next_token": None})


def created() -> bytes:
    """What HeyGen answers to a create."""
    return orjson.dumps(
        {"data": {"video_id": "f" * 32, "status": "waiting", "output_format": "mp4"}}
    )


def of_openai() -> bytes:
    """A model as openai's API shows it; the smallest thing its SDK retrieves."""
    return orjson.dumps(
        {"id": "model", "object": "model", "created": 1_795_000_000, "owned_by": "openai"}
    )


def of_runway() -> bytes:
    """A task as runway's API shows it."""
    return orjson.dumps(
        {
            "id": "f" * 32,
            "createdAt": "2026-11-20T12:00:00Z",
            "status": "SUCCEEDED",
            "cost": {"credits": 5},
            "output": [f"https://files.example/{n}.mp4{_SIGNED}" for n in range(3)],
        }
    )
