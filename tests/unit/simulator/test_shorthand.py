from __future__ import annotations

from pathlib import Path

import pytest

from heygen_async import (
    HeyGen,
    Job,
    Look,
    Orchestrator,
    Photo,
    Script,
    UncertainError,
    VideoFailedError,
)
from heygen_async.simulator import Simulator

HELLO = Script("Hello", voice_id="sim-voice-anna")
JOB = Job(avatar=Look("sim-look-mia"), speech=HELLO)


async def test_charges_are_counted_by_what_made_them(portrait: Path) -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen) as orchestrator:
            await orchestrator.produce(Job(avatar=Photo(portrait), speech=HELLO))

    assert simulator.charges("createVideo") == simulator.charges("createAvatar") == 1
    assert simulator.charges() == 2
    assert simulator.spent == sum(charge.credits for charge in simulator.ledger.charges) > 0


async def test_a_job_that_was_let_fail_is_not_charged() -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.fail_next("createVideo", code="gpu_on_fire")
        async with Orchestrator(heygen) as orchestrator:
            with pytest.raises(VideoFailedError) as caught:
                await orchestrator.produce(JOB)

    assert caught.value.code == "gpu_on_fire"
    assert (simulator.charges(), simulator.spent) == (0, 0)


async def test_a_refused_request_comes_again_and_is_charged_once() -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.refuse_next("createVideo", "rate_limited", times=2)
        async with Orchestrator(heygen) as orchestrator:
            await orchestrator.produce(JOB)

    assert simulator.ledger.requests["createVideo"] == 3
    assert simulator.charges("createVideo") == 1


async def test_a_lost_answer_was_charged_all_the_same() -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.lose_answers(operation="createVideo")
        async with Orchestrator(heygen) as orchestrator:
            with pytest.raises(UncertainError):
                await orchestrator.produce(JOB)

    assert simulator.charges("createVideo") == 1


async def test_a_download_that_was_cut_is_taken_up_again(tmp_path: Path) -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.cut_downloads(2)
        async with Orchestrator(heygen) as orchestrator:
            video = await orchestrator.produce(JOB)
        downloaded = await heygen.download(video, tmp_path / "a.mp4")

    assert simulator.ledger.requests["downloadFile"] == 3
    assert downloaded.size == (tmp_path / "a.mp4").stat().st_size


@pytest.mark.parametrize("ask", ["charges", "fail_next", "refuse_next"])
def test_a_misspelt_operation_is_not_taken_for_one_that_never_comes(ask: str) -> None:
    simulator = Simulator()

    with pytest.raises(ValueError, match="creatVideo"):
        getattr(simulator, ask)("creatVideo")
