from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator.media import image_size, sniff
from heygen_async.simulator.world.faults import Fault

FILM = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}


def _clipping(box: Any, **options: Any) -> str:
    created = box.call("createAiClipping", {"video": FILM, "title": "Talk"} | options)
    job_id: str = created["ai_clipping_id"]
    return job_id


def _get(box: Any, job_id: str) -> Any:
    return box.call("getAiClipping", job_id=job_id)


def test_clips_are_finished_one_after_the_other(box: Any) -> None:
    job_id = _clipping(box)

    seen = []
    for seconds in (0.0, 3.0, 97.0, 100.0, 40.0):
        box.wait(seconds)
        shown = _get(box, job_id)
        clips = [it["status"] for it in shown["clips"]]
        seen.append((shown["status"], shown["progress"], clips))

    assert seen == [
        ("pending", 0, []),
        ("running", 1, ["pending", "pending"]),
        ("running", 41, ["completed", "pending"]),
        ("running", 83, ["completed", "completed"]),
        ("completed", 100, ["completed", "completed"]),
    ]


def test_only_a_finished_clip_has_files_and_a_length(box: Any) -> None:
    job_id = _clipping(box)
    box.wait(100.0)

    done, waiting = _get(box, job_id)["clips"]

    assert done["video_url"] is not None
    assert done["duration_seconds"] == 5.0
    assert 0 <= done["virality_score"] <= 100
    assert (waiting["video_url"], waiting["thumbnail_url"]) == (None, None)
    assert (waiting["duration_seconds"], waiting["virality_score"]) == (None, None)


def test_a_clip_has_the_shape_and_captions_that_were_asked_for(box: Any) -> None:
    job_id = _clipping(box, output_settings={"aspect_ratio": "square", "captions": False})
    box.wait(240.0)
    shown = _get(box, job_id)
    clip = shown["clips"][0]

    recipe = box.world.files[f"clips/{clip['id']}.mp4"].make()
    still = box.world.files[f"clips/{clip['id']}.jpg"].read()

    assert (recipe.aspect_ratio, recipe.captions) == ("1:1", False)
    assert image_size(still)[0] > 0
    assert clip["aspect_ratio"] == "square"
    assert shown["output_settings"] == {
        "aspect_ratio": "square",
        "captions": False,
        "caption_style": None,
        "duration_types": [],
        "prompt": None,
    }


def test_a_clip_can_be_played(box: Any) -> None:
    job_id = _clipping(box)
    box.wait(240.0)
    clip = _get(box, job_id)["clips"][0]

    film = box.world.files[f"clips/{clip['id']}.mp4"].read()

    assert sniff(film) == "video/mp4"


def test_no_clip_is_longer_than_was_asked_for(box: Any) -> None:
    video_id = box.video(script=" ".join(["word"] * 500))
    box.wait(20.0)
    film = {"type": "url", "url": box.call("getVideo", video_id=video_id)["video_url"]}
    job_id = _clipping(box, video=film, output_settings={"duration_types": ["30"]})
    box.wait(240.0)

    shown = _get(box, job_id)

    assert shown["source_duration"] == 200.0
    assert [it["duration_seconds"] for it in shown["clips"]] == [30.0] * 5


def test_a_failed_clipping_says_why_and_is_refunded(box: Any) -> None:
    box.world.faults.add(Fault("failed", operation="createAiClipping", message="Nothing to see"))
    job_id = _clipping(box)

    box.wait(240.0)

    shown = _get(box, job_id)
    assert (shown["status"], shown["failure_message"]) == ("failed", "Nothing to see")
    assert {(it["status"], it["video_url"]) for it in shown["clips"]} == {("failed", None)}
    assert box.account.balance == 1000.0


def test_a_clipping_can_be_cancelled(box: Any) -> None:
    box.world.faults.add(Fault("failed", operation="createAiClipping", code="cancelled"))
    job_id = _clipping(box)

    box.wait(240.0)

    assert _get(box, job_id)["status"] == "cancelled"


def test_a_stuck_clipping_never_gets_to_its_end(box: Any) -> None:
    box.world.faults.add(Fault("stuck", operation="createAiClipping"))
    job_id = _clipping(box)

    box.wait(1_000_000.0)

    shown = _get(box, job_id)
    assert (shown["status"], shown["progress"]) == ("running", 99)


def test_each_clipping_is_charged(box: Any) -> None:
    _clipping(box)
    _clipping(box)

    assert [it.credits for it in box.world.ledger.charges] == [0.167, 0.167]


def test_clippings_are_listed_newest_first_and_deleted_with_their_clips(box: Any) -> None:
    first, second = _clipping(box), _clipping(box)
    box.wait(240.0)
    clip = _get(box, first)["clips"][0]["id"]

    listed = box.call("listAiClippings")
    deleted = box.call("deleteAiClipping", job_id=first)

    assert [it["id"] for it in listed] == [second, first]
    assert deleted == {"id": first}
    assert box.refused("getAiClipping", job_id=first).code == "resource_not_found"
    assert not [path for path in box.world.files if clip in path]


def test_a_callback_is_told_the_whole_job(box: Any) -> None:
    job_id = _clipping(box, callback_url="http://127.0.0.1:9/done", callback_id="mine")
    box.wait(240.0)

    [taken] = box.world.postbox.take(box.world.now())

    assert taken.event.type == "ai_clipping.success"
    assert taken.event.data["id"] == job_id
    assert len(taken.event.data["clips"]) == 2


@pytest.mark.parametrize(
    ("video", "code"),
    [
        ({"type": "url", "url": "https://x.org/a.png"}, "invalid_parameter"),
        ({"type": "asset_id", "asset_id": "no"}, "asset_not_found"),
    ],
)
def test_what_is_no_video_is_refused(box: Any, video: dict[str, str], code: str) -> None:
    assert box.refused("createAiClipping", {"video": video}).code == code
