"""How families look at jobs, judge their states, and wait for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from heygen_async.api.converter import structure
from heygen_async.api.v3.avatars import Avatars
from heygen_async.api.v3.avatars_schemas import AvatarLookItem
from heygen_async.api.v3.background_removals import BackgroundRemovals
from heygen_async.api.v3.clippings import Clippings
from heygen_async.api.v3.lipsyncs import Lipsyncs
from heygen_async.api.v3.translations import Translations
from heygen_async.api.v3.video_agents import VideoAgents
from heygen_async.api.v3.videos import Videos
from heygen_async.api.v3.videos_schemas import VideoDetail
from heygen_async.api.v3.voices import Voices
from heygen_async.errors import (
    AvatarFailedError,
    DeadlineError,
    HeyGenError,
    InvalidInputError,
    JobFailedError,
    NotFoundError,
    ServerError,
    UsageError,
    VideoFailedError,
)
from heygen_async.models.state import JobState, Progress
from heygen_async.transport.http import Transport

DONE = JobState(Progress.DONE, "completed")
LOOK: dict[str, Any] = {
    "id": "l1",
    "name": "Ada",
    "avatar_type": "photo_avatar",
    "status": "completed",
    "preview_image_url": "https://example.org/p.png",
    "image_width": 100,
    "image_height": 100,
}


@attrs.define
class Settles:
    """A watch that knows the end; it keeps what it was asked."""

    end: JobState | HeyGenError
    asked: list[tuple[str, str, float | None, float | None]] = attrs.field(factory=list)

    async def __call__(
        self,
        kind: str,
        id: str,  # noqa: A002 - as the protocol has it
        *,
        timeout: float | None,
        expected: float | None = None,
    ) -> JobState:
        self.asked.append((kind, id, timeout, expected))
        if isinstance(self.end, HeyGenError):
            raise self.end
        return self.end


def failed(code: str | None = None, reason: str | None = None) -> JobState:
    return JobState(Progress.FAILED, "failed", code, reason)


# --- waiting -------------------------------------------------------------------------------------


async def test_a_video_that_is_done_is_read_afresh(server: Any, transport: Transport) -> None:
    server.data("GET", "/v3/videos/v1", {"id": "v1", "status": "completed", "video_url": "u"})
    watch = Settles(DONE)

    video = await Videos(transport, watch).wait("v1", timeout=5.0, expected=2.0)

    assert video.video_url == "u"
    assert watch.asked == [("video", "v1", 5.0, 2.0)]


async def test_a_failure_with_a_reason_needs_no_second_look(
    server: Any, transport: Transport
) -> None:
    videos = Videos(transport, Settles(failed("rendering_failed", "Worker gave up")))

    with pytest.raises(VideoFailedError, match="rendering_failed: Worker gave up") as caught:
        await videos.wait("v1")

    assert (caught.value.id, caught.value.kind) == ("v1", "video")
    assert (caught.value.code, caught.value.reason) == ("rendering_failed", "Worker gave up")
    assert server.asked == []


async def test_a_failure_without_a_reason_is_looked_into(server: Any, transport: Transport) -> None:
    told = {"id": "v1", "status": "failed", "failure_code": "moderation", "failure_message": "No."}
    server.data("GET", "/v3/videos/v1", told)

    with pytest.raises(VideoFailedError) as caught:
        await Videos(transport, Settles(failed())).wait("v1")

    assert (caught.value.code, caught.value.reason) == ("moderation", "No.")


async def test_a_failure_that_stays_without_a_reason_says_so(
    server: Any, transport: Transport
) -> None:
    server.data("GET", "/v3/videos/v1", {"id": "v1", "status": "failed"})

    with pytest.raises(VideoFailedError, match="without a reason from the server") as caught:
        await Videos(transport, Settles(failed())).wait("v1")

    assert caught.value.code is None
    assert caught.value.reason is None


async def test_a_failed_video_that_is_gone_by_now_has_still_failed(transport: Transport) -> None:
    with pytest.raises(VideoFailedError, match="without a reason"):
        await Videos(transport, Settles(failed())).wait("v1")


async def test_a_job_that_is_gone_is_not_found(transport: Transport) -> None:
    watch = Settles(JobState(Progress.GONE, "not_found"))

    with pytest.raises(NotFoundError, match="v1 is gone"):
        await Videos(transport, watch).wait("v1")


async def test_the_deadline_passes_through(transport: Transport) -> None:
    late = DeadlineError("not yet", kind="video", id="v1", last_status="processing")

    with pytest.raises(DeadlineError) as caught:
        await Videos(transport, Settles(late)).wait("v1")

    assert caught.value is late


async def test_without_a_watch_there_is_no_waiting(transport: Transport) -> None:
    with pytest.raises(UsageError, match="HeyGen client"):
        await Videos(transport).wait("v1")


@pytest.mark.parametrize(
    ("wait", "kind", "error"),
    [
        (lambda t, w: Avatars(t, w).wait("x"), "avatar_look", AvatarFailedError),
        (lambda t, w: Avatars(t, w).wait_group("x"), "avatar_group", AvatarFailedError),
        (lambda t, w: Voices(t, w).wait("x"), "voice_clone", JobFailedError),
        (lambda t, w: Lipsyncs(t, w).wait("x"), "lipsync", JobFailedError),
        (lambda t, w: Translations(t, w).wait("x"), "translation", JobFailedError),
        (lambda t, w: Translations(t, w).proofreads.wait("x"), "proofread", JobFailedError),
        (lambda t, w: Clippings(t, w).wait("x"), "clipping", JobFailedError),
        (lambda t, w: BackgroundRemovals(t, w).wait("x"), "background_removal", JobFailedError),
        (lambda t, w: VideoAgents(t, w).wait("x"), "video_agent", JobFailedError),
    ],
)
async def test_every_family_waits_for_its_kind_and_has_its_error(
    wait: Callable[[Transport, Settles], Any],
    kind: str,
    error: type[JobFailedError],
    transport: Transport,
) -> None:
    watch = Settles(failed(None, "No."))

    with pytest.raises(error, match=r"No\.") as caught:
        await wait(transport, watch)

    assert watch.asked[0][:2] == (kind, "x")
    assert caught.value.kind == kind


def test_the_kinds_are_those_that_are_waited_for(transport: Transport) -> None:
    families = (
        Avatars, Videos, Voices, Lipsyncs, Translations, Clippings, BackgroundRemovals, VideoAgents
    )  # fmt: skip

    kinds = {kind for family in families for kind in family(transport).kinds}

    assert kinds == {
        "avatar_look", "avatar_group", "video", "video_batch", "voice_clone", "lipsync",
        "lipsync_batch", "translation", "translation_batch", "proofread", "clipping",
        "background_removal", "video_agent",
    }  # fmt: skip


# --- bulk looks ----------------------------------------------------------------------------------


def line(video_id: str, status: str, **fields: Any) -> dict[str, Any]:
    return {"video_id": video_id, "status": status, **fields}


async def test_a_look_at_many_videos_is_one_request_per_hundred(
    server: Any, transport: Transport
) -> None:
    ids = [f"v{number}" for number in range(150)]
    server.data("GET", "/v3/videos/statuses", [line(one, "processing") for one in ids[:100]])
    server.data("GET", "/v3/videos/statuses", [line(one, "completed") for one in ids[100:]])

    states = await Videos(transport).look([*ids, "v0"])

    assert len(server.asked) == 2
    assert server.asked[0].query == {"video_ids": ",".join(ids[:100])}
    assert states["v0"].progress is Progress.RUNNING
    assert states["v149"].progress is Progress.DONE
    assert len(states) == 150


def listed(video_id: str, status: str, **fields: Any) -> dict[str, Any]:
    return {"id": video_id, "status": status, **fields}


async def test_a_look_at_a_few_videos_reads_the_newest_and_brings_the_finished_ones_whole(
    server: Any, transport: Transport
) -> None:
    url = "https://files.example.org/b.mp4"
    page = [
        listed("a", "processing"),
        listed("b", "completed", video_url=url),
        listed("x", "failed"),
    ]
    server.data("GET", "/v3/videos", page)
    server.data("GET", "/v3/videos/statuses", [line("c", "completed")])

    states = await Videos(transport).look(["a", "b", "c"])

    assert [asked.query for asked in server.asked] == [{"limit": "16"}, {"video_ids": "c"}]
    assert {name: state.progress.value for name, state in states.items()} == {
        "a": "running",
        "b": "done",
        "c": "done",
    }
    assert states["b"].resource.video_url == url
    assert states["a"].resource is states["c"].resource is None
    assert url not in repr(states["b"])


async def test_a_list_that_shows_none_of_the_newest_is_not_asked_for_ever(
    server: Any, transport: Transport
) -> None:
    videos = Videos(transport)
    for _ in range(4):
        server.data("GET", "/v3/videos", [listed("old", "completed")])
        server.data("GET", "/v3/videos/statuses", [line("a", "processing"), line("b", "waiting")])

    for _ in range(4):
        await videos.look(["a", "b"])

    paths = [asked.path for asked in server.asked]
    assert paths.count("/v3/videos") == 3
    assert paths.count("/v3/videos/statuses") == 4


async def test_a_video_that_cannot_be_read_keeps_nobody_from_being_seen(
    server: Any, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    odd = listed("odd", "completed", duration="12.3")
    page = [odd, listed("a", "completed"), listed("b", "completed", duration="12.3")]
    server.data("GET", "/v3/videos", page)
    lines = [line("odd", 7), line("b", "completed"), line("c", "processing")]
    server.data("GET", "/v3/videos/statuses", lines)
    videos = Videos(transport)

    for _ in range(2):
        states = await videos.look(["a", "b", "c"])

    assert {name: state.progress for name, state in states.items()} == {
        "a": Progress.DONE,
        "b": Progress.DONE,
        "c": Progress.RUNNING,
    }
    warned = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert [said.partition(" should")[0] for said in warned] == [
        "Jobs that listVideos",
        "Jobs that bulkVideoStatuses",
    ]


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, {"data": {}}), (500, {"error": {"code": "internal_error"}}), (404, {})],
)
async def test_a_list_that_cannot_be_read_is_passed_over(
    status: int, answer: Any, server: Any, transport: Transport
) -> None:
    server.answer("GET", "/v3/videos", answer, status=status)
    server.data("GET", "/v3/videos/statuses", [line("a", "completed"), line("b", "waiting")])
    server.answer("GET", "/v3/avatars/looks", answer, status=status)
    server.data("GET", "/v3/avatars/looks/a", {**LOOK, "id": "a"})

    videos = await Videos(transport).look(["a", "b"])
    looks = await Avatars(transport).look(["a", "b"])

    assert {name: state.progress for name, state in videos.items()} == {
        "a": Progress.DONE,
        "b": Progress.RUNNING,
    }
    assert {name: state.progress for name, state in looks.items()} == {
        "a": Progress.DONE,
        "b": Progress.GONE,
    }


async def test_a_bulk_status_that_fails_does_not_hide_what_the_list_showed(
    server: Any, transport: Transport
) -> None:
    server.data("GET", "/v3/videos", [listed("a", "completed")])
    server.answer("GET", "/v3/videos/statuses", {}, status=500)

    states = await Videos(transport).look(["a", "b"])

    assert list(states) == ["a"]


async def test_an_outage_of_the_list_and_of_all_else_is_not_asked_for_each_of_many(
    server: Any, transport: Transport
) -> None:
    ids = [f"l{number}" for number in range(100)]
    for path in ("", *(f"/{one}" for one in ids)):
        server.answer("GET", f"/v3/avatars/looks{path}", {}, status=500)

    with pytest.raises(ServerError):
        await Avatars(transport).look(ids)

    assert len(server.asked) <= 10


async def test_an_avatar_that_cannot_be_read_keeps_nobody_from_being_seen(
    server: Any, transport: Transport
) -> None:
    page = [{**LOOK, "id": "odd", "name": None}, {**LOOK, "id": "a"}]
    server.data("GET", "/v3/avatars/looks", page)
    server.data("GET", "/v3/avatars/looks/b", {**LOOK, "id": "b"})

    states = await Avatars(transport).look(["a", "b"])

    assert set(states) == {"a", "b"}


async def test_a_look_at_one_video_reads_that_video(server: Any, transport: Transport) -> None:
    server.data("GET", "/v3/videos/a", listed("a", "completed", video_url="https://e.org/a.mp4"))

    states = await Videos(transport).look(["a"])

    assert [asked.path for asked in server.asked] == ["/v3/videos/a"]
    assert states["a"] == DONE
    assert states["a"].resource.id == "a"


async def test_one_video_that_is_not_found_is_gone(server: Any, transport: Transport) -> None:
    states = await Videos(transport).look(["a"])

    assert states["a"].progress is Progress.GONE


async def test_what_the_look_brought_whole_is_not_read_again(
    server: Any, transport: Transport
) -> None:
    whole = structure(VideoDetail, listed("a", "completed"), operation="getVideo")
    watch = Settles(attrs.evolve(DONE, resource=whole))

    video = await Videos(transport, watch).wait("a")

    assert video is whole
    assert server.asked == []


async def test_a_bulk_look_reads_every_word_of_the_api(server: Any, transport: Transport) -> None:
    error = {"code": "rendering_failed", "message": "No."}
    lines = [
        line("a", "waiting"),
        line("b", "queued"),
        line("c", "polishing"),
        line("d", "completed"),
        line("e", "failed", error=error),
        line("f", "failed", error={"code": 7}),
        line("g", "not_found"),
    ]
    server.data("GET", "/v3/videos", [])
    server.data("GET", "/v3/videos/statuses", lines)

    states = await Videos(transport).look(list("abcdefgh"))

    progress = {name: state.progress.value for name, state in states.items()}
    assert progress == {
        "a": "running",
        "b": "running",
        "c": "running",
        "d": "done",
        "e": "failed",
        "f": "failed",
        "g": "gone",
    }
    assert states["c"].status == "polishing"
    assert (states["e"].code, states["e"].reason) == ("rendering_failed", "No.")
    assert (states["f"].code, states["f"].reason) == (None, None)


@pytest.mark.parametrize(
    ("ids", "batch_ids"), [([], []), (["v"] * 101, []), (["v"] * 60, ["b"] * 60)]
)
async def test_bulk_statuses_take_one_to_a_hundred_ids(
    ids: list[str], batch_ids: list[str], transport: Transport
) -> None:
    with pytest.raises(InvalidInputError, match="100"):
        await Videos(transport).statuses(ids, batch_ids=batch_ids)


@pytest.mark.parametrize("ids", ["v1", ["v1", ""], ["v1,v2"], [None]])
async def test_ids_that_cannot_be_ids_are_refused(ids: Any, transport: Transport) -> None:
    with pytest.raises(InvalidInputError, match="ids"):
        await Videos(transport).look(ids)


async def test_a_batch_settles_when_all_its_items_have(server: Any, transport: Transport) -> None:
    batch = {
        "batch_id": "b1",
        "status": "failed",
        "total_items": 1,
        "counts_by_status": {"failed": 1},
        "created_at": 1,
        "items": [{"item_index": 0, "status": "failed", "error": {"code": "x"}}],
        "has_more": False,
    }
    server.data("GET", "/v3/videos/batches/b1", batch)
    videos = Videos(transport, Settles(JobState(Progress.DONE, "failed")))

    states = await videos.look_batches(["b1", "b2"])
    settled = await videos.wait_batch("b1")

    assert states["b1"].progress is Progress.DONE
    assert states["b2"].progress is Progress.GONE
    assert settled.items[0].error == {"code": "x"}


@pytest.mark.parametrize(
    ("look", "path", "whole"),
    [
        (lambda t: Voices(t).look, "/v3/voices", {"voice_id": "b", "support_pause": True}),
        (lambda t: Avatars(t).look, "/v3/avatars/looks", {**LOOK, "id": "b"}),
    ],
)
async def test_one_look_that_fails_leaves_the_others_seen(
    look: Callable[[Transport], Any],
    path: str,
    whole: dict[str, Any],
    server: Any,
    transport: Transport,
) -> None:
    server.data("GET", "/v3/avatars/looks", [])
    server.answer("GET", f"{path}/a", {"error": {"code": "internal_error"}}, status=500)
    server.data("GET", f"{path}/b", whole)

    states = await look(transport)(["a", "b", "c"])

    assert {name: state.progress for name, state in states.items()} == {
        "b": Progress.DONE,
        "c": Progress.GONE,
    }


async def test_batch_items_are_read_across_pages(server: Any, transport: Transport) -> None:
    batch = {
        "batch_id": "b1",
        "status": "processing",
        "total_items": 2,
        "counts_by_status": {},
        "created_at": 1,
    }
    first = [{"item_index": 0, "status": "queued"}]
    second = [{"item_index": 1, "status": "queued"}]
    path = "/v3/lipsyncs/batches/b1"
    server.data("GET", path, {**batch, "items": first, "has_more": True, "next_token": "t"})
    server.data("GET", path, {**batch, "items": second, "has_more": False, "next_token": None})

    items = await Lipsyncs(transport).batch_items("b1", limit=1).collect()

    assert [item.item_index for item in items] == [0, 1]
    assert [asked.query for asked in server.asked] == [
        {"limit": "1"},
        {"limit": "1", "token": "t"},
    ]


# --- what states mean ----------------------------------------------------------------------------


def look_state(**fields: Any) -> Progress:
    return structure(AvatarLookItem, {**LOOK, **fields}, operation="getAvatarLook").state.progress


@pytest.mark.parametrize(
    ("fields", "progress"),
    [
        ({}, Progress.DONE),
        ({"status": None, "preview_image_url": None, "image_width": None}, Progress.DONE),
        ({"status": "processing"}, Progress.RUNNING),
        ({"status": "pending_consent"}, Progress.RUNNING),
        ({"status": "sculpting"}, Progress.RUNNING),
        ({"preview_image_url": None}, Progress.RUNNING),
        ({"image_width": 0}, Progress.RUNNING),
        ({"image_height": None}, Progress.RUNNING),
        ({"avatar_type": "digital_twin", "image_width": None}, Progress.DONE),
        ({"avatar_type": "digital_twin", "preview_image_url": None}, Progress.RUNNING),
        ({"status": "failed"}, Progress.FAILED),
    ],
)
def test_a_look_is_ready_when_it_can_speak(fields: dict[str, Any], progress: Progress) -> None:
    assert look_state(**fields) is progress


@pytest.mark.parametrize(
    ("path", "answer", "look", "state"),
    [
        (
            "/v3/voices/x",
            {"voice_id": "x", "support_pause": True, "status": "complete"},
            lambda t: Voices(t).look(["x"]),
            JobState(Progress.DONE, "complete"),
        ),
        (
            "/v3/voices/x",
            {"voice_id": "x", "support_pause": True, "status": "pending"},
            lambda t: Voices(t).look(["x"]),
            JobState(Progress.RUNNING, "pending"),
        ),
        (
            "/v3/voices/x",
            {"voice_id": "x", "support_pause": True},
            lambda t: Voices(t).look(["x"]),
            JobState(Progress.DONE),
        ),
        (
            "/v3/ai-clipping/x",
            {"id": "x", "status": "cancelled"},
            lambda t: Clippings(t).look(["x"]),
            JobState(Progress.FAILED, "cancelled"),
        ),
        (
            "/v3/background-removals/x",
            {"id": "x", "status": "deleted"},
            lambda t: BackgroundRemovals(t).look(["x"]),
            JobState(Progress.GONE, "deleted"),
        ),
        (
            "/v3/background-removals/x",
            {"id": "x", "status": "failed", "error": "No."},
            lambda t: BackgroundRemovals(t).look(["x"]),
            JobState(Progress.FAILED, "failed", None, "No."),
        ),
        (
            "/v3/video-translations/proofreads/x",
            {"id": "x", "status": "failed", "failure_message": "No."},
            lambda t: Translations(t).proofreads.look(["x"]),
            JobState(Progress.FAILED, "failed", None, "No."),
        ),
        (
            "/v3/video-agents/x",
            {"session_id": "x", "status": "waiting_for_input", "created_at": 1},
            lambda t: VideoAgents(t).look(["x"]),
            JobState(Progress.RUNNING, "waiting_for_input"),
        ),
        (
            "/v3/video-agents/x",
            {
                "session_id": "x",
                "status": "failed",
                "created_at": 1,
                "messages": [
                    {"role": "model", "type": "error", "content": "No script."},
                    {"role": "model", "type": "text", "content": "Bye."},
                ],
            },
            lambda t: VideoAgents(t).look(["x"]),
            JobState(Progress.FAILED, "failed", None, "No script."),
        ),
    ],
)
async def test_every_family_reads_its_own_words(
    path: str,
    answer: Any,
    look: Callable[[Transport], Any],
    state: JobState,
    server: Any,
    transport: Transport,
) -> None:
    server.data("GET", path, answer)

    states = await look(transport)

    assert states == {"x": state}


async def test_a_job_without_bulk_status_that_is_not_found_is_gone(transport: Transport) -> None:
    states = await Voices(transport).look(["x"])

    assert states["x"].progress is Progress.GONE
    assert states["x"].status == "not_found"


# --- looks at avatars ----------------------------------------------------------------------------


def page(*ids: str, token: str | None = None) -> dict[str, Any]:
    items = [{**LOOK, "id": one} for one in ids]
    return {"data": items, "has_more": token is not None, "next_token": token}


async def test_one_look_is_asked_for_by_its_id(server: Any, transport: Transport) -> None:
    server.data("GET", "/v3/avatars/looks/l1", LOOK)

    states = await Avatars(transport).look(["l1", "l1"])

    assert states["l1"].progress is Progress.DONE
    assert len(server.asked) == 1


async def test_many_looks_are_found_on_a_page_of_private_ones(
    server: Any, transport: Transport
) -> None:
    server.answer("GET", "/v3/avatars/looks", page("l1", "other", "l2", "l3", token="t"))

    states = await Avatars(transport).look(["l1", "l2", "l3"])

    assert set(states) == {"l1", "l2", "l3"}
    assert [asked.query for asked in server.asked] == [{"ownership": "private", "limit": "50"}]


async def test_pages_are_left_when_they_cost_more_than_the_rest_one_by_one(
    server: Any, transport: Transport
) -> None:
    server.answer("GET", "/v3/avatars/looks", page("other", token="t1"))
    server.answer("GET", "/v3/avatars/looks", page("l1", token="t2"))
    server.data("GET", "/v3/avatars/looks/l2", {**LOOK, "id": "l2", "status": "processing"})

    states = await Avatars(transport).look(["l1", "l2", "l3"])

    progress = {name: state.progress.value for name, state in states.items()}
    assert progress == {"l1": "done", "l2": "running", "l3": "gone"}
    assert [asked.path for asked in server.asked] == [
        "/v3/avatars/looks",
        "/v3/avatars/looks",
        "/v3/avatars/looks/l2",
        "/v3/avatars/looks/l3",
    ]


# --- items of batches ----------------------------------------------------------------------------


def batch(batch_id: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "status": "processing",
        "total_items": len(items),
        "counts_by_status": {},
        "created_at": 1,
        "items": [{"item_index": index, **item} for index, item in enumerate(items)],
        "has_more": False,
    }


async def test_items_are_looked_at_batch_by_batch(server: Any, transport: Transport) -> None:
    error = {"code": "avatar_not_found", "message": "No."}
    server.data(
        "GET",
        "/v3/videos/batches/b1",
        batch(
            "b1",
            {"status": "queued"},
            {"status": "processing", "video_id": "v1"},
            {"status": "failed", "error": error},
            {"status": "failed", "video_id": "v3", "error": error},
        ),
    )
    server.data(
        "GET", "/v3/videos/batches/b2", batch("b2", {"status": "polished", "video_id": None})
    )

    states = await Videos(transport).look_items(["b1/0", "b1/1", "b1/2", "b1/3", "b2/0", "b2/7"])

    assert len(server.asked) == 2
    assert states["b1/0"].progress is Progress.RUNNING
    assert states["b1/1"].progress is Progress.DONE
    assert states["b1/1"].became == states["b1/1"].resource.video_id == "v1"
    assert states["b1/2"] == JobState(Progress.FAILED, "failed", "avatar_not_found", "No.")
    assert states["b1/3"].became == "v3"
    assert states["b2/0"].progress is Progress.RUNNING
    assert "b2/7" not in states


@pytest.mark.parametrize("item", ["b", "b/", "/1", "b/x", "b/-1", ""])
async def test_what_names_no_item_is_refused(transport: Transport, item: str) -> None:
    with pytest.raises(InvalidInputError):
        await Videos(transport).look_items([item])


async def test_a_place_is_followed_to_its_video_and_its_batch_is_read_no_more(
    server: Any, transport: Transport
) -> None:
    items = [
        {"status": "queued"},
        {"status": "processing", "video_id": "v1"},
        {"status": "failed", "error": {"code": "avatar_not_found", "message": "No."}},
    ]
    videos = Videos(transport)
    server.data("GET", "/v3/videos/batches/b1", batch("b1", *items))
    server.data("GET", "/v3/videos/v1", {"id": "v1", "status": "processing"})
    server.data("GET", "/v3/videos/v1", {"id": "v1", "status": "completed", "video_url": "u"})

    first = await videos.look(["b1/0", "v1", "b1/1", "b1/2"])
    second = await videos.look(["b1/1"])

    assert first == {
        "b1/0": JobState(Progress.RUNNING, "queued"),
        "v1": JobState(Progress.RUNNING, "processing"),
        "b1/1": JobState(Progress.RUNNING, "processing", became="v1"),
        "b1/2": JobState(Progress.FAILED, "failed", "avatar_not_found", "No."),
    }
    assert second == {"b1/1": JobState(Progress.DONE, "completed", became="v1")}
    assert second["b1/1"].resource.video_url == "u"
    assert list(videos.places_of("v1")) == ["b1/1"]
    assert list(videos.places_of("another")) == ["b1/0"]
    assert sum("batches" in asked.path for asked in server.asked) == 1


async def test_a_place_without_a_video_is_asked_for_again(
    server: Any, transport: Transport
) -> None:
    videos = Videos(transport)
    begun = {"status": "processing", "video_id": "v1"}
    for item in ({"status": "queued"}, begun):
        server.data("GET", "/v3/videos/batches/b1", batch("b1", item))
    server.data("GET", "/v3/videos/v1", {"id": "v1", "status": "processing"})

    first = await videos.look(["b1/0"])
    second = await videos.look(["b1/0"])

    assert first["b1/0"].became is None
    assert second["b1/0"] == JobState(Progress.RUNNING, "processing", became="v1")


async def test_what_cannot_be_read_of_batches_keeps_nobody_from_being_seen(
    server: Any, transport: Transport
) -> None:
    odd = {**batch("b1", {"status": 7}, {"status": "queued"}), "total_items": "two"}
    server.data("GET", "/v3/videos/batches/b1", odd)
    server.answer("GET", "/v3/videos/batches/b2", {}, status=500)
    server.data("GET", "/v3/videos/v1", {"id": "v1", "status": "processing"})
    videos = Videos(transport)

    states = await videos.look(["b1/0", "b1/1", "b2/0"])
    beside = await videos.look(["b2/0", "v1"])
    with pytest.raises(ServerError):
        await videos.look(["b2/0"])

    assert states == {"b1/1": JobState(Progress.RUNNING, "queued")}
    assert beside == {"v1": JobState(Progress.RUNNING, "processing")}


async def test_a_place_in_a_batch_that_is_unknown_is_gone(transport: Transport) -> None:
    states = await Videos(transport).look(["b1/0"])

    assert states["b1/0"].progress is Progress.GONE
