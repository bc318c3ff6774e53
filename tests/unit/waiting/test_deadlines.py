from __future__ import annotations

import asyncio
import math

from heygen_async.waiting.deadlines import Deadlines, Turn


class Wait:
    """Deadlines whose turns end with the loop time at which they were ended."""

    def __init__(self) -> None:
        self.began = asyncio.get_running_loop().time()
        self.deadlines: Deadlines[float] = Deadlines(self._expire)

    def _expire(self, turn: Turn[float]) -> None:
        turn.set_result(asyncio.get_running_loop().time() - self.began)

    def turn(self, seconds: float) -> Turn[float]:
        turn: Turn[float] = Turn("job", self.began + seconds, seconds)
        if seconds != math.inf:
            self.deadlines.add(turn)
        return turn


async def test_each_turn_ends_at_its_own_deadline_in_whatever_order_they_came() -> None:
    wait = Wait()
    seconds = [30.0, 10.0, 20.0, 10.0, 3600.0]

    ended = await asyncio.gather(*[wait.turn(one) for one in seconds])

    assert [round(one, 3) for one in ended] == seconds


async def test_an_earlier_deadline_that_comes_later_is_kept() -> None:
    wait = Wait()
    late = wait.turn(100.0)
    await asyncio.sleep(50)

    early = wait.turn(60.0)

    assert round(await early, 3) == 60.0
    assert not late.done()
    assert round(await late, 3) == 100.0


async def test_what_ended_before_its_deadline_is_left_alone() -> None:
    wait = Wait()
    done, cancelled, last = wait.turn(10.0), wait.turn(20.0), wait.turn(30.0)
    done.set_result(-1.0)
    cancelled.cancel()

    assert round(await last, 3) == 30.0

    assert await done == -1.0
    assert cancelled.cancelled()


async def test_deadlines_left_behind_are_swept_out_when_they_are_the_most() -> None:
    wait = Wait()
    for _ in range(1000):
        wait.turn(3600.0).set_result(0.0)

    assert len(wait.deadlines) <= 128


async def test_nothing_rings_once_they_are_cleared() -> None:
    wait = Wait()
    turn = wait.turn(10.0)

    wait.deadlines.clear()
    await asyncio.sleep(20)

    assert not turn.done()
    assert len(wait.deadlines) == 0
