"""A person who does not exist speaks, in every dialect that can make one."""

from __future__ import annotations

from heygen_async.api.v3.avatars import Avatars
from heygen_async.client import HeyGen
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job, Script
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Simulator

ADA = GeneratedPhoto("Ada", age="Senior", gender="Woman", appearance="silver braids")


async def looks(avatars: Avatars) -> list[str]:
    return [look.name async for look in avatars.list(ownership="private")]


async def test_v3_makes_one_avatar_of_a_description_and_films_it_twice() -> None:
    jobs = [Job(avatar=ADA, speech=Script(f"{n}!", voice_id="sim-voice-anna")) for n in "ab"]

    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen) as orchestrator:
            videos = [await orchestrator.produce(job) for job in jobs]

        (name,) = await looks(heygen.avatars)
        charged = [charge.operation for charge in simulator.ledger.charges]

    assert name.startswith("Ada [")
    assert len({video.id for video in videos}) == 2
    assert charged == ["createAvatar", "createVideo", "createVideo"]
