"""Lipsyncs, translations, clippings and removals as somebody sees them who talks HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from heygen_async.simulator.v3.footage import footage_seconds
from heygen_async.simulator.world.faults import Fault

FILM = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
SPEECH = {"type": "url", "url": "https://cdn.example.org/ines.mp3"}

TRANSLATION = {"video": FILM, "output_languages": ["German", "French"], "end_time": 2.0}


def _links(answer: Any) -> Iterator[str]:
    match answer:
        case dict():
            for value in answer.values():
                yield from _links(value)
        case list():
            for value in answer:
                yield from _links(value)
        case str() if answer.startswith("http"):
            yield answer


@pytest.mark.parametrize(
    ("path", "body", "id_of", "types"),
    [
        (
            "/v3/lipsyncs",
            {
                "video": FILM,
                "audio": SPEECH,
                "enable_caption": True,
                "enable_dynamic_duration": False,
                "end_time": 2.0,
            },
            lambda made: made["lipsync_id"],
            ["video/mp4", "application/x-subrip"],
        ),
        (
            "/v3/video-translations",
            TRANSLATION | {"enable_caption": True},
            lambda made: made["video_translation_ids"][0],
            ["video/mp4", "audio/wav", "application/x-subrip", "text/vtt"],
        ),
        (
            "/v3/ai-clipping",
            {"video": FILM},
            lambda made: made["ai_clipping_id"],
            ["video/mp4", "image/jpeg"] * 2,
        ),
        (
            "/v3/background-removals",
            {"video": FILM, "layers": ["foreground", "mask"]},
            lambda made: made["id"],
            ["video/mp4", "video/mp4"],
        ),
    ],
)
async def test_every_link_of_a_finished_job_downloads_and_its_films_play(
    caller: Any, path: str, body: dict[str, Any], id_of: Any, types: list[str]
) -> None:
    made = await caller.data("POST", path, json=body)
    caller.clock.pass_seconds(300.0)
    job = await caller.data("GET", f"{path}/{id_of(made)}")

    files = []
    for link in _links(job):
        async with caller.session.get(link) as file:
            assert file.status == 200
            files.append((file.content_type, await file.read()))

    assert sorted(kind for kind, _ in files) == sorted(types)
    for kind, content in files:
        assert content
        if kind == "video/mp4":
            assert footage_seconds(content) >= 1.9


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v3/lipsyncs", {"video": FILM, "audio": SPEECH}),
        ("/v3/lipsyncs/batches", {"lipsyncs": [{"video": FILM, "audio": SPEECH}]}),
        ("/v3/video-translations", TRANSLATION),
        ("/v3/video-translations/batches", {"video_translations": [TRANSLATION]}),
        (
            "/v3/video-translations/proofreads",
            {"video": FILM, "output_languages": ["German"], "title": "Tour"},
        ),
    ],
)
async def test_the_same_key_gives_the_same_jobs_and_is_charged_once(
    caller: Any, path: str, body: dict[str, Any]
) -> None:
    headers = {"x-api-key": "a-key", "Idempotency-Key": "job-1"}
    caller.simulator.add_fault(Fault("lost_answer", times=1))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await caller.data("POST", path, json=body, headers=headers)
    charged = len(caller.simulator.ledger.charges)

    first = await caller.data("POST", path, json=body, headers=headers)
    second = await caller.data("POST", path, json=body, headers=headers)

    assert first == second
    assert charged == len(caller.simulator.ledger.charges) > 0


async def test_a_removal_whose_answer_was_lost_is_found_by_its_request_id(caller: Any) -> None:
    body = {"video": FILM, "request_id": "r-1"}
    caller.simulator.add_fault(Fault("lost_answer", operation="createBackgroundRemoval", times=1))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await caller.data("POST", "/v3/background-removals", json=body)

    found = await caller.data("POST", "/v3/background-removals", json=body)

    [listed] = await caller.data("GET", "/v3/background-removals")
    assert found["id"] == listed["id"]
    assert len(caller.simulator.ledger.charges) == 1


async def test_a_key_means_nothing_to_a_clipping(caller: Any) -> None:
    headers = {"x-api-key": "a-key", "Idempotency-Key": "job-1"}

    made = [
        await caller.data("POST", "/v3/ai-clipping", json={"video": FILM}, headers=headers)
        for _ in range(2)
    ]

    assert made[0] != made[1]
    assert [it.idempotency_key for it in caller.simulator.ledger.charges] == [None, None]
