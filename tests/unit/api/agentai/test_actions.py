from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image

from heygen_async.api.agentai.actions import Actions
from heygen_async.api.agentai.schemas import (
    AgentAIAvatar,
    AgentAIAvatarRequest,
    AgentAIVideoRequest,
)
from heygen_async.errors import (
    ConcurrencyLimitError,
    InvalidInputError,
    ProtocolError,
    UncertainError,
    UnknownFileTypeError,
    UsageError,
    VideoFailedError,
)
from heygen_async.models.state import JobState, Progress
from heygen_async.transport.http import Transport

# The tests' server is in the conftest.py of the folder above.
Canned = Any

CREATE = "/action/heygen_photo_avatar_create_avatar_action"
REPORT = "/action/heygen_photo_avatar_render_avatar_report"
VIDEO = "/action/heygen_avatar_generate_video"
STATUS = "/action/heygen_avatar_get_video_status"

UPLOAD = AgentAIAvatarRequest(source_type="upload", name="Ada")
GENERATE = AgentAIAvatarRequest(source_type="generate", age="Senior")
TOPIC = AgentAIVideoRequest(source_type="topic_or_script", topic="Bees")


def acts(server: Canned, path: str, response: Any, status: int = 200) -> None:
    server.answer("POST", path, {"status": status, "response": response})


@pytest.fixture
def actions(transport: Transport) -> Actions:
    return Actions(transport)


# --- avatars -------------------------------------------------------------------------------------


async def test_photos_are_packed_by_what_they_are(
    server: Canned, actions: Actions, portrait: Path
) -> None:
    acts(server, CREATE, {"group_id": "g1", "status": "pending"})
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "png")
    png = file.getvalue()
    with portrait.open("rb") as opened:
        avatar = await actions.create_avatar(UPLOAD, photos=[portrait, png, opened])

    sent = server.asked[0].json
    packed = orjson.loads(sent.pop("photos_json"))
    assert sent == {
        "source_type": "upload",
        "name": "Ada",
        "output_variable_name": "avatar_result",
    }
    assert [one["mimeType"] for one in packed] == ["image/jpeg", "image/png", "image/jpeg"]
    assert base64.b64decode(packed[0]["base64"]) == portrait.read_bytes()
    assert base64.b64decode(packed[1]["base64"]) == png
    assert (avatar.group_id, avatar.status) == ("g1", "pending")


async def test_photos_that_were_packed_before_are_sent_as_they_are(
    server: Canned, actions: Actions
) -> None:
    acts(server, CREATE, {"group_id": "g1"})
    request = AgentAIAvatarRequest(source_type="upload", photos_json="[{}]")

    await actions.create_avatar(request)

    assert server.asked[0].json["photos_json"] == "[{}]"


@pytest.mark.parametrize(
    ("request_", "photos", "told"),
    [
        (UPLOAD, [], "photos or request.photos_json must be given"),
        (
            AgentAIAvatarRequest(source_type="upload", photos_json="[{}]"),
            [b"x"],
            "photos or request.photos_json must be given",
        ),
        (GENERATE, [b"x"], "photos must not be given for source_type 'generate'"),
        (
            AgentAIAvatarRequest(source_type="generate", photos_json="[{}]"),
            [],
            "photos must not be given for source_type 'generate'",
        ),
        (UPLOAD, "ada.jpg", "photos must be a list of photos"),
        (UPLOAD, ["missing.jpg"], "missing.jpg cannot be read"),
        (TOPIC, [], "request must be AgentAIAvatarRequest"),
    ],
)
async def test_photos_that_do_not_fit_are_refused_before_anything_is_sent(
    server: Canned, actions: Actions, request_: Any, photos: Any, told: str
) -> None:
    with pytest.raises(InvalidInputError, match=told):
        await actions.create_avatar(request_, photos=photos)

    assert server.asked == []


async def test_a_photo_that_is_none_is_refused_whatever_it_is_called(
    server: Canned, actions: Actions, tmp_path: Path
) -> None:
    film = tmp_path / "ada.jpg"
    film.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(64))

    with pytest.raises(
        UnknownFileTypeError, match=r"ada\.jpg is .*; what is taken here is PNG or JPEG"
    ):
        await actions.create_avatar(UPLOAD, photos=[film])

    assert server.asked == []


async def test_an_avatar_without_a_group_cannot_be_followed_and_says_so(
    server: Canned, actions: Actions
) -> None:
    acts(server, CREATE, {"status": "pending"})

    with pytest.raises(UncertainError, match=r"response\.group_id: it is required") as caught:
        await actions.create_avatar(GENERATE)

    assert caught.value.status == 200
    assert isinstance(caught.value.__cause__, ProtocolError)


@pytest.mark.parametrize(
    ("status", "inner"), [(500, 500), (200, 500), (200, 429), (400, 200), (502, None)]
)
@pytest.mark.parametrize(
    "make",
    [lambda it: it.create_avatar(GENERATE), lambda it: it.generate_video(TOPIC)],
    ids=["avatar", "video"],
)
async def test_what_may_have_been_made_is_reported_and_never_asked_for_again(
    server: Canned,
    actions: Actions,
    make: Callable[[Actions], Any],
    status: int,
    inner: int | None,
) -> None:
    for path in (CREATE, VIDEO):
        body = {"status": inner, "response": {"error": "Upstream failure"}}
        server.answer("POST", path, body, status=status)

    with pytest.raises(UncertainError, match="may have been executed"):
        await make(actions)

    assert len(server.asked) == 1


async def test_a_limit_inside_a_200_is_not_asked_again_for_a_second_video(
    server: Canned, actions: Actions
) -> None:
    acts(server, VIDEO, {"error": {"code": "rate_limit_exceeded"}}, status=429)

    with pytest.raises(UncertainError, match="may have been executed"):
        await actions.generate_video(TOPIC)

    assert len(server.asked) == 1


async def test_a_full_pool_is_raised_where_that_is_asked_for(
    server: Canned, actions: Actions
) -> None:
    full = {"status": 429, "response": {"error": "Too many jobs are running"}}
    server.answer("POST", VIDEO, full, status=429)
    acts(server, VIDEO, {"video_id": "v1"})

    with pytest.raises(ConcurrencyLimitError):
        await actions.generate_video(TOPIC, concurrency="raise")
    made = await actions.generate_video(TOPIC)

    assert made.video_id == "v1"


# --- the payload's two places --------------------------------------------------------------------


async def test_a_payload_may_stand_under_the_name_of_its_variable(
    server: Canned, actions: Actions
) -> None:
    acts(server, CREATE, {"avatar_result": {"group_id": "g1"}})
    acts(server, VIDEO, {"heygen_result": {"video_id": "v1", "script": "Hello."}})
    acts(server, STATUS, {"video_status": {"status": "processing"}})

    avatar = await actions.create_avatar(GENERATE)
    video = await actions.generate_video(TOPIC)
    status = await actions.video_status("v1")

    assert avatar.group_id == "g1"
    assert (video.video_id, video.script) == ("v1", "Hello.")
    assert status.status == "processing"


async def test_where_it_stood_is_said_when_it_makes_no_sense(
    server: Canned, actions: Actions
) -> None:
    acts(server, VIDEO, {"heygen_result": {"video_id": 7}})

    with pytest.raises(UncertainError) as caught:
        await actions.generate_video(TOPIC)

    cause = caught.value.__cause__
    assert isinstance(cause, ProtocolError)
    assert cause.path == "response.heygen_result.video_id"


# --- the report ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "response",
    [
        {"results_html": "<p>Ada</p>"},
        {"results_html": "<p>Ada</p>", "note": "ready"},
        {"html": "<p>Ada</p>"},
        "<p>Ada</p>",
    ],
)
async def test_a_report_is_found_wherever_it_stands(
    server: Canned, actions: Actions, response: Any
) -> None:
    acts(server, REPORT, response)

    assert await actions.avatar_report({"group_id": "g1"}) == "<p>Ada</p>"


@pytest.mark.parametrize("response", [None, {}, {"html": 7}, {"a": "x", "b": "y"}])
async def test_an_answer_without_a_report_is_no_report(
    server: Canned, actions: Actions, response: Any
) -> None:
    acts(server, REPORT, response)

    with pytest.raises(ProtocolError, match="without a page"):
        await actions.avatar_report("{}")


async def test_a_report_is_about_all_that_is_known_of_an_avatar(
    server: Canned, actions: Actions
) -> None:
    acts(server, CREATE, {"group_id": "g1", "status": "pending", "looks": 4})
    acts(server, REPORT, {"results_html": "<p>Ada</p>"})
    avatar = await actions.create_avatar(GENERATE)

    for about in (avatar, AgentAIAvatar(group_id="g2"), {"group_id": "g3"}, '{"group_id":"g4"}'):
        await actions.avatar_report(about)

    sent = [orjson.loads(asked.json["report_data"]) for asked in server.asked[1:]]
    assert sent == [
        {"group_id": "g1", "status": "pending", "looks": 4},
        {"group_id": "g2"},
        {"group_id": "g3"},
        {"group_id": "g4"},
    ]


async def test_a_report_about_nothing_is_refused(server: Canned, actions: Actions) -> None:
    for about in ("", 7, None):
        with pytest.raises(InvalidInputError):
            await actions.avatar_report(about)  # type: ignore[arg-type]

    assert server.asked == []


# --- videos --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"source_type": "blog_url"}, "AgentAIVideoRequest.blog_url must be given"),
        ({"source_type": "topic_or_script"}, "AgentAIVideoRequest.topic must be given"),
        (
            {"source_type": "blog_url", "topic": "Bees"},
            "AgentAIVideoRequest.blog_url must be given, .* not topic",
        ),
        (
            {"source_type": "topic_or_script", "topic": "Bees", "blog_url": "https://x.org/a"},
            "AgentAIVideoRequest.topic must be given, and nothing else, .* not blog_url and topic",
        ),
        ({"source_type": "tweet", "topic": "Bees"}, "source_type must be one of blog_url"),
        ({"source_type": "blog_url", "blog_url": "bees"}, r"blog_url must be an http\(s\) address"),
        (
            {"source_type": "topic_or_script", "topic": "Bees", "avatar_name": "mia"},
            "avatar_name must be one of sawyer",
        ),
        (
            {"source_type": "topic_or_script", "topic": "Bees", "background_color": "red"},
            "background_color must be a colour",
        ),
        (
            {"source_type": "topic_or_script", "topic": "Bees", "output_variable_name": "1st"},
            "output_variable_name must be a letter",
        ),
    ],
)
def test_a_video_that_cannot_be_is_refused_with_its_field(fields: Any, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        AgentAIVideoRequest(**fields)


async def test_a_video_is_asked_for_with_all_that_must_be_there(
    server: Canned, actions: Actions
) -> None:
    acts(server, VIDEO, {"video_id": "v1", "title": "Bees", "script": "Bees are…"})

    video = await actions.generate_video(TOPIC)

    assert server.asked[0].json == {
        "source_type": "topic_or_script",
        "topic": "Bees",
        "aspect_ratio": "landscape",
        "avatar_name": "sawyer",
        "output_variable_name": "heygen_result",
    }
    assert (video.title, video.script) == ("Bees", "Bees are…")


async def test_an_unknown_status_word_is_kept_and_means_that_it_still_runs(
    server: Canned, actions: Actions
) -> None:
    acts(server, STATUS, {"status": "polishing", "video_url": None})

    video = await actions.video_status("v1")

    assert video.status == "polishing"
    assert video.state.progress is Progress.RUNNING


async def test_the_repr_of_a_video_shows_no_signature(server: Canned, actions: Actions) -> None:
    url = "https://files.example/v1.mp4?Signature=c2lt&Key-Pair-Id=K"
    acts(server, STATUS, {"status": "completed", "video_url": url})

    video = await actions.video_status("v1")

    assert video.video_url == url
    assert "c2lt" not in repr(video)


async def test_a_look_brings_the_finished_video_along(server: Canned, actions: Actions) -> None:
    acts(server, STATUS, {"status": "processing"})
    acts(server, STATUS, {"status": "failed", "error": "Out of credits"})
    acts(server, STATUS, {"status": "completed", "video_url": "https://x.org/v.mp4"})

    look = actions.kinds["agentai_video"]
    running, failed, done = [(await look(["v1"]))["v1"] for _ in range(3)]

    assert running == JobState(Progress.RUNNING, "processing")
    assert failed == JobState(Progress.FAILED, "failed", None, "Out of credits")
    assert done == JobState(Progress.DONE, "completed")
    assert running.resource is None
    assert done.resource.video_url == "https://x.org/v.mp4"


async def test_waiting_needs_somebody_who_looks(actions: Actions) -> None:
    with pytest.raises(UsageError):
        await actions.wait("v1")


async def test_a_failure_claims_nothing_about_billing(server: Canned, transport: Transport) -> None:
    async def watch(kind: str, id: str, **_: Any) -> JobState:  # noqa: A002
        return (await failing.kinds[kind]([id]))[id]

    failing = Actions(transport, watch)
    acts(server, STATUS, {"status": "failed"})

    with pytest.raises(VideoFailedError) as caught:
        await failing.wait("v1")

    assert "billed" not in str(caught.value)
    assert caught.value.kind == "agentai_video"
