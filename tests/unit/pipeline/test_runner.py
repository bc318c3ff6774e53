from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import pytest

from heygen_async.errors import (
    AuthenticationError,
    CannotTellError,
    ConcurrencyLimitError,
    ConnectError,
    ContentPolicyError,
    DeadlineError,
    HeyGenError,
    InsufficientCreditError,
    InvalidRequestError,
    JobFailedError,
    JournalError,
    ProtocolError,
    RateLimitError,
    ServerError,
    UncertainError,
    VideoFailedError,
)
from heygen_async.models.events import Intended, Submitted
from heygen_async.models.outcome import Stage
from heygen_async.models.state import JobState, Progress
from heygen_async.pipeline.budget import Budget
from heygen_async.pipeline.machine import Phase

HOUR = 3600.0
DAY = 24 * HOUR
FAILED = JobState(Progress.FAILED, "failed", "rendering_failed", "out of pixels")

# The tests' World is in conftest.py.
World = Any


def keys(world: World, stream: str) -> list[str]:
    return [key for name, key in world.server.requests if name == stream]


# --- the straight way ----------------------------------------------------------------------------


async def test_a_plan_is_settled_from_its_leaves_and_each_paid_step_charged_once(
    world: World,
) -> None:
    result = await world.settle(world.video())

    assert result == {"id": "video:hello#1"}
    assert world.server.charges == {"avatar:ada": 1, "video:hello": 1}
    assert world.server.uploads == {"asset:photo": 1}
    assert await world.journal.events("video:hello") == ["Intended", "Submitted", "Settled"]
    assert world.idle


async def test_a_free_step_is_written_down_without_an_intent(world: World) -> None:
    await world.settle(world.asset())

    assert await world.journal.events("asset:photo") == ["Settled"]


async def test_a_free_step_that_fails_leaves_nothing_behind(world: World) -> None:
    world.server.faults["asset:photo"] = [ServerError("storage is full")]

    with pytest.raises(ServerError):
        await world.settle(world.asset())
    await world.settle(world.asset())

    assert await world.journal.events("asset:photo") == ["Settled"]


async def test_the_intent_is_written_before_the_request_leaves(world: World) -> None:
    seen: list[list[str]] = []

    async def look(moment: str, inputs: Mapping[str, Any]) -> None:
        seen.append(await world.journal.events("video:hello"))

    await world.settle(world.video(seen=look))

    assert seen == [["Intended"], ["Intended", "Submitted"]]


async def test_a_step_gets_the_results_of_what_it_needs_by_name(world: World) -> None:
    seen: list[Mapping[str, Any]] = []

    async def look(moment: str, inputs: Mapping[str, Any]) -> None:
        seen.append(inputs)

    await world.settle(world.video(seen=look))

    assert seen[0] == {"avatar": {"id": "avatar:ada#1"}}


async def test_what_is_done_is_not_done_again_by_a_later_process(world: World) -> None:
    first = await world.settle(world.video())
    before = len(world.server.requests)
    world.begin()

    again = await world.settle(world.video())

    assert again == first
    assert len(world.server.requests) == before


async def test_an_intent_that_cannot_be_written_is_not_sent(world: World) -> None:
    world.journal.refuses = lambda event: (
        JournalError("the disk is full") if isinstance(event, Intended) else None
    )

    with pytest.raises(JournalError):
        await world.settle(world.avatar())

    assert world.server.charges == {}
    assert world.idle


async def test_an_answer_that_cannot_be_written_is_asked_for_again_with_the_same_key(
    world: World,
) -> None:
    world.journal.refuses = lambda event: (
        JournalError("the disk is full") if isinstance(event, Submitted) else None
    )
    with pytest.raises(JournalError):
        await world.settle(world.avatar())
    world.journal.refuses = lambda event: None

    await world.settle(world.avatar())

    assert world.server.charges == {"avatar:ada": 1}
    assert len(set(keys(world, "avatar:ada"))) == 1


async def test_two_journals_use_two_keys_for_the_same_step(world: World) -> None:
    await world.settle(world.avatar())
    first = keys(world, "avatar:ada")
    world.journal = type(world.journal)()
    await world.journal.open()
    world.begin()

    await world.settle(world.avatar())

    assert keys(world, "avatar:ada")[0] != keys(world, "avatar:ada")[1]
    assert all(key.startswith("hga-") and 16 < len(key) <= 255 for key in first)


async def test_progress_is_told_stage_by_stage_with_ids(world: World) -> None:
    await world.settle(world.video())

    stages = [stage for stage, _ in world.told]
    assert stages == [
        Stage.UPLOADING,
        Stage.TRAINING,
        Stage.TRAINING,
        Stage.QUEUED,
        Stage.RENDERING,
        Stage.RENDERING,
    ]
    assert world.told[-1] == (Stage.RENDERING, {"id": "video:hello#1"})


# --- lost answers --------------------------------------------------------------------------------


async def test_a_lost_answer_is_uncertain_and_the_next_run_replays_the_same_key(
    world: World,
) -> None:
    world.server.faults["video:hello"] = ["lost"]

    with pytest.raises(UncertainError) as caught:
        await world.settle(world.video())
    state = await world.journal.state("video:hello")
    world.begin()
    await world.settle(world.video())

    assert state.phase is Phase.UNCERTAIN
    assert caught.value.key == state.key
    assert world.server.charges["video:hello"] == 1
    assert len(set(keys(world, "video:hello"))) == 1
    assert world.idle


@pytest.mark.parametrize(
    "error",
    [
        InvalidRequestError("no"),
        InsufficientCreditError("no"),
        ConnectError("no"),
        AuthenticationError("no"),
        RateLimitError("no"),
        ContentPolicyError("no"),
        ServerError("no"),
        ProtocolError("no"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_refused_replay_stays_uncertain_and_never_leads_to_a_new_key(
    world: World, error: HeyGenError
) -> None:
    world.server.faults["video:hello"] = ["lost", error, error]

    for _ in range(3):
        with pytest.raises(HeyGenError):
            await world.settle(world.video())
        assert (await world.journal.state("video:hello")).phase is Phase.UNCERTAIN
        world.begin()
    await world.settle(world.video())

    assert world.server.charges["video:hello"] == 1
    assert len(set(keys(world, "video:hello"))) == 1


async def test_a_replay_that_finds_the_pool_full_waits_and_replays_the_same_key(
    world: World,
) -> None:
    full = ConcurrencyLimitError("too many run", retry_after=1.0)
    world.server.faults["video:hello"] = ["lost", full, full]
    with pytest.raises(UncertainError):
        await world.settle(world.video())

    await world.settle(world.video())

    assert world.server.charges["video:hello"] == 1
    assert len(set(keys(world, "video:hello"))) == 1


@pytest.mark.parametrize("hours", [21, 25, 1000])
async def test_a_job_whose_key_is_too_old_is_looked_for_and_found(
    world: World, hours: float
) -> None:
    world.server.faults["video:hello"] = ["lost"]
    with pytest.raises(UncertainError):
        await world.settle(world.video())
    world.begin()
    await asyncio.sleep(hours * HOUR)

    result = await world.settle(world.video())

    assert result == {"id": "video:hello#1"}
    assert world.server.charges["video:hello"] == 1
    assert len(keys(world, "video:hello")) == 1
    assert "Found" in await world.journal.events("video:hello")


async def test_a_key_that_grew_too_old_while_room_was_waited_for_is_not_sent(
    world: World,
) -> None:
    world.server.faults["video:hello"] = ["lost"]
    with pytest.raises(UncertainError):
        await world.settle(world.video(needs={}, price=1.0))
    world.begin(budget=Budget(10.0))
    await asyncio.sleep(19.5 * HOUR)
    long = world.video("long", needs={}, price=9.0, cost=1.0, seconds=5 * HOUR, timeout=DAY)
    other = asyncio.create_task(world.settle(long))
    await asyncio.sleep(1.0)

    # It may cost more than was reserved for it, so it waits, for longer than its key is kept.
    result = await world.settle(world.video(needs={}, price=2.0))

    assert other.done()
    assert result == {"id": "video:hello#1"}
    assert world.server.charges["video:hello"] == 1
    assert len(world.server.searches) == 1


async def test_a_job_that_is_proved_absent_is_made_with_a_new_key(world: World) -> None:
    world.server.faults["video:hello"] = [UncertainError("the line went dead")]
    with pytest.raises(UncertainError):
        await world.settle(world.video())
    world.begin()
    await asyncio.sleep(21 * HOUR)

    await world.settle(world.video())

    assert world.server.charges["video:hello"] == 1
    assert len(set(keys(world, "video:hello"))) == 2
    assert "Absent" in await world.journal.events("video:hello")


async def test_a_job_that_cannot_be_looked_for_stays_uncertain(world: World) -> None:
    world.server.faults["video:hello"] = ["lost"]
    video = world.video(findable=False)
    with pytest.raises(UncertainError):
        await world.settle(video)
    world.begin()
    await asyncio.sleep(21 * HOUR)

    for _ in range(2):
        with pytest.raises(CannotTellError) as caught:
            await world.settle(video)

    assert caught.value.key == keys(world, "video:hello")[0]
    assert world.server.charges["video:hello"] == 1
    assert (await world.journal.state("video:hello")).phase is Phase.UNCERTAIN
    assert world.idle


async def test_a_clock_that_went_backwards_makes_a_key_untrusted(world: World) -> None:
    world.server.faults["video:hello"] = ["lost"]
    with pytest.raises(UncertainError):
        await world.settle(world.video())
    world.begin()
    world.skew = -HOUR

    await world.settle(world.video())

    assert world.server.searches == keys(world, "video:hello")
    assert world.server.charges["video:hello"] == 1


async def test_a_step_without_keys_is_looked_for_and_not_sent_again(world: World) -> None:
    world.server.faults["video:hello"] = ["lost"]
    video = world.video(keyed=False)
    with pytest.raises(UncertainError):
        await world.settle(video)

    await world.settle(video)

    assert len(keys(world, "video:hello")) == 1
    assert world.server.charges["video:hello"] == 1


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [InsufficientCreditError("top up"), ConnectError("no route"), AuthenticationError("no key")],
    ids=lambda error: type(error).__name__,
)
async def test_what_was_not_taken_goes_up_and_is_tried_anew_by_the_next_run(
    world: World, error: HeyGenError
) -> None:
    world.server.faults["avatar:ada"] = [error]

    with pytest.raises(type(error)):
        await world.settle(world.avatar())
    await world.settle(world.avatar())

    assert await world.journal.events("avatar:ada") == [
        "Intended",
        "Declined",
        "Intended",
        "Submitted",
        "Settled",
    ]
    assert len(set(keys(world, "avatar:ada"))) == 2


async def test_what_was_refused_for_good_is_not_asked_for_again(world: World) -> None:
    refusal = ContentPolicyError("not that script", code="content_policy_violation")
    world.server.faults["video:hello"] = [refusal]

    with pytest.raises(ContentPolicyError):
        await world.settle(world.video())
    world.begin()
    with pytest.raises(ContentPolicyError, match="not that script") as caught:
        await world.settle(world.video())

    assert caught.value.code == "content_policy_violation"
    assert len(keys(world, "video:hello")) == 1


async def test_what_was_refused_for_good_is_asked_for_again_when_told_to(world: World) -> None:
    world.server.faults["video:hello"] = [InvalidRequestError("no such voice")]
    with pytest.raises(InvalidRequestError):
        await world.settle(world.video())

    await world.settle(world.video(), retry=True)

    assert world.server.charges["video:hello"] == 1
    assert len(set(keys(world, "video:hello"))) == 2


async def test_a_full_pool_shrinks_the_slots_and_the_render_is_tried_again(world: World) -> None:
    full = ConcurrencyLimitError("too many run", retry_after=1.0)
    world.server.faults["video:hello"] = [full, full]

    await world.settle(world.video())

    assert world.slots.limit < 10
    assert world.server.charges["video:hello"] == 1
    assert world.idle


async def test_forty_renders_in_a_pool_of_five_are_all_made_and_charged_once(world: World) -> None:
    world.server.capacity = 5

    async with asyncio.timeout(10 * HOUR):
        await asyncio.gather(*(world.settle(world.video(f"v{number}")) for number in range(40)))

    assert world.server.charges == {"avatar:ada": 1, **{f"video:v{n}": 1 for n in range(40)}}
    assert world.server.peak == 5
    assert world.idle


async def test_a_full_pool_is_an_error_for_what_needs_no_slot(world: World) -> None:
    world.server.faults["avatar:ada"] = [ConcurrencyLimitError("too many run")]

    with pytest.raises(ConcurrencyLimitError):
        await world.settle(world.avatar())


# --- slots ---------------------------------------------------------------------------------------


async def test_a_slot_is_held_from_before_the_request_until_it_settled_and_no_longer(
    world: World,
) -> None:
    held: list[tuple[str, int]] = []

    async def look(moment: str, inputs: Mapping[str, Any]) -> None:
        held.append((moment, world.slots.held))

    await world.settle(world.video(seen=look, needs={"avatar": world.avatar(seen=look)}))

    assert held == [("submit", 0), ("conclude", 0), ("submit", 1), ("conclude", 0)]


async def test_no_more_renders_run_than_there_are_slots(world: World) -> None:
    world.begin(limit=3)

    await asyncio.gather(*(world.settle(world.video(f"v{number}")) for number in range(20)))

    assert world.server.peak == 3
    assert world.slots.peak == 3
    assert world.idle


async def test_a_render_that_runs_already_is_followed_without_waiting_for_a_slot(
    world: World,
) -> None:
    with pytest.raises(DeadlineError):
        await world.settle(world.video(seconds=2 * HOUR, timeout=HOUR))
    world.begin(limit=1)
    other = asyncio.create_task(world.settle(world.video("other", seconds=10 * HOUR)))
    await asyncio.sleep(100.0)

    async with asyncio.timeout(2 * HOUR):
        result = await world.settle(world.video())

    assert result == {"id": "video:hello#1"}
    assert world.slots.peak == 2
    other.cancel()


async def test_a_render_with_an_open_intent_goes_before_those_that_are_new(world: World) -> None:
    world.server.faults["video:open"] = ["lost"]
    with pytest.raises(UncertainError):
        await world.settle(world.video("open"))
    world.begin(limit=1)
    order: list[str] = []

    async def run(name: str) -> None:
        await world.settle(world.video(name))
        order.append(name)

    async with asyncio.TaskGroup() as tasks:
        for name in ("a", "b", "c"):
            tasks.create_task(run(name))
            await asyncio.sleep(1.0)
        tasks.create_task(run("open"))

    assert order == ["a", "open", "b", "c"]


async def test_what_a_running_render_needed_is_not_looked_at_again(world: World) -> None:
    with pytest.raises(DeadlineError):
        await world.settle(world.video(seconds=2 * HOUR, timeout=HOUR))
    world.server.gone = {"asset:photo", "avatar:ada#1"}
    world.begin()

    await world.settle(world.video())

    assert world.server.charges == {"avatar:ada": 1, "video:hello": 1}


async def test_a_deadline_frees_the_slot_and_the_next_run_follows_the_same_render(
    world: World,
) -> None:
    with pytest.raises(DeadlineError) as caught:
        await world.settle(world.video(seconds=2 * HOUR, timeout=HOUR))
    phase = (await world.journal.state("video:hello")).phase
    idle = world.idle

    result = await world.settle(world.video())

    assert phase is Phase.SETTLING
    assert idle
    assert caught.value.id == result["id"]
    assert world.server.charges["video:hello"] == 1


# --- shared steps --------------------------------------------------------------------------------


async def test_fifty_runs_that_share_an_avatar_make_it_once(world: World) -> None:
    await asyncio.gather(*(world.settle(world.video(f"v{number}")) for number in range(50)))

    assert world.server.charges["avatar:ada"] == 1
    assert world.server.uploads == {"asset:photo": 1}
    assert sum(world.server.charges.values()) == 51
    assert world.idle


async def test_the_same_job_asked_for_twice_at_once_is_made_once(world: World) -> None:
    first, second = await asyncio.gather(world.settle(world.video()), world.settle(world.video()))

    assert first == second
    assert world.server.charges["video:hello"] == 1


async def test_when_the_run_that_makes_the_avatar_is_cancelled_the_next_one_goes_on(
    world: World,
) -> None:
    runs = [asyncio.create_task(world.settle(world.video(f"v{number}"))) for number in range(10)]
    await asyncio.sleep(30.0)
    runs[0].cancel()

    ended = await asyncio.gather(*runs, return_exceptions=True)

    assert isinstance(ended[0], asyncio.CancelledError)
    assert all(isinstance(result, dict) for result in ended[1:])
    assert world.server.charges["avatar:ada"] == 1
    assert world.idle


async def test_the_failure_of_a_shared_avatar_reaches_all_and_is_charged_once(
    world: World,
) -> None:
    world.server.ends["avatar:ada"] = [FAILED]

    ended = await asyncio.gather(
        *(world.settle(world.video(f"v{number}")) for number in range(10)), return_exceptions=True
    )

    assert [type(error) for error in ended] == [VideoFailedError] * 10
    assert world.server.charges == {"avatar:ada": 1}
    assert world.idle


# --- failures ------------------------------------------------------------------------------------


async def test_a_failed_job_is_an_error_that_says_which_and_why(world: World) -> None:
    world.server.ends["video:hello"] = [FAILED]

    with pytest.raises(VideoFailedError) as caught:
        await world.settle(world.video())

    error = caught.value
    assert (error.id, error.code) == ("video:hello#1", "rendering_failed")
    assert "out of pixels" in error.message
    assert world.idle


async def test_a_failed_job_is_an_error_with_its_kind_and_reason(world: World) -> None:
    world.server.ends["video:hello"] = [FAILED]

    with pytest.raises(VideoFailedError) as caught:
        await world.settle(world.video())

    assert (caught.value.kind, caught.value.reason) == ("video", "out of pixels")


async def test_a_failure_is_remembered_by_a_later_process_and_not_asked_about(
    world: World,
) -> None:
    world.server.ends["video:hello"] = [FAILED]
    with pytest.raises(VideoFailedError) as first:
        await world.settle(world.video())
    before = len(world.server.requests)
    world.begin()

    with pytest.raises(VideoFailedError) as again:
        await world.settle(world.video())

    assert again.value.message == first.value.message
    assert again.value.id == "video:hello#1"
    assert len(world.server.requests) == before


async def test_a_failure_is_tried_again_when_told_to(world: World) -> None:
    world.server.ends["video:hello"] = [FAILED]
    with pytest.raises(VideoFailedError):
        await world.settle(world.video())
    world.begin()

    result = await world.settle(world.video(), retry=True)

    assert result == {"id": "video:hello#2"}
    assert len(set(keys(world, "video:hello"))) == 2


async def test_retry_reaches_the_failure_of_what_is_needed(world: World) -> None:
    world.server.ends["avatar:ada"] = [FAILED]
    with pytest.raises(JobFailedError):
        await world.settle(world.video())
    world.begin()

    await world.settle(world.video(), retry=True)

    assert world.server.charges == {"avatar:ada": 2, "video:hello": 1}


async def test_as_many_new_renders_follow_a_failed_one_as_the_policy_allows(world: World) -> None:
    world.begin(resubmits=2)
    world.server.ends["video:hello"] = [FAILED, FAILED]

    result = await world.settle(world.video())

    assert result == {"id": "video:hello#3"}
    assert len(set(keys(world, "video:hello"))) == 3


async def test_no_more_new_renders_follow_than_the_policy_allows(world: World) -> None:
    world.begin(resubmits=2)
    world.server.ends["video:hello"] = [FAILED] * 9

    with pytest.raises(VideoFailedError):
        await world.settle(world.video())

    assert world.server.charges["video:hello"] == 3
    assert world.idle


async def test_a_full_pool_does_not_use_up_the_new_renders_that_the_policy_allows(
    world: World,
) -> None:
    world.begin(resubmits=1)
    world.server.faults["video:hello"] = [ConcurrencyLimitError("too many run")] * 3
    world.server.ends["video:hello"] = [FAILED]

    result = await world.settle(world.video())

    assert result == {"id": "video:hello#2"}


async def test_a_failed_avatar_is_not_made_again_by_itself(world: World) -> None:
    world.begin(resubmits=5)
    world.server.ends["avatar:ada"] = [FAILED]

    with pytest.raises(JobFailedError):
        await world.settle(world.video())

    assert world.server.charges == {"avatar:ada": 1}


# --- what is gone --------------------------------------------------------------------------------


async def test_what_was_deleted_since_is_made_anew_with_a_new_key(world: World) -> None:
    await world.settle(world.avatar())
    world.server.gone = {"avatar:ada#1"}
    world.begin()

    result = await world.settle(world.avatar())

    assert result == {"id": "avatar:ada#2"}
    assert len(set(keys(world, "avatar:ada"))) == 2
    assert "Reopened" in await world.journal.events("avatar:ada")


async def test_what_this_process_has_made_or_seen_is_not_checked_again(world: World) -> None:
    await world.settle(world.avatar())
    world.server.gone = {"avatar:ada#1"}

    await world.settle(world.video())

    assert world.server.charges["avatar:ada"] == 1


async def test_an_asset_that_is_gone_is_uploaded_again_only_if_the_avatar_is_too(
    world: World,
) -> None:
    await world.settle(world.avatar())
    world.server.gone = {"asset:photo"}
    world.begin()

    await world.settle(world.avatar())

    assert world.server.uploads["asset:photo"] == 1


# --- cancellation --------------------------------------------------------------------------------


async def test_a_cancelled_render_goes_on_and_is_picked_up(world: World) -> None:
    run = asyncio.create_task(world.settle(world.video()))
    await asyncio.sleep(100.0)
    run.cancel()
    await asyncio.wait([run])
    phase = (await world.journal.state("video:hello")).phase
    idle = world.idle
    world.begin()

    result = await world.settle(world.video())

    assert run.cancelled()
    assert phase is Phase.SETTLING
    assert idle
    assert result == {"id": "video:hello#1"}
    assert world.server.deleted == []


async def test_a_cancelled_render_is_deleted_where_the_policy_says_so(world: World) -> None:
    world.begin(on_cancel="delete")
    run = asyncio.create_task(world.settle(world.video()))
    await asyncio.sleep(100.0)
    run.cancel()
    await asyncio.wait([run])

    assert run.cancelled()
    assert world.server.deleted == ["video:hello#1"]
    assert (await world.journal.state("video:hello")).phase is Phase.FAILED
    assert world.idle


async def test_a_render_whose_answer_is_just_written_down_is_deleted_too(world: World) -> None:
    world.begin(on_cancel="delete")
    run = asyncio.create_task(world.settle(world.video(needs={})))
    while (await world.journal.state("video:hello")).phase is not Phase.SETTLING:
        await asyncio.sleep(0.001)
    run.cancel()
    await asyncio.wait([run])

    assert run.cancelled()
    assert world.server.deleted == ["video:hello#1"]
    assert (await world.journal.state("video:hello")).phase is Phase.FAILED
    assert world.idle


async def test_a_cancelled_render_that_somebody_else_waits_for_is_kept(world: World) -> None:
    world.begin(on_cancel="delete")
    run = asyncio.create_task(world.settle(world.video()))
    other = asyncio.create_task(world.settle(world.video()))
    await asyncio.sleep(100.0)
    run.cancel()

    assert await other == {"id": "video:hello#1"}
    assert run.cancelled()
    assert world.server.deleted == []


async def test_a_render_that_all_who_wait_for_it_leave_at_once_is_deleted(world: World) -> None:
    world.begin(on_cancel="delete")
    runs = [asyncio.create_task(world.settle(world.video())) for _ in range(3)]
    await asyncio.sleep(100.0)
    for run in runs:
        run.cancel()
    await asyncio.wait(runs)

    assert world.server.deleted == ["video:hello#1"]
    assert world.idle


async def test_a_deleted_render_is_made_anew_when_told_to(world: World) -> None:
    world.begin(on_cancel="delete")
    run = asyncio.create_task(world.settle(world.video()))
    await asyncio.sleep(100.0)
    run.cancel()
    await asyncio.wait([run])

    with pytest.raises(JobFailedError, match="deleted when its run was cancelled"):
        await world.settle(world.video())
    result = await world.settle(world.video(), retry=True)

    assert result == {"id": "video:hello#2"}


async def test_a_render_that_could_not_be_deleted_is_said_and_picked_up(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.begin(on_cancel="delete")
    world.server.faults["discard"] = [ServerError("not now")]
    run = asyncio.create_task(world.settle(world.video()))
    await asyncio.sleep(100.0)
    with caplog.at_level(logging.WARNING, "heygen_async"):
        run.cancel()
        await asyncio.wait([run])

    result = await world.settle(world.video())

    assert run.cancelled()
    assert "was not deleted: not now" in caplog.text
    assert result == {"id": "video:hello#1"}


async def test_an_avatar_is_never_deleted_by_a_cancelled_run(world: World) -> None:
    world.begin(on_cancel="delete")
    run = asyncio.create_task(world.settle(world.video()))
    await asyncio.sleep(30.0)
    run.cancel()
    await asyncio.wait([run])

    await world.settle(world.video())

    assert world.server.deleted == []
    assert world.server.charges["avatar:ada"] == 1
