from __future__ import annotations

from typing import Any

import pytest

from heygen_async.backends.base import Plan, Step
from heygen_async.journal import Entry
from heygen_async.models.events import (
    Accepted,
    Failed,
    Intended,
    Lost,
    Settled,
    StepEvent,
    Submitted,
)
from heygen_async.models.job import Job, Photo, Script
from heygen_async.pipeline.records import admission, outstanding, story

# The tests' World is in conftest.py.
World = Any

INTENDED = Intended(at=1.0, key="k", attempt=1)
FAILED = Failed(at=2.0, error="AvatarFailedError", message="blurred")


async def written(world: World, stream: str, *events: StepEvent | Accepted) -> None:
    await world.journal.append([Entry(stream, event) for event in events])


async def left(world: World, goal: Step) -> tuple[list[str], bool]:
    found = await outstanding(world.journal, Plan(goal))
    return [step.stream for step in found.steps], found.failed


async def test_a_step_that_several_need_is_outstanding_once(world: World) -> None:
    avatar = world.avatar()
    better = [
        world.avatar(name, needs={"look": avatar, "photo": world.asset()}) for name in ("b", "c")
    ]
    goal = world.video(needs={"look": better[0], "other": better[1], "avatar": avatar})

    streams, failed = await left(world, goal)

    assert streams == ["avatar:ada", "avatar:b", "avatar:c", "video:hello"]
    assert not failed


@pytest.mark.parametrize(
    "events",
    [
        (INTENDED,),
        (INTENDED, Lost(at=2.0, reason="?")),
        (INTENDED, Submitted(at=2.0, ref="v")),
    ],
    ids=["submitting", "uncertain", "settling"],
)
async def test_what_was_asked_for_needs_nothing_any_more(
    world: World, events: tuple[StepEvent, ...]
) -> None:
    await written(world, "video:hello", *events)
    await written(world, "avatar:ada", INTENDED, FAILED)

    assert await left(world, world.video()) == (["video:hello"], False)


async def test_a_failure_of_what_is_needed_still_is_told(world: World) -> None:
    await written(world, "avatar:ada", INTENDED, FAILED)

    assert await left(world, world.video()) == (["avatar:ada", "video:hello"], True)


async def test_a_failed_video_counts_with_what_making_it_anew_needs(world: World) -> None:
    await written(world, "video:hello", INTENDED, FAILED)

    assert await left(world, world.video()) == (["avatar:ada", "video:hello"], True)


async def test_what_is_done_is_not_outstanding_nor_is_what_it_needed(world: World) -> None:
    await written(world, "avatar:ada", INTENDED, Submitted(at=2.0, ref="a"))
    await written(world, "video:hello", INTENDED, Settled(at=3.0, result={"video_id": "v"}))

    assert await left(world, world.video()) == ([], False)


@pytest.mark.parametrize("dialect", ["tests", "agentai"])
async def test_the_story_of_another_dialect_is_told_without_its_plan(
    world: World, dialect: str
) -> None:
    world.runs()
    job = Job(avatar=Photo("a.jpg"), speech=Script("Hello"), id="j", output="j.mp4")
    await written(world, "job:j", Accepted(at=1.0, job=admission(job, {}, dialect)))
    await written(world, "video:j", INTENDED)
    shared = ["asset:photo", "avatar:ada"] if dialect == "tests" else []

    told = await story(world.journal, world.backend, "j")

    assert sorted(told) == sorted(["job:j", "video:j", "file:j:j.mp4", *shared])
    assert told["video:j"] == (INTENDED,)
