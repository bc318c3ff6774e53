from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.media import sniff, tone
from heygen_async.simulator.world.faults import Fault

FILM = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
SPEECH = {"type": "url", "url": "https://cdn.example.org/ines.mp3"}
ITEM = {"video": FILM, "audio": SPEECH}


def _lipsync(box: Any, **options: Any) -> str:
    lipsync_id: str = box.call("createLipsync", ITEM | options)["lipsync_id"]
    return lipsync_id


def _get(box: Any, lipsync_id: str) -> Any:
    return box.call("getLipsync", lipsync_id=lipsync_id)


def test_a_lipsync_pends_runs_and_completes(box: Any) -> None:
    lipsync_id = _lipsync(box, title="Ines")

    seen = [_get(box, lipsync_id)["status"]]
    for seconds in (3.0, 116.9, 0.1):
        box.wait(seconds)
        seen.append(_get(box, lipsync_id)["status"])

    assert seen == ["pending", "running", "running", "completed"]


def test_a_running_lipsync_has_no_links_and_a_completed_one_has_those_asked_for(box: Any) -> None:
    plain, captioned = _lipsync(box), _lipsync(box, enable_caption=True, callback_id="mine")
    running = _get(box, captioned)

    box.wait(120.0)

    first, second = _get(box, plain), _get(box, captioned)
    assert (running["video_url"], running["caption_url"], running["duration"]) == (None,) * 3
    assert first["video_url"] is not None
    assert (first["caption_url"], first["callback_id"]) == (None, None)
    assert second["caption_url"] is not None
    assert second["callback_id"] == "mine"


def test_the_result_is_as_long_as_the_recording_or_the_part_it_replaces(box: Any) -> None:
    recording = tone("One two three four five six seven eight nine ten.")
    asset = {"type": "asset_id", "asset_id": box.call("uploadAsset", upload=recording)["asset_id"]}
    dynamic = _lipsync(box, audio=asset)
    fixed = _lipsync(box, audio=asset, enable_dynamic_duration=False, start_time=2.0, end_time=5.5)

    box.wait(120.0)

    lengths = [_get(box, it)["duration"] for it in (dynamic, fixed)]
    assert lengths == [4.0, 3.5]


def test_the_result_says_the_recording(box: Any) -> None:
    recording = tone("Hello there.")
    asset = {"type": "asset_id", "asset_id": box.call("uploadAsset", upload=recording)["asset_id"]}
    lipsync_id = _lipsync(box, audio=asset)
    box.wait(120.0)

    file = box.world.files[f"lipsyncs/{lipsync_id}.mp4"]

    assert file.make().audio == recording
    assert sniff(file.read()) == "video/mp4"


def test_a_rendered_video_is_lipsynced_without_being_rendered_for_it(box: Any) -> None:
    video_id = box.video(script=" ".join(["word"] * 30))
    box.wait(20.0)
    video = box.call("getVideo", video_id=video_id)

    lipsync_id = _lipsync(
        box, video={"type": "url", "url": video["video_url"]}, enable_dynamic_duration=False
    )

    box.wait(120.0)
    recipe = box.world.files[f"lipsyncs/{lipsync_id}.mp4"].make()
    assert recipe.image == box.world.looks["sim-look-mia"].picture.read()
    assert recipe.seconds == video["duration"] == 12.0


@pytest.mark.parametrize(
    ("options", "code", "param"),
    [
        ({"video": SPEECH}, "invalid_parameter", "video"),
        ({"audio": FILM}, "invalid_parameter", "audio"),
        (
            {"video": {"type": "asset_id", "asset_id": "no"}},
            "asset_not_found",
            "video.asset_id",
        ),
        (
            {"audio": {"type": "url", "url": "https://nowhere.invalid/a.mp3"}},
            "download_failed",
            "audio.url",
        ),
        ({"start_time": -1}, "invalid_parameter", "start_time"),
        ({"start_time": 3, "end_time": 3}, "invalid_parameter", "end_time"),
        ({"callback_url": "ftp://example.org"}, "invalid_parameter", "callback_url"),
    ],
)
def test_a_lipsync_that_cannot_be_made_is_refused_and_costs_nothing(
    box: Any, options: dict[str, Any], code: str, param: str
) -> None:
    refusal = box.refused("createLipsync", ITEM | options)

    assert (refusal.code, refusal.param) == (code, param)
    assert box.account.balance == 1000.0


def test_a_part_behind_the_end_of_a_known_video_is_refused(box: Any) -> None:
    video_id = box.video()
    box.wait(20.0)
    film = {"type": "url", "url": box.call("getVideo", video_id=video_id)["video_url"]}

    refusal = box.refused("createLipsync", ITEM | {"video": film, "end_time": 500.0})

    assert refusal.param == "end_time"


def test_a_lipsync_is_charged_by_the_second_of_its_mode_under_its_key(box: Any) -> None:
    for mode in ("speed", "precision"):
        box.call("createLipsync", ITEM | {"mode": mode}, key=f"job-{mode}")

    charges = box.world.ledger.charges
    assert [it.credits for it in charges] == [0.333, 0.667]
    assert [it.idempotency_key for it in charges] == ["job-speed", "job-precision"]


def test_a_failed_lipsync_says_why_and_is_refunded(box: Any) -> None:
    box.world.faults.add(Fault("failed", operation="createLipsync", message="No face was found"))
    lipsync_id = _lipsync(box)

    box.wait(120.0)

    lipsync = _get(box, lipsync_id)
    assert (lipsync["status"], lipsync["failure_message"]) == ("failed", "No face was found")
    assert lipsync["video_url"] is None
    assert box.account.balance == 1000.0


def test_a_stuck_lipsync_runs_for_ever(box: Any) -> None:
    box.world.faults.add(Fault("stuck", operation="createLipsync"))
    lipsync_id = _lipsync(box)

    box.wait(1_000_000.0)

    assert _get(box, lipsync_id)["status"] == "running"


def test_lipsyncs_take_no_render_slot(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)
    box.video()

    lipsync_id = _lipsync(box)

    assert _get(box, lipsync_id)["status"] == "pending"
    assert box.world.ledger.peak_renders == 1


def test_a_lipsync_is_renamed_listed_and_deleted_with_its_files(box: Any) -> None:
    first, second = _lipsync(box), _lipsync(box)
    box.wait(120.0)

    renamed = box.call("updateLipsync", {"title": "New"}, lipsync_id=first)
    listed = box.call("listLipsyncs")
    deleted = box.call("deleteLipsync", lipsync_id=first)

    assert renamed["title"] == "New"
    assert [it["id"] for it in listed] == [second, first]
    assert deleted == {"id": first}
    assert box.refused("getLipsync", lipsync_id=first).code == "resource_not_found"
    assert not [path for path in box.world.files if first in path]


def test_a_lipsync_deleted_while_it_runs_leaves_no_files(box: Any) -> None:
    lipsync_id = _lipsync(box)
    box.call("deleteLipsync", lipsync_id=lipsync_id)

    box.wait(120.0)

    assert not [path for path in box.world.files if lipsync_id in path]


def test_another_account_sees_no_lipsyncs(box: Any) -> None:
    lipsync_id = _lipsync(box)
    box.credential = "another-key"

    assert box.refused("getLipsync", lipsync_id=lipsync_id).code == "resource_not_found"
    assert box.call("listLipsyncs") == []


def test_a_batch_of_lipsyncs_runs_and_one_bad_item_fails_alone(box: Any) -> None:
    body = {"title": "run", "lipsyncs": [ITEM, ITEM | {"video": SPEECH}]}
    batch_id = box.call("createLipsyncBatch", body)["batch_id"]
    running = box.call("getLipsyncBatch", batch_id=batch_id)

    box.wait(120.0)

    batch = box.call("getLipsyncBatch", batch_id=batch_id)
    made, refused = batch["items"]
    assert running["status"] == "processing"
    assert (batch["status"], batch["title"]) == ("completed", "run")
    assert batch["counts_by_status"] == {"completed": 1, "failed": 1}
    assert _get(box, made["video_id"])["status"] == "completed"
    assert (refused["video_id"], refused["error"]["code"]) == (None, "invalid_parameter")


def test_statuses_say_processing_for_running_and_know_what_they_do_not_know(box: Any) -> None:
    lipsync_id = _lipsync(box)
    batch_id = box.call("createLipsyncBatch", {"lipsyncs": [ITEM]})["batch_id"]
    box.wait(5.0)

    rows = box.call(
        "bulkLipsyncStatuses", query={"lipsync_ids": f"{lipsync_id},no", "batch_ids": batch_id}
    )

    assert [(it["status"], it["item_index"]) for it in rows] == [
        ("processing", None),
        ("not_found", None),
        ("processing", 0),
    ]


def test_an_empty_batch_is_refused(box: Any) -> None:
    assert box.refused("createLipsyncBatch", {"lipsyncs": []}).param == "lipsyncs"


def test_a_callback_hears_of_a_lipsync_and_endpoints_do_not(box: Any) -> None:
    endpoint = {"url": "http://127.0.0.1:9/hook"}
    box.call("createWebhookEndpoint", endpoint)
    _lipsync(box, callback_url="http://127.0.0.1:9/done", callback_id="mine")
    box.wait(120.0)

    taken = box.world.postbox.take(box.world.now())

    assert [(it.url, it.event.type) for it in taken] == [
        ("http://127.0.0.1:9/done", "lipsync.success")
    ]
    assert taken[0].event.data["callback_id"] == "mine"
