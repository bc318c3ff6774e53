"""Webhooks under an Orchestrator: they wake its runs, and nothing hangs on them."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from heygen_async import (
    CreateWebhookEndpointRequest,
    HeyGen,
    InvalidInputError,
    Job,
    Look,
    Orchestrator,
    Policies,
    Script,
    VideoOptions,
)
from heygen_async.listener import listening
from heygen_async.simulator import Fault, Simulator
from heygen_async.webhooks import Event, Receiver
from tests.integration.shell import Process, Shell, ledger, simulator

LOOKS = ("getVideo", "listVideos", "bulkVideoStatuses")


def jobs(number: int) -> list[Job]:
    return [
        Job(
            avatar=Look("sim-look-mia"),
            speech=Script("Hello " * (1 + n % 7), voice_id="sim-voice-anna"),
            id=f"job-{n}",
        )
        for n in range(number)
    ]


async def produced(orchestrator: Orchestrator, wanted: list[Job]) -> None:
    async with orchestrator.produce_many(wanted) as outcomes:
        async for outcome in outcomes:
            outcome.unwrap()


def looks(simulator: Simulator) -> int:
    return sum(simulator.ledger.requests[operation] for operation in LOOKS)


async def test_a_batch_that_is_told_looks_about_once_for_each_video_and_loses_no_time() -> None:
    took: dict[bool, float] = {}
    looked: dict[bool, int] = {}
    loop = asyncio.get_running_loop()
    for told in (False, True):
        async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
            began = loop.time()
            async with Orchestrator(heygen, render_slots=3) as orchestrator:
                if told:
                    async with listening(heygen):
                        await produced(orchestrator, jobs(40))
                else:
                    await produced(orchestrator, jobs(40))
            took[told] = loop.time() - began
            looked[told] = looks(simulator)

    # Rarely one more, when somebody looks before an event comes, or where two come at once.
    assert 20 < looked[True] <= 50 < looked[False]
    assert took[True] < took[False]


@pytest.mark.parametrize("probability", [1.0, 0.3])
async def test_where_events_are_lost_all_ends_as_if_there_were_none(probability: float) -> None:
    loop = asyncio.get_running_loop()
    took: list[float] = []
    for fault in (None, Fault("lost_webhook", operation="*", probability=probability)):
        async with Simulator(seed=5) as simulator, HeyGen("any", base_url=simulator.url) as heygen:
            began = loop.time()
            async with Orchestrator(heygen, render_slots=3) as orchestrator:
                if fault is None:
                    await produced(orchestrator, jobs(40))
                else:
                    async with listening(heygen):
                        await produced(orchestrator, jobs(10))
                        simulator.add_fault(fault)
                        await produced(orchestrator, jobs(40))
            took.append(loop.time() - began)

    # One ceiling of looking, for those that were under way when the events stopped, and some more.
    assert took[1] < took[0] * 1.2 + 120


async def test_an_address_is_registered_for_as_long_as_it_is_listened_at() -> None:
    heard: list[Event] = []
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with listening(heygen, handler=heard.append):
            async with Orchestrator(heygen) as orchestrator:
                await produced(orchestrator, jobs(2))
            during = [it async for it in heygen.webhooks.list()]
        after = [it async for it in heygen.webhooks.list()]

    assert len(during) == 1
    assert after == []
    assert [event.event_type for event in heard] == ["avatar_video.success"] * 2
    assert all(event.verified for event in heard)


async def test_it_is_removed_when_the_block_fails_or_is_cancelled() -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        with pytest.raises(ZeroDivisionError):
            async with listening(heygen):
                raise ZeroDivisionError
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5), listening(heygen):
                await asyncio.sleep(60)

        assert [it async for it in heygen.webhooks.list()] == []
        assert simulator.ledger.requests["deleteWebhookEndpoint"] == 2


async def test_what_a_killed_process_left_at_the_address_is_replaced_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        port = free_port()
        url = f"http://127.0.0.1:{port}/hooks/heygen"
        for address in (url, "https://example.org/mine"):
            await heygen.webhooks.create(CreateWebhookEndpointRequest(url=address))
        async with listening(heygen, url, port=port), Orchestrator(heygen) as orchestrator:
            await produced(orchestrator, jobs(5))
            urls = [it.url async for it in heygen.webhooks.list()]

        assert sorted(urls) == sorted([url, "https://example.org/mine"])
        statuses = {row.status for row in simulator.ledger.webhooks if row.attempt}
        assert statuses == {200}
        assert "is replaced" in caplog.text


async def test_an_end_that_cannot_be_removed_is_said_and_harms_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with listening(heygen):
            simulator.add_fault(Fault("unavailable", operation="deleteWebhookEndpoint"))

    assert "was not removed" in caplog.text


async def test_an_address_that_nobody_could_call_is_refused_and_nothing_is_left_open() -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        with pytest.raises(InvalidInputError, match="https"):
            async with listening(heygen, "http://example.org/hooks"):
                raise AssertionError("it was let in")

        assert simulator.ledger.requests["createWebhookEndpoint"] == 0


async def test_each_video_calls_the_address_of_the_policies_and_wakes_who_waits() -> None:
    calls: list[Event] = []
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        receiver = Receiver(None, calls.append, unsigned=True, heygen=heygen)
        async with served(receiver) as url:
            policies = Policies(callback_url=url, submit_in_batches=True)
            async with Orchestrator(heygen, policies=policies) as orchestrator:
                await produced(orchestrator, jobs(10))
                own = Job(
                    avatar=Look("sim-look-mia"),
                    speech=Script("Mine", voice_id="sim-voice-anna"),
                    options=VideoOptions(callback_url="https://example.org/mine"),
                )
                await orchestrator.produce(own)

        assert len(calls) == 10
        assert [row.url for row in simulator.ledger.webhooks if not row.attempt] == [
            "https://example.org/mine"
        ]


@asynccontextmanager
async def served(receiver: Receiver) -> AsyncIterator[str]:
    runner = web.AppRunner(receiver.app(), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


# --- the shell -----------------------------------------------------------------------------------

MANIFEST = "look,script,who,resolution,output\n" + "".join(
    f"sim-look-mia,Hello {{who}},{who},720p,{{who}}\n" for who in ("Ann", "Bob", "Cem")
)


def batch(shell: Shell, folder: Path, *words: str, **to: str) -> AbstractContextManager[Process]:
    (folder / "jobs.csv").write_text(MANIFEST)
    return shell.start(folder, "batch", "jobs.csv", "--out", "videos", *words, **to)


def test_the_shell_listens_and_submits_in_batches_and_cleans_up(
    shell: Shell, tmp_path: Path
) -> None:
    with simulator("--speed", "200") as to:
        words = ("--webhook-listen", "127.0.0.1:0", "--submit-batches", "--speed", "200")
        with batch(shell, tmp_path, *words, **to) as process:
            _, said = process.communicate()
        known = ledger(to)

    assert process.returncode == 0, said
    assert "HeyGen tells this machine" in said
    heard = [(row["event_type"], row["status"]) for row in known["webhooks"]]
    assert sorted(heard) == [*[("avatar_video.success", 200)] * 3, ("batch.finished", 200)]
    assert [one["operation"] for one in known["charges"]] == ["createVideoBatch"] * 3
    requests = known["requests"]
    assert requests["createVideoBatch"] == 1
    assert requests["createWebhookEndpoint"] == requests["deleteWebhookEndpoint"] == 1


def test_ctrl_c_takes_the_address_away(shell: Shell, tmp_path: Path) -> None:
    with simulator("--speed", "1") as to:
        words = ("--webhook-listen", "127.0.0.1:0", "--speed", "1", "-v")
        with batch(shell, tmp_path, *words, **to) as process:
            assert process.stderr is not None
            while "createVideo " not in (line := process.stderr.readline()):
                assert line, "it ended"
            process.send_signal(signal.SIGINT)
            _, said = process.communicate()
        known = ledger(to)

    assert process.returncode == 130, said
    assert known["requests"]["createWebhookEndpoint"] == 1
    assert known["requests"]["deleteWebhookEndpoint"] == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--webhook-url", "https://example.org"], "--webhook-url needs --webhook-listen"),
        (["--webhook-listen", "8080"], "'8080' is not HOST:PORT"),
        (["--webhook-listen", "localhost:x"], "'localhost:x' is not HOST:PORT"),
        (["--webhook-listen", "h:70000"], "'h:70000' is not HOST:PORT"),
    ],
)
def test_what_cannot_be_an_address_is_wrong_usage(
    shell: Shell, tmp_path: Path, words: list[str], complaint: str
) -> None:
    with batch(shell, tmp_path, *words) as process:
        _, said = process.communicate()

    assert process.returncode == 2
    assert complaint in said
