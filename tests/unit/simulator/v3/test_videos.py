from __future__ import annotations

from collections.abc import Callable
from typing import Any

from heygen_async.simulator.media import RenderRequest
from heygen_async.simulator.world.faults import Fault
from heygen_async.simulator.world.timing import Timing

SCRIPT = "Spring stock is in. Come by on Saturday."


def _status(box: Any, video_id: str) -> str:
    status: str = box.call("getVideo", video_id=video_id)["status"]
    return status


def test_a_video_waits_pends_renders_and_completes(box: Any) -> None:
    body = {"type": "avatar", "avatar_id": "sim-look-mia", "script": SCRIPT}
    created = box.call("createVideo", body)
    video_id = created["video_id"]

    seen = [_status(box, video_id)]
    for seconds in (1.0, 3.0, 15.9, 0.1):
        box.wait(seconds)
        seen.append(_status(box, video_id))

    assert (created["status"], created["output_format"]) == ("waiting", "mp4")
    assert seen == ["pending", "pending", "processing", "processing", "completed"]


def test_the_bulk_status_says_waiting_where_a_single_one_says_pending(box: Any) -> None:
    video_id = box.video()

    [row] = box.call("bulkVideoStatuses", query={"video_ids": video_id})

    assert row == {
        "video_id": video_id,
        "status": "waiting",
        "batch_id": None,
        "item_index": None,
        "error": None,
    }


def test_a_running_video_has_no_links_and_a_completed_one_has_those_asked_for(box: Any) -> None:
    plain, subtitled, burnt = (
        box.video(),
        box.video(caption={"file_format": "srt"}),
        box.video(caption={"style": "default"}),
    )
    links = ("video_url", "thumbnail_url", "gif_url", "subtitle_url", "captioned_video_url")
    running = box.call("getVideo", video_id=burnt)

    box.wait(20.0)

    given = {
        name: {link for link in links if box.call("getVideo", video_id=it)[link]}
        for name, it in {"plain": plain, "subtitled": subtitled, "burnt": burnt}.items()
    }
    assert {running[link] for link in links} == {None}
    assert (running["completed_at"], running["duration"]) == (None, None)
    assert given["plain"] == {"video_url", "thumbnail_url", "gif_url"}
    assert given["subtitled"] == given["plain"] | {"subtitle_url"}
    assert given["burnt"] == set(links)


def test_each_look_at_a_video_signs_its_link_anew(box: Any) -> None:
    video_id = box.video()
    box.wait(20.0)
    first = box.call("getVideo", video_id=video_id)["video_url"]

    box.wait(60.0)

    second = box.call("getVideo", video_id=video_id)["video_url"]
    assert first != second
    assert first.partition("?")[0] == second.partition("?")[0]


def test_a_video_lasts_as_long_as_its_script_takes_at_the_voices_speed(box: Any) -> None:
    script = " ".join(["word"] * 30)
    plain, fast = box.video(script=script), box.video(script=script, voice_settings={"speed": 1.5})
    box.wait(20.0)

    lengths = [box.call("getVideo", video_id=it)["duration"] for it in (plain, fast)]

    assert lengths == [12.0, 8.0]


def test_the_film_is_made_from_the_callers_photo_and_wishes(box: Any) -> None:
    background = {"type": "color", "value": "#1a2b3c"}
    video_id = box.video(
        script=SCRIPT, aspect_ratio="9:16", resolution="720p", fit="cover", background=background
    )
    box.wait(20.0)

    recipe = box.world.files[f"videos/{video_id}.mp4"].make()

    assert isinstance(recipe, RenderRequest)
    assert recipe.image == box.world.looks["sim-look-mia"].picture.read()
    assert (recipe.text, recipe.seconds) == (SCRIPT, 3.2)
    assert (recipe.aspect_ratio, recipe.resolution, recipe.fit) == ("9:16", "720p", "cover")
    assert recipe.background == "#1a2b3c"
    assert not recipe.captions


def test_a_video_too_many_is_told_when_a_slot_is_due(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=2)
    box.video()
    box.wait(5.0)
    box.video()

    refusal = box.refused(
        "createVideo", {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}
    )

    assert (refusal.status, refusal.code) == (429, "rate_limit_exceeded")
    assert refusal.message == "2 jobs already running"
    assert refusal.retry_after == 15
    assert box.world.ledger.peak_renders == 2


def test_retry_after_is_said_in_the_callers_seconds(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1, speed=10.0)
    box.video()

    refusal = box.refused(
        "createVideo", {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}
    )

    assert refusal.retry_after == 2


def test_a_slot_is_free_again_once_a_video_has_settled(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)
    box.video()

    box.wait(20.0)

    assert box.video()


def test_a_video_is_charged_by_its_length_under_its_key(box: Any) -> None:
    script = " ".join(["word"] * 30)
    body = {"type": "avatar", "avatar_id": "sim-look-mia", "script": script}

    created = box.call("createVideo", body, key="job-1")

    [charge] = box.world.ledger.charges
    assert (charge.operation, charge.idempotency_key) == ("createVideo", "job-1")
    assert (charge.credits, charge.resource_id) == (0.6, created["video_id"])
    assert box.call("getCurrentUser")["wallet"]["remaining_balance"] == 999.4


def test_a_failed_video_says_why_and_is_refunded_when_it_fails(box: Any) -> None:
    box.world.faults.add(Fault("failed", operation="createVideo"))
    video_id = box.video()
    box.wait(19.0)
    before = box.account.balance

    box.wait(1.0)

    video = box.call("getVideo", video_id=video_id)
    assert (video["status"], video["failure_code"]) == ("failed", "rendering_failed")
    assert video["failure_message"] == "Render worker gave up after 3 attempts"
    assert (video["video_url"], video["completed_at"]) == (None, None)
    assert before < box.account.balance == 1000.0
    assert [it.refunded for it in box.world.ledger.charges] == [True]


def test_a_video_can_fail_without_a_reason(box: Any) -> None:
    box.world.faults.add(Fault("failed_without_reason", operation="createVideo"))
    video_id = box.video()

    box.wait(20.0)

    video = box.call("getVideo", video_id=video_id)
    assert (video["status"], video["failure_code"], video["failure_message"]) == (
        "failed",
        None,
        None,
    )


def test_a_stuck_video_keeps_its_slot(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)
    box.world.faults.add(Fault("stuck", operation="createVideo", times=1))
    video_id = box.video()

    box.wait(1_000_000.0)

    refusal = box.refused(
        "createVideo", {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}
    )
    assert _status(box, video_id) == "processing"
    assert refusal.retry_after == 30


def test_an_unknown_status_word_passes(box: Any) -> None:
    box.world.faults.add(Fault("unknown_status", word="simmering", seconds=10.0))
    video_id = box.video()

    word = box.account.videos[video_id].status(box.world.now())
    box.wait(10.0)

    assert word == "simmering"
    assert _status(box, video_id) == "processing"


def test_a_deleted_video_is_gone_but_renders_on_in_its_slot(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)
    video_id = box.video()

    deleted = box.call("deleteVideo", video_id=video_id)

    assert deleted == {"id": video_id, "deleted": True}
    assert box.refused("getVideo", video_id=video_id).code == "video_not_found"
    assert box.refused("deleteVideo", video_id=video_id).code == "video_not_found"
    assert box.account.farm.full
    box.wait(20.0)
    assert not box.account.farm.full
    assert not [path for path in box.world.files if video_id in path]


def test_a_deleted_finished_video_leaves_no_files(box: Any) -> None:
    video_id = box.video(caption={"style": "default"})
    box.wait(20.0)

    box.call("deleteVideo", video_id=video_id)

    assert not [path for path in box.world.files if video_id in path]


def test_videos_are_listed_newest_first_and_found_by_a_part_of_their_title(box: Any) -> None:
    first, _, third = (box.video(title=it) for it in ("promo-0001", "other", "promo-0003"))

    found = box.call("listVideos", query={"title": "promo"})
    elsewhere = box.call("listVideos", query={"folder_id": "somewhere"})

    assert [it["id"] for it in found] == [third, first]
    assert elsewhere == []


def test_another_account_sees_no_videos(box: Any) -> None:
    video_id = box.video()
    box.credential = "another-key"

    assert box.refused("getVideo", video_id=video_id).code == "video_not_found"
    assert box.call("listVideos") == []


def test_the_same_seed_makes_the_same_world(new_box: Callable[..., Any]) -> None:
    worlds = []
    for seed in (1, 1, 2):
        box = new_box(seed=seed, timing=Timing())
        video_id = box.video()
        worlds.append((video_id, box.account.videos[video_id].settles_at))

    assert worlds[0] == worlds[1]
    assert worlds[0][0] != worlds[2][0]
    assert worlds[0][1] != worlds[2][1]
