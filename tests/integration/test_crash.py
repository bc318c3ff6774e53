"""SIGKILL before and after every journal write of a run; then resume, and look at the bill."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from heygen_async.backends.v3.batches import UNSEEN
from heygen_async.client import HeyGen
from heygen_async.errors import CannotTellError
from heygen_async.models.policies import Policies, PollPolicy
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator
from heygen_async.transport.retry import RetryPolicy
from tests.integration.shell import Shell

pytestmark = pytest.mark.real_time

SPEED = 2000.0
# server, accepted, asset, avatar (3), video (3), file, closed
WRITES = 11


async def ran(shell: Shell, **scenario: Any) -> int:
    """A process that may kill itself; its exit code."""
    folder, words = Path(__file__).parent, json.dumps(scenario)
    done = await asyncio.to_thread(shell.run, folder, words, module="crashing")
    assert done.stderr == ""
    return done.returncode


def charged(simulator: Simulator) -> Counter[str]:
    return Counter(charge.operation for charge in simulator.ledger.charges)


@pytest.mark.parametrize("lost", [False, True], ids=["answers_arrive", "answers_lost"])
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_run_killed_at_any_write_is_resumed_and_charged_once(
    shell: Shell, tmp_path: Path, portrait: Path, moment: str, lost: bool
) -> None:
    for write in range(1, WRITES + 1):
        output = tmp_path / f"{write}.mp4"
        journal = tmp_path / f"{write}.db"
        async with Simulator(speed=SPEED) as simulator:
            if lost:
                for operation in ("createAvatar", "createVideo"):
                    simulator.add_fault(Fault("lost_answer", operation=operation, times=1))
            scenario = {
                "url": simulator.url,
                "journal": str(journal),
                "photo": str(portrait),
                "output": str(output),
                "speed": SPEED,
                "moment": moment,
                "write": write,
            }

            killed = await ran(shell, **scenario)
            heygen = HeyGen(
                "any",
                base_url=simulator.url,
                poll=PollPolicy().faster(SPEED),
                retry=RetryPolicy(base=0.01),
            )
            async with heygen, Orchestrator(heygen, journal=journal) as orchestrator:
                async with orchestrator.resume() as outcomes:
                    resumed = [outcome.unwrap() async for outcome in outcomes]
                known = [record async for record in orchestrator.records()]
            if not known:
                # It died before it had accepted the job: there is nothing to resume.
                assert (write, moment) in {(1, "before"), (1, "after"), (2, "before")}
                assert await ran(shell, **{**scenario, "write": 0}) == 0

            assert killed == -signal.SIGKILL
            assert charged(simulator) == {"createAvatar": 1, "createVideo": 1}
            assert output.stat().st_size > 10_000
            assert len(resumed) <= 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_run_killed_when_it_notes_that_an_answer_was_lost_for_good_is_charged_once(
    shell: Shell, tmp_path: Path, portrait: Path, moment: str
) -> None:
    # That of the avatar, after its intent; and that of the video, after an avatar of three writes.
    for operation, write in (("createAvatar", 5), ("createVideo", 8)):
        output, journal = tmp_path / f"{write}.mp4", tmp_path / f"{write}.db"
        async with Simulator(speed=SPEED) as simulator:
            simulator.add_fault(Fault("lost_answer", operation=operation, times=1))
            killed = await ran(
                shell,
                url=simulator.url,
                journal=str(journal),
                photo=str(portrait),
                output=str(output),
                speed=SPEED,
                moment=moment,
                write=write,
                attempts=1,
            )
            before = charged(simulator)[operation]
            heygen = HeyGen("any", base_url=simulator.url, poll=PollPolicy().faster(SPEED))
            async with heygen, Orchestrator(heygen, journal=journal) as orchestrator:
                async with orchestrator.resume() as outcomes:
                    resumed = [outcome.unwrap() async for outcome in outcomes]

            assert (killed, before, len(resumed)) == (-signal.SIGKILL, 1, 1)
            assert charged(simulator) == {"createAvatar": 1, "createVideo": 1}
            assert output.stat().st_size > 10_000


@pytest.mark.parametrize("batches", [True, False], ids=["then_in_batches", "then_alone"])
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_run_killed_while_its_video_leaves_in_a_batch_is_charged_once(
    shell: Shell, tmp_path: Path, portrait: Path, moment: str, batches: bool
) -> None:
    # Those of the video: before or after its intent, the answer, the end.
    for write in (7, 8, 9):
        output = tmp_path / f"{write}.mp4"
        journal = tmp_path / f"{write}.db"
        async with Simulator(speed=SPEED) as simulator:
            killed = await ran(
                shell,
                url=simulator.url,
                journal=str(journal),
                photo=str(portrait),
                output=str(output),
                speed=SPEED,
                moment=moment,
                write=write,
                batches=True,
            )
            before = charged(simulator)["createVideoBatch"]
            certain: list[bool] = []
            for passed in (0.0, UNSEEN):
                heygen = HeyGen("any", base_url=simulator.url, poll=PollPolicy().faster(SPEED))
                async with (
                    heygen,
                    Orchestrator(
                        heygen,
                        journal=journal,
                        policies=Policies(submit_in_batches=batches),
                        now=lambda passed=passed: time.time() + passed,  # type: ignore[misc]
                    ) as orchestrator,
                ):
                    async with orchestrator.resume() as outcomes:
                        ended = [outcome async for outcome in outcomes]
                certain.append(not any(isinstance(it.error, CannotTellError) for it in ended))

            assert killed == -signal.SIGKILL
            # Only where the intent is all there is, nobody can know that it never left.
            assert certain == [(write, moment) != (7, "after"), True]
            assert before == (write > 7)
            videos = charged(simulator)["createVideoBatch"] + charged(simulator)["createVideo"]
            assert videos == 1
            assert output.stat().st_size > 10_000


async def test_a_run_that_nobody_kills_makes_as_many_writes_as_the_crash_test_kills_at(
    shell: Shell, tmp_path: Path, portrait: Path
) -> None:
    async with Simulator(speed=SPEED) as simulator:
        status = await ran(
            shell,
            url=simulator.url,
            journal=str(tmp_path / "a.db"),
            photo=str(portrait),
            output=str(tmp_path / "a.mp4"),
            speed=SPEED,
            moment="before",
            write=WRITES + 1,
        )

        assert status == 0
        assert charged(simulator) == {"createAvatar": 1, "createVideo": 1}
