from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator.world.callbacks import tell
from heygen_async.simulator.world.faults import Fault
from heygen_async.simulator.world.postbox import Callback

PUBLIC = "https://ops.example.org/heygen"


def _register(box: Any, **options: Any) -> Any:
    return box.call("createWebhookEndpoint", {"url": PUBLIC} | options)


def _told(box: Any, **query: str) -> list[tuple[str, Any]]:
    rows = box.call("listWebhookEvents", query=query)
    return [(it["event_type"], it["event_data"]) for it in rows]


def test_the_secret_is_told_at_creation_and_rotation_only(box: Any) -> None:
    made = _register(box)
    path = {"endpoint_id": made["endpoint_id"]}

    rotated = box.call("rotateWebhookEndpointSecret", **path)

    assert made["secret"].startswith("whsec_")
    assert rotated["secret"] not in {made["secret"], None}
    assert box.call("updateWebhookEndpoint", {}, **path)["secret"] is None
    assert [it["secret"] for it in box.call("listWebhookEndpoints")] == [None]


def test_an_endpoint_is_shown_with_a_moment_in_words(box: Any) -> None:
    made = _register(box, events=["batch.finished", "batch.finished"])

    assert made["created_at"] == "2026-07-13T16:00:00Z"
    assert (made["url"], made["status"]) == (PUBLIC, "enabled")
    assert made["events"] == ["batch.finished"]


def test_an_update_replaces_the_whole_list_of_events_and_leaves_out_what_it_does_not_name(
    box: Any,
) -> None:
    path = {"endpoint_id": _register(box, events=["avatar_video.success"])["endpoint_id"]}

    other = box.call("updateWebhookEndpoint", {"events": ["batch.finished"]}, **path)
    moved = box.call("updateWebhookEndpoint", {"url": PUBLIC + "/2"}, **path)
    everything = box.call("updateWebhookEndpoint", {"events": None}, **path)

    assert other["events"] == moved["events"] == ["batch.finished"]
    assert (moved["url"], everything["events"]) == (PUBLIC + "/2", None)


def test_endpoints_are_listed_page_by_page_and_belong_to_their_account(box: Any) -> None:
    ids = [_register(box)["endpoint_id"] for _ in range(3)]

    first = box.answer("listWebhookEndpoints", query={"limit": "2"})
    rest = box.answer("listWebhookEndpoints", query={"limit": "2", "token": first["next_token"]})
    box.credential = "another-key"

    assert [it["endpoint_id"] for it in (*first["data"], *rest["data"])] == ids
    assert box.call("listWebhookEndpoints") == []
    assert box.refused("deleteWebhookEndpoint", endpoint_id=ids[0]).code == "webhook_not_found"


def test_a_deleted_endpoint_is_gone(box: Any) -> None:
    path = {"endpoint_id": _register(box)["endpoint_id"]}

    box.call("deleteWebhookEndpoint", **path)

    assert box.call("listWebhookEndpoints") == []
    for operation in ("deleteWebhookEndpoint", "rotateWebhookEndpointSecret"):
        assert box.refused(operation, **path).status == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://ops.example.org/heygen",
        "https://10.0.0.7/heygen",
        "https://intranet/heygen",
        "https://hooks.internal/heygen",
        "https://ops.example.org:port/",
        "ftp://127.0.0.1/",
        "ops.example.org",
        "",
    ],
)
def test_an_address_that_heygen_would_not_send_to_is_refused(box: Any, url: str) -> None:
    video = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hi.", "callback_url": url}

    at_creation = box.refused("createWebhookEndpoint", {"url": url})
    at_a_job = box.refused("createVideo", video)

    assert (at_creation.code, at_creation.param) == ("invalid_parameter", "url")
    assert (at_a_job.code, at_a_job.param) == ("invalid_parameter", "callback_url")
    assert box.world.ledger.charges == []


@pytest.mark.parametrize(
    "url",
    [PUBLIC, "http://127.0.0.1:8000/", "http://localhost/", "https://[::1]/", "http://hooks:80/"],
)
def test_public_loopback_and_named_hosts_are_accepted(new_box: Any, url: str) -> None:
    box = new_box(webhook_hosts=["hooks"])

    assert _register(box, url=url)["url"] == url
    assert box.world.postbox.awaited == (url != PUBLIC)


def test_nothing_is_ever_sent_to_a_public_address(box: Any) -> None:
    _register(box)
    _register(box, url="http://127.0.0.1:9/")
    video_id = box.video(callback_url=PUBLIC)

    box.wait(20.0)

    [sent] = box.world.postbox.take(box.world.now())
    assert sent.url == "http://127.0.0.1:9/"
    assert box.world.postbox.next_due() == float("inf")
    rows = [(it.url, it.attempt, it.signed) for it in box.world.ledger.webhooks]
    assert rows == [(PUBLIC, 0, True), (PUBLIC, 0, False)]
    assert _told(box)[0][1]["video_id"] == video_id


def test_there_are_thirty_types_of_events_those_of_the_contract(box: Any) -> None:
    rows = box.call("listWebhookEventTypes")

    for row in rows:
        _register(box, events=[row["event_type"]])
    assert len({row["description"] for row in rows}) == len(rows) == 30


def test_the_history_is_newest_first_and_can_be_filtered(box: Any) -> None:
    _register(box)
    first, second = box.video(), box.video(caption={"style": "default"})
    box.wait(20.0)

    rows = _told(box)
    of_type = _told(box, event_type="avatar_video.success")
    of_one = _told(box, entity_id=first)

    types = ["avatar_video_caption.success", "avatar_video.success", "avatar_video.success"]
    assert [it[0] for it in rows] == types
    assert [it[1]["video_id"] for it in of_type] == [second, first]
    assert [it[1]["video_id"] for it in of_one] == [first]


def test_what_nobody_wanted_to_know_is_not_in_the_history(box: Any) -> None:
    box.video()
    box.wait(20.0)
    _register(box, events=["batch.finished"])
    box.video()
    box.wait(20.0)

    assert _told(box) == []


def test_an_endpoint_for_one_entity_hears_of_that_alone(box: Any) -> None:
    first, _ = box.video(), box.video()
    _register(box, entity_id=first)

    box.wait(20.0)

    assert [it[1]["video_id"] for it in _told(box)] == [first]


def test_a_failed_video_is_told_with_its_reason_and_a_deleted_one_not_at_all(box: Any) -> None:
    _register(box)
    box.world.faults.add(Fault("failed", message="No", times=1))
    failing, deleted = box.video(callback_id="job-1"), box.video()
    box.call("deleteVideo", video_id=deleted)

    box.wait(20.0)

    facts = {"video_id": failing, "msg": "No", "callback_id": "job-1"}
    assert _told(box) == [("avatar_video.fail", facts)]


@pytest.mark.parametrize(
    ("body", "event"),
    [
        ({"type": "photo"}, "photo_avatar_train"),
        ({"type": "prompt", "prompt": "A potter"}, "photo_avatar_generation"),
        (
            {
                "type": "digital_twin",
                "file": {"type": "url", "url": "https://cdn.example.org/ines.mp4"},
            },
            "instant_avatar",
        ),
    ],
)
def test_the_end_of_an_avatars_training_is_told(box: Any, body: Any, event: str) -> None:
    _register(box)
    if body["type"] == "photo":
        body |= {"file": {"type": "asset_id", "asset_id": box.photo()}}
    body |= {"name": "Ines"}
    good = box.call("createAvatar", body)["avatar_item"]
    box.world.faults.add(Fault("failed", times=1))
    bad = box.call("createAvatar", body)["avatar_item"]

    box.wait(3_600.0)

    told = {kind: (facts["avatar_id"], facts["group_id"]) for kind, facts in _told(box)}
    assert told == {
        f"{event}.success": (good["id"], good["group_id"]),
        f"{event}.fail": (bad["id"], bad["group_id"]),
    }


def test_a_deleted_look_is_not_told_of(box: Any) -> None:
    _register(box)
    body = {"type": "prompt", "prompt": "A potter", "name": "Orrin"}
    look = box.call("createAvatar", body)["avatar_item"]

    box.call("deleteAvatarLook", look_id=look["id"])
    box.wait(3_600.0)

    assert _told(box) == []


def test_a_batch_of_nothing_but_refused_items_has_ended_at_once(box: Any) -> None:
    _register(box, events=["batch.finished"])
    item = {"type": "avatar", "avatar_id": "no", "script": "Hi."}

    batch = box.call("createVideoBatch", {"videos": [item, item]})

    [(_, facts)] = _told(box)
    assert facts == {
        "batch_id": batch["batch_id"],
        "status": "failed",
        "total_items": 2,
        "counts_by_status": {"failed": 2},
        "callback_id": None,
    }


def test_an_end_that_has_no_type_of_event_is_told_to_its_callback_alone(box: Any) -> None:
    _register(box)
    callback = Callback(url="https://ops.example.org/callback", id="job-1")

    tell(box.world, box.account, 0.0, "lipsync.success", {"lipsync_id": "l1"}, callback)

    assert _told(box) == []
    assert [it.url for it in box.world.ledger.webhooks] == [callback.url]
