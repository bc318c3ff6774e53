from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.media import RenderRequest
from heygen_async.simulator.world.faults import Fault

THINKING, RENDERING = 60.0, 1200.0
PROMPT = "A 10 second film about bees"


def _open(box: Any, prompt: str = PROMPT, **options: Any) -> str:
    session_id: str = box.call("createVideoAgentSession", {"prompt": prompt} | options)[
        "session_id"
    ]
    return session_id


def _see(box: Any, session_id: str) -> Any:
    return box.call("getVideoAgentSession", session_id=session_id)


def _send(box: Any, session_id: str, message: str = "Yes, please.", **options: Any) -> Any:
    body = {"message": message} | options
    return box.call("sendVideoAgentMessage", body, session_id=session_id)


def _said(session: Any) -> list[tuple[str, str]]:
    return [(it["role"], it["type"]) for it in session["messages"]]


def test_a_session_thinks_generates_and_completes_with_a_real_video(box: Any) -> None:
    created = box.call("createVideoAgentSession", {"prompt": PROMPT, "orientation": "portrait"})
    session_id = created["session_id"]

    seen = [_see(box, session_id)]
    for seconds in (THINKING, RENDERING / 2, RENDERING / 2):
        box.wait(seconds)
        seen.append(_see(box, session_id))

    assert (created["status"], created["video_id"]) == ("thinking", None)
    assert [it["status"] for it in seen] == ["thinking", "generating", "generating", "completed"]
    assert [it["progress"] for it in seen] == [0, 0, 50, 100]
    assert [it["title"] for it in seen] == [None, PROMPT, PROMPT, PROMPT]
    assert seen[0]["video_id"] is None
    video = box.call("getVideo", video_id=seen[-1]["video_id"])
    assert (video["status"], video["duration"], video["title"]) == ("completed", 10.0, PROMPT)
    path = f"videos/{video['id']}.mp4"
    request = box.world.files[path].make()
    assert isinstance(request, RenderRequest)
    assert (request.seconds, request.aspect_ratio) == (10.0, "9:16")


def test_a_session_tells_its_story_in_messages_and_resources(box: Any) -> None:
    photo = {"type": "asset_id", "asset_id": box.photo()}
    session_id = _open(box, files=[photo])
    box.wait(THINKING + RENDERING)

    session = _see(box, session_id)

    assert _said(session) == [("user", "text"), ("model", "text"), ("model", "resource")]
    given, made = (
        box.call("getVideoAgentResource", session_id=session_id, resource_id=it["resource_ids"][0])
        for it in (session["messages"][0], session["messages"][2])
    )
    assert (given["resource_type"], given["source_type"]) == ("image", "user")
    assert (made["resource_type"], made["metadata"]["video_id"]) == ("video", session["video_id"])
    for it in (given, made):
        path = box.world.links.own(it["url"]).removeprefix("/_files/")
        assert path in box.world.files


def test_a_session_is_paid_by_the_second_when_its_video_begins(box: Any) -> None:
    _open(box)
    [charge] = box.world.ledger.charges

    box.wait(THINKING + RENDERING)

    assert (charge.operation, charge.credits) == ("createVideoAgentSession", 0.333)
    assert box.account.balance == 1000.0 - 0.333
    assert not charge.refunded


def test_a_video_whose_length_nobody_named_lasts_half_a_minute(box: Any) -> None:
    _open(box, "Bees")
    _open(box, "Bees, in 2 minutes or 90 secs")
    _open(box, "A 400 minute film, about bees")

    lasted = [it.credits / 0.0333 for it in box.world.ledger.charges]

    assert lasted == pytest.approx([30.0, 90.0, 180.0])


def test_a_chat_asks_for_what_is_missing_then_for_agreement(box: Any) -> None:
    session_id = _open(box, "Bees", mode="chat")
    seen = []
    for message in ("15 seconds", "Yes, please.", None):
        box.wait(THINKING + RENDERING)
        seen.append((_see(box, session_id)["status"], len(box.world.ledger.charges)))
        if message is not None:
            _send(box, session_id, message)

    assert seen == [("waiting_for_input", 0), ("reviewing", 0), ("completed", 1)]
    assert box.world.ledger.charges[0].operation == "sendVideoAgentMessage"
    assert box.world.ledger.charges[0].credits == pytest.approx(15 * 0.0333)


def test_a_chat_that_names_its_length_is_asked_for_agreement_only(box: Any) -> None:
    session_id = _open(box, mode="chat")

    box.wait(THINKING)

    session = _see(box, session_id)
    assert (session["status"], session["video_id"]) == ("reviewing", None)
    assert _said(session) == [("user", "text"), ("model", "resource"), ("model", "text")]


def test_a_finished_chat_revises_and_keeps_both_videos(box: Any) -> None:
    session_id = _open(box, mode="chat")
    for message in ("Yes.", "Shorter: 8 seconds"):
        box.wait(THINKING)
        sent = _send(box, session_id, message)
        box.wait(THINKING + RENDERING)

    videos = box.call("listVideoAgentSessionVideos", session_id=session_id)

    assert [it["duration"] for it in videos] == [10.0, 8.0]
    assert _see(box, session_id)["video_id"] == videos[1]["id"]
    assert sent["session_id"] == session_id
    assert {it["id"] for it in box.call("listVideos")} == {it["id"] for it in videos}


def test_only_chats_that_wait_take_messages(box: Any) -> None:
    straight, busy = _open(box), _open(box, mode="chat")

    body = {"message": "And then?"}
    refusals = [
        box.refused("sendVideoAgentMessage", body, session_id=it)
        for it in (straight, busy, "unknown")
    ]

    codes = ["invalid_parameter", "conflict", "resource_not_found"]
    assert [it.code for it in refusals] == codes


def test_a_message_that_is_refused_leaves_no_trace(box: Any) -> None:
    session_id = _open(box, mode="chat")
    box.wait(THINKING)
    before = _see(box, session_id)
    box.account.balance = 0.0

    refusal = box.refused(
        "sendVideoAgentMessage", {"message": "Yes, 20 seconds"}, session_id=session_id
    )

    assert refusal.code == "insufficient_credit"
    assert _see(box, session_id) == before
    box.account.balance = 1000.0
    _send(box, session_id, "Yes.")
    assert box.world.ledger.charges[0].credits == pytest.approx(10 * 0.0333)


def test_a_session_shows_its_last_forty_messages(box: Any) -> None:
    session_id = _open(box, mode="chat")
    for number in range(20):
        box.wait(THINKING + RENDERING)
        _send(box, session_id, f"Again, {number}")
    box.wait(THINKING + RENDERING)

    messages = _see(box, session_id)["messages"]

    assert len(messages) == 40
    assert "Again, 19" in {it["content"] for it in messages}


@pytest.mark.parametrize(
    ("fault", "errors"),
    [(Fault("failed", message="Too vague"), ["Too vague"]), (Fault("failed_without_reason"), [])],
)
def test_a_session_can_fail_before_there_is_a_video_and_costs_nothing(
    box: Any, fault: Fault, errors: list[str]
) -> None:
    box.world.faults.add(fault)
    session_id = _open(box)

    box.wait(THINKING)

    session = _see(box, session_id)
    assert (session["status"], session["progress"], session["video_id"]) == ("failed", 0, None)
    assert [it["content"] for it in session["messages"] if it["type"] == "error"] == errors
    assert box.account.balance == 1000.0
    assert not box.account.farm.running


def test_a_session_can_fail_with_its_video_and_costs_nothing_either(box: Any) -> None:
    box.world.faults.add(Fault("failed", operation="renderAgentVideo"))
    session_id = _open(box)

    box.wait(THINKING + RENDERING)

    session = _see(box, session_id)
    assert session["status"] == "failed"
    assert box.call("getVideo", video_id=session["video_id"])["status"] == "failed"
    assert box.account.balance == 1000.0


def test_a_stuck_session_thinks_for_ever_and_an_odd_word_passes(box: Any) -> None:
    box.world.faults.add(Fault("stuck", times=1))
    stuck = _open(box)
    box.world.faults.add(Fault("unknown_status", word="dreaming", seconds=90.0))
    odd = _open(box)

    session = box.account.sessions[odd]
    word = session.status(box.world.now())
    box.wait(86_400.0)

    assert word == "dreaming"
    assert [_see(box, it)["status"] for it in (stuck, odd)] == ["thinking", "completed"]
    assert box.account.farm.running == 1


def test_sessions_and_renders_share_the_slots(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=2)
    _open(box)
    box.video()

    refusal = box.refused("createVideoAgentSession", {"prompt": PROMPT})

    assert (refusal.code, refusal.message) == ("rate_limit_exceeded", "2 jobs already running")
    assert len(box.call("listVideoAgentSessions")) == 1


def test_a_chat_that_waits_for_an_answer_holds_no_slot(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)
    waiting = _open(box, mode="chat")
    box.wait(THINKING)

    other = _open(box)

    assert _see(box, other)["status"] == "thinking"
    body = {"message": "Yes."}
    refusal = box.refused("sendVideoAgentMessage", body, session_id=waiting)
    assert refusal.code == "rate_limit_exceeded"
    assert _see(box, waiting)["status"] == "reviewing"


@pytest.mark.parametrize("after", [0.0, THINKING + 1.0])
def test_a_stopped_session_frees_its_slot_and_its_money(box: Any, after: float) -> None:
    session_id = _open(box)
    box.wait(after)

    stopped = box.call("stopVideoAgentSession", {}, session_id=session_id)
    box.wait(86_400.0)

    session = _see(box, session_id)
    assert stopped == {"session_id": session_id}
    assert (session["status"], _said(session)[-1]) == ("failed", ("model", "error"))
    assert (box.account.farm.running, box.account.balance) == (0, 1000.0)
    assert [it["status"] for it in box.call("listVideos")] == (["failed"] if after else [])


def test_a_stopped_chat_asks_what_you_want_instead(box: Any) -> None:
    session_id = _open(box, mode="chat")

    box.call("stopVideoAgentSession", {}, session_id=session_id)

    assert _see(box, session_id)["status"] == "waiting_for_input"
    _send(box, session_id, "Wasps")
    box.wait(THINKING)
    assert _see(box, session_id)["status"] == "reviewing"


def test_stopping_what_does_not_work_changes_nothing(box: Any) -> None:
    session_id = _open(box)
    box.wait(THINKING + RENDERING)
    before = _see(box, session_id)

    box.call("stopVideoAgentSession", session_id=session_id)

    assert _see(box, session_id)["status"] == before["status"] == "completed"
    assert box.account.balance < 1000.0


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"prompt": "  "}, "invalid_parameter", "prompt"),
        ({"avatar_id": "no"}, "invalid_parameter", "avatar_id"),
        ({"voice_id": "no"}, "voice_not_found", "voice_id"),
        ({"style_id": "no"}, "resource_not_found", "style_id"),
        ({"brand_kit_id": "no"}, "resource_not_found", "brand_kit_id"),
        (
            {"files": [{"type": "asset_id", "asset_id": "no"}]},
            "asset_not_found",
            "files.0.asset_id",
        ),
    ],
)
def test_a_wish_that_cannot_be_granted_is_refused(
    box: Any, body: dict[str, Any], code: str, param: str
) -> None:
    refusal = box.refused("createVideoAgentSession", {"prompt": PROMPT} | body)

    assert (refusal.code, refusal.param) == (code, param)
    assert (box.world.ledger.charges, box.call("listVideoAgentSessions")) == ([], [])


def test_a_wish_may_name_everything_there_is(box: Any) -> None:
    body = {
        "prompt": PROMPT,
        "avatar_id": "sim-look-leo",
        "voice_id": "sim-voice-ben",
        "style_id": "sim-style-2",
        "brand_kit_id": "sim-brand-kit-harbour",
        "incognito_mode": True,
    }

    session_id = box.call("createVideoAgentSession", body)["session_id"]

    session = box.account.sessions[session_id]
    assert session.picture is box.world.looks["sim-look-leo"].picture
    assert session.aspect_ratio == "9:16"


def test_sessions_are_listed_newest_first_to_their_account_only(box: Any) -> None:
    ids = [_open(box) for _ in range(3)]

    first = box.answer("listVideoAgentSessions", query={"limit": "2"})
    rest = box.answer("listVideoAgentSessions", query={"token": first["next_token"]})
    box.credential = "another-key"

    listed = [it["session_id"] for it in (*first["data"], *rest["data"])]
    assert listed == list(reversed(ids))
    assert box.call("listVideoAgentSessions") == []
    assert box.refused("getVideoAgentSession", session_id=ids[0]).status == 404


def test_the_end_of_a_session_is_told(box: Any) -> None:
    body = {
        "url": "https://ops.example.org/h",
        "events": ["video_agent.success", "video_agent.fail"],
    }
    box.call("createWebhookEndpoint", body)
    good = _open(box, callback_id="wish-1")
    box.world.faults.add(Fault("failed_without_reason", operation="createVideoAgentSession"))
    bad = _open(box)

    box.wait(THINKING + RENDERING)

    rows = box.call("listWebhookEvents")
    told = {it["event_data"]["session_id"]: it for it in rows}
    assert told[good]["event_type"] == "video_agent.success"
    assert told[good]["event_data"]["video_id"] == _see(box, good)["video_id"]
    assert told[good]["event_data"]["callback_id"] == "wish-1"
    assert told[bad]["event_type"] == "video_agent.fail"
    assert told[bad]["event_data"]["video_id"] is None


def test_styles_are_found_by_tag_and_paged(box: Any) -> None:
    first = box.answer("listVideoAgentStyles")
    calm = box.call("listVideoAgentStyles", query={"tag": "calm", "limit": "100"})

    assert (len(first["data"]), first["has_more"]) == (20, True)
    assert calm
    assert all("calm" in it["tags"] for it in calm)
    for link in ("thumbnail_url", "preview_video_url"):
        assert box.world.links.own(calm[0][link]).removeprefix("/_files/") in box.world.files
