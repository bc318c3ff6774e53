from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from heygen_async.testing.virtual import VirtualTimeLoop


def _virtual_loop() -> VirtualTimeLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)
    return loop


async def test_an_hour_of_polling_is_exactly_an_hour_on_the_clock() -> None:
    loop = _virtual_loop()
    started = loop.time()

    for _ in range(360):
        await asyncio.sleep(10)

    assert loop.time() - started == 3600


async def test_computing_takes_no_time() -> None:
    loop = _virtual_loop()
    started = loop.time()

    for _ in range(100):
        await asyncio.sleep(0)

    assert loop.time() == started


async def test_a_thousand_sleepers_wake_in_order() -> None:
    woken: list[int] = []

    async def sleeper(seconds: int) -> None:
        await asyncio.sleep(seconds)
        woken.append(seconds)

    async with asyncio.TaskGroup() as tasks:
        for seconds in range(1000, 0, -1):
            tasks.create_task(sleeper(seconds))

    assert woken == list(range(1, 1001))


async def test_nested_timeouts_fire_in_order() -> None:
    loop = _virtual_loop()
    started = loop.time()
    fired: list[float] = []

    try:
        async with asyncio.timeout(50):
            try:
                async with asyncio.timeout(20):
                    await asyncio.Event().wait()
            except TimeoutError:
                fired.append(loop.time() - started)
            await asyncio.Event().wait()
    except TimeoutError:
        fired.append(loop.time() - started)

    assert fired == [20, 50]


async def test_a_cancelled_sleeper_does_not_move_the_clock() -> None:
    loop = _virtual_loop()
    sleeper = asyncio.create_task(asyncio.sleep(1000))
    await asyncio.sleep(1)
    started = loop.time()

    sleeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeper
    await asyncio.sleep(5)

    assert loop.time() - started == 5


@pytest.mark.parametrize("own_executor", [False, True])
async def test_time_stands_still_while_an_executor_works(own_executor: bool) -> None:
    loop = _virtual_loop()
    started = loop.time()
    rung = loop.create_future()
    bell = loop.call_later(30, rung.set_result, None)
    at_work, finish = threading.Event(), threading.Event()

    def work() -> str:
        at_work.set()
        assert finish.wait(60)
        return "done"

    with ThreadPoolExecutor(1) as executor:
        job = loop.run_in_executor(executor if own_executor else None, work)
        at_work.wait(60)
        threading.Timer(0.05, finish.set).start()
        result = await job

    assert result == "done"
    assert loop.time() == started
    bell.cancel()


async def test_an_executor_result_is_never_overtaken_by_a_timeout() -> None:
    loop = _virtual_loop()
    started = loop.time()

    with ThreadPoolExecutor(2) as executor:
        for number in range(500):
            async with asyncio.timeout(1):
                assert await loop.run_in_executor(executor, abs, -number) == number

    assert loop.time() == started


async def test_a_job_nobody_waits_for_still_holds_the_clock() -> None:
    at_work, finish, finished = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        at_work.set()
        assert finish.wait(60)
        finished.set()

    job = asyncio.create_task(asyncio.to_thread(work))
    await asyncio.sleep(0)
    at_work.wait(60)
    job.cancel()
    threading.Timer(0.05, finish.set).start()
    await asyncio.sleep(10)

    assert finished.is_set()


async def test_a_failing_job_lets_the_clock_go() -> None:
    loop = _virtual_loop()
    started = loop.time()

    with pytest.raises(ZeroDivisionError):
        await asyncio.to_thread(divmod, 1, 0)
    await asyncio.sleep(10)

    assert loop.time() - started == 10


async def test_a_job_cancelled_before_it_runs_lets_the_clock_go() -> None:
    loop = _virtual_loop()
    started = loop.time()
    finish = threading.Event()

    with ThreadPoolExecutor(1) as executor:
        blocking = loop.run_in_executor(executor, finish.wait, 60)
        queued = loop.run_in_executor(executor, abs, 1)
        queued.cancel()
        await asyncio.sleep(0)
        finish.set()
        await blocking
    await asyncio.sleep(10)

    assert loop.time() - started == 10


async def test_a_thread_of_our_own_holds_the_clock() -> None:
    loop = _virtual_loop()
    started = loop.time()
    answer = loop.create_future()

    def work() -> None:
        time.sleep(0.05)
        loop.call_soon_threadsafe(answer.set_result, "done")

    with loop.hold():
        thread = threading.Thread(target=work)
        thread.start()
        async with asyncio.timeout(30):
            assert await answer == "done"
    thread.join()

    assert loop.time() == started


def test_waiting_for_nothing_is_reported_with_the_place() -> None:
    async def stuck() -> None:
        await asyncio.Event().wait()

    with (
        asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(idle_limit=0.01)) as runner,
        pytest.raises(RuntimeError, match=r"nothing is scheduled.*test_virtual\.py:\d+"),
    ):
        runner.run(stuck())


def test_a_thread_that_never_finishes_is_reported() -> None:
    finish = threading.Event()

    async def stuck() -> None:
        await asyncio.to_thread(finish.wait, 60)

    with asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(job_limit=0.01)) as runner:
        with pytest.raises(RuntimeError, match="a thread holds the clock"):
            runner.run(stuck())
        finish.set()


def test_a_timer_that_rings_forever_is_reported() -> None:
    async def stuck() -> None:
        while True:
            await asyncio.sleep(60)

    with (
        asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(horizon=3600)) as runner,
        pytest.raises(RuntimeError, match="3600 virtual seconds"),
    ):
        runner.run(stuck())


def test_a_call_from_outside_wakes_a_loop_with_nothing_to_do() -> None:
    async def visited() -> str:
        loop = _virtual_loop()
        visit = loop.create_future()
        threading.Timer(0.05, loop.call_soon_threadsafe, (visit.set_result, "hello")).start()
        return await visit

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        answer = runner.run(visited())

    assert answer == "hello"


def test_closing_waits_for_the_executor_in_real_time() -> None:
    finished = threading.Event()
    at_work = threading.Event()

    def work() -> None:
        at_work.set()
        time.sleep(0.05)
        finished.set()

    async def leave_it_running() -> None:
        job = asyncio.create_task(asyncio.to_thread(work))
        await asyncio.sleep(0)
        at_work.wait(60)
        job.cancel()

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(leave_it_running())

    assert finished.is_set()


@pytest.mark.real_time
async def test_a_test_marked_real_time_keeps_the_real_clock() -> None:
    loop = asyncio.get_running_loop()

    assert not isinstance(loop, VirtualTimeLoop)
