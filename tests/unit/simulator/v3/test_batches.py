from __future__ import annotations

from collections.abc import Callable
from typing import Any

ITEM = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}


def _batch(box: Any, *items: dict[str, Any]) -> str:
    created = box.call("createVideoBatch", {"title": "run", "videos": list(items)}, key="b-1")
    batch_id: str = created["batch_id"]
    return batch_id


def test_items_wait_for_a_slot_and_have_no_id_until_then(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)

    batch_id = _batch(box, ITEM, ITEM)

    batch = box.call("getVideoBatch", batch_id=batch_id)
    first, second = batch["items"]
    assert batch["counts_by_status"] == {"processing": 1, "queued": 1}
    assert (first["status"], second["status"]) == ("processing", "queued")
    assert first["video_id"] is not None
    assert second["video_id"] is None
    assert len(box.call("listVideos")) == 1


def test_a_queued_item_starts_when_the_slot_before_it_ends(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)
    batch_id = _batch(box, ITEM, ITEM, ITEM)

    box.wait(60.0)

    batch = box.call("getVideoBatch", batch_id=batch_id)
    ends = [box.call("getVideo", video_id=it["video_id"])["completed_at"] for it in batch["items"]]
    assert (batch["status"], batch["total_items"]) == ("completed", 3)
    assert [it - ends[0] for it in ends] == [0, 20, 40]
    assert box.world.ledger.peak_renders == 1


def test_a_queued_item_cannot_be_read_by_the_id_it_will_have(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)
    _batch(box, ITEM, ITEM)
    queued = list(box.account.videos)[1]

    refusal = box.refused("getVideo", video_id=queued)
    [row] = box.call("bulkVideoStatuses", query={"video_ids": queued})

    assert refusal.code == "video_not_found"
    assert row["status"] == "not_found"


def test_one_bad_item_fails_alone(box: Any) -> None:
    batch_id = _batch(box, ITEM, ITEM | {"avatar_id": "missing"})

    box.wait(20.0)

    batch = box.call("getVideoBatch", batch_id=batch_id)
    assert (batch["status"], batch["counts_by_status"]) == (
        "completed",
        {"completed": 1, "failed": 1},
    )
    assert batch["items"][1] == {
        "item_index": 1,
        "status": "failed",
        "video_id": None,
        "error": {"code": "avatar_not_found", "message": "Avatar missing not found"},
    }


def test_a_batch_of_failures_has_failed(box: Any) -> None:
    batch_id = _batch(box, ITEM | {"avatar_id": "missing"})

    batch = box.call("getVideoBatch", batch_id=batch_id)

    assert batch["status"] == "failed"


def test_items_are_charged_under_the_key_of_the_batch_and_as_far_as_credits_go(
    new_box: Callable[..., Any],
) -> None:
    box = new_box(credits=0.03)

    batch_id = _batch(box, ITEM, ITEM)

    items = box.call("getVideoBatch", batch_id=batch_id)["items"]
    [charge] = box.world.ledger.charges
    assert [it["status"] for it in items] == ["processing", "failed"]
    assert items[1]["error"]["code"] == "insufficient_credit"
    assert (charge.operation, charge.idempotency_key) == ("createVideoBatch", "b-1")


def test_items_come_in_pages(box: Any) -> None:
    batch_id = _batch(box, ITEM, ITEM, ITEM)

    first = box.call("getVideoBatch", batch_id=batch_id, query={"limit": "2"})
    second = box.call(
        "getVideoBatch", batch_id=batch_id, query={"limit": "2", "token": first["next_token"]}
    )

    assert [it["item_index"] for it in first["items"]] == [0, 1]
    assert [it["item_index"] for it in second["items"]] == [2]
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_statuses_take_ids_and_batches_and_know_what_they_do_not_know(box: Any) -> None:
    video_id = box.video()
    batch_id = _batch(box, ITEM)

    rows = box.call(
        "bulkVideoStatuses",
        query={"video_ids": f"{video_id},unknown", "batch_ids": f"{batch_id},nowhere"},
    )

    assert [(it["status"], it["batch_id"], it["item_index"]) for it in rows] == [
        ("waiting", None, None),
        ("not_found", None, None),
        ("processing", batch_id, 0),
        ("not_found", "nowhere", None),
    ]


def test_a_hundred_ids_are_enough(box: Any) -> None:
    ids = ",".join(str(number) for number in range(100))

    rows = box.call("bulkVideoStatuses", query={"video_ids": ids})
    refusal = box.refused("bulkVideoStatuses", query={"video_ids": ids, "batch_ids": "one"})
    nothing = box.refused("bulkVideoStatuses")

    assert len(rows) == 100
    assert (refusal.status, refusal.param) == (400, "video_ids")
    assert nothing.param == "video_ids"


def test_a_batch_of_one_family_is_unknown_to_another(box: Any) -> None:
    batch_id = _batch(box, ITEM)

    refusal = box.refused("getAssetBatch", batch_id=batch_id)

    assert refusal.code == "resource_not_found"


def test_an_empty_batch_is_refused(box: Any) -> None:
    refusal = box.refused("createVideoBatch", {"videos": []})

    assert refusal.param == "videos"
