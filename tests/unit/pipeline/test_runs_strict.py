from __future__ import annotations

from typing import Any

import attrs

from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job, Script

# The tests' World is in conftest.py.
World = Any

JOB = Job(avatar=GeneratedPhoto(age="Senior"), speech=Script("Hello"))
STRICT = attrs.evolve(JOB, avatar=GeneratedPhoto(age="Senior", strict=True))


async def test_strictness_does_not_make_another_job(world: World) -> None:
    admitted = [(await world.runs().admit(job))[0].id for job in (JOB, STRICT)]
    other, _ = await world.runs().admit(
        attrs.evolve(JOB, avatar=GeneratedPhoto(age="Senior", pose="close_up"))
    )

    assert admitted[0] == admitted[1] != other.id


async def test_a_job_that_turns_strict_under_its_id_is_the_same_job(world: World) -> None:
    runs = world.runs()
    for job in (JOB, STRICT):
        admitted, digests = await runs.admit(attrs.evolve(job, id="j"))
        video = await runs.run(admitted, digests)

        assert video.id == "video:j#1"
