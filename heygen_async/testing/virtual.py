"""An event loop whose clock jumps instead of waiting: an hour of polling takes milliseconds.

Theory
------
A loop waits in one place only, its selector's `select(timeout)`, where `timeout` is the time until
the next timer. If nothing but that timer can happen, waiting for it and moving the clock to it
cannot be told apart from inside. So this loop moves the clock, but only once it has excluded
everything else that could happen first:

1. *A callback is ready.* Then asyncio itself asks with a timeout of 0, and time stands still.
2. *A socket is ready.* The real selector is asked first, without waiting. Sockets stay real.
3. *A thread is working for us.* Committing to SQLite, resolving a name, encoding a frame take real
   time and no virtual time, so the loop waits for real. Jobs of `run_in_executor` (and so of
   `asyncio.to_thread`) count by themselves; any other thread is announced with `hold()`. A job is
   let go only after its result has been posted to the loop, and the count is read *before* the
   selector is asked: when it reads zero, every result is already in sight.
4. *A packet is under way.* A kernel may take a moment to hand it to the other end. Before every
   jump `heygen_async.testing.loopback` makes sure that nothing is left between our sockets.

Consequences worth knowing. Time passes only while everybody waits: computing takes none, a
coroutine that spins on `sleep(0)` stops the clock, and no timeout fires because the machine is
slow. A peer in another process, or on a loop in another thread, does not hold the clock: such tests
run in real time. `time.time` and `time.monotonic` are not driven; code under test asks the loop.

A test that can never end should say so. With no timer left, the loop gives the outside world
`idle_limit` real seconds and then raises. With a timer that comes back forever (a connection pool
tidying up), it raises at the `horizon`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, TypeVar, TypeVarTuple

from heygen_async.testing.loopback import Events, LoopbackSelector

_Result = TypeVar("_Result")
_Args = TypeVarTuple("_Args")

_START = float(2**20)
"""The clock's first reading, in seconds. Not 0: a real clock has long run when a program starts."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A selector event loop that jumps to the next timer when nothing else can happen.

    Pass it as `loop_factory` to `asyncio.Runner`, or mark a test with `virtual_time`.

    Attributes:
        idle_limit: Real seconds given to the outside world when no timer is set.
        job_limit: Real seconds given to threads that hold the clock, from one sign of them to the
            next.
        horizon: Virtual seconds after which a loop still running is taken for stuck.

    Raises:
        RuntimeError: From whatever runs the loop, when one of the three limits is passed. It lists
            the tasks and the lines they wait at.
    """

    def __init__(
        self,
        *,
        idle_limit: float = 30.0,
        job_limit: float = 300.0,
        horizon: float = 90 * 86_400.0,
    ) -> None:
        self.idle_limit = idle_limit
        self.job_limit = job_limit
        self.horizon = horizon
        self._now = _START
        self._patient_since = _START
        self._holders: set[object] = set()
        self._threads: ThreadPoolExecutor | None = None
        self._sockets = _Selector(self._wait)
        super().__init__(self._sockets)

    def time(self) -> float:
        """Virtual seconds, from an arbitrary start; moved by waiting only."""
        return self._now

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Keep time still while something this loop cannot see is working, in whichever thread.

        Leave it only after the result has been posted with `call_soon_threadsafe`.
        """
        holder = object()
        self._holders.add(holder)
        try:
            yield
        finally:
            self._let_go(holder)

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[*_Args], _Result],
        *args: *_Args,
    ) -> asyncio.Future[_Result]:
        """Run `func` in a thread; time stands still until it is done, awaited or not."""
        job = (self._default_threads() if executor is None else executor).submit(func, *args)
        self._holders.add(job)
        result = asyncio.wrap_future(job, loop=self)
        job.add_done_callback(self._let_go)  # called second: wrap_future has posted the result
        return result

    def set_default_executor(self, executor: Executor) -> None:
        """Use `executor` for jobs that name none; it is shut down with the loop."""
        assert isinstance(executor, ThreadPoolExecutor), "asyncio takes no other"
        super().set_default_executor(executor)
        self._threads = executor

    async def shutdown_default_executor(self, *args: Any, **kwargs: Any) -> None:
        """Wait, in real time, for the default executor's threads."""
        with self.hold():
            await super().shutdown_default_executor(*args, **kwargs)

    def _default_threads(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        assert self._threads is not None
        return self._threads

    def _let_go(self, holder: object) -> None:
        self._holders.discard(holder)
        with contextlib.suppress(RuntimeError):  # closed meanwhile: nobody is left to wake
            self.call_soon_threadsafe(_wake)

    def _wait(self, timeout: float | None) -> Events:
        held = bool(self._holders)  # before the sockets: see the theory, 3
        events = self._sockets.look(0)
        if events or timeout == 0:
            return events
        if held:
            return self._stand_still(self.job_limit, "a thread holds the clock and does not finish")
        if timeout is None:
            return self._stand_still(self.idle_limit, "nothing is scheduled and nobody calls")
        if len(self._sockets.get_map()) > 1:  # one is the loop's own, for waking it
            events = self._sockets.settle()
            if events:
                return events
        self._jump(timeout)
        return []

    def _stand_still(self, limit: float, reason: str) -> Events:
        events = self._sockets.look(limit)
        if not events:
            raise RuntimeError(f"deadlock: {reason}, for {limit:g} real seconds; {self._waiting()}")
        return events

    def _jump(self, seconds: float) -> None:
        self._now += seconds
        if self._now - self._patient_since > self.horizon:
            self._patient_since = self._now  # so that cleaning up has time of its own
            raise RuntimeError(
                f"deadlock: timers rang for {self.horizon:g} virtual seconds; {self._waiting()}"
            )

    def _waiting(self) -> str:
        return "waiting: " + (", ".join(sorted(map(_place, asyncio.all_tasks(self)))) or "nobody")


class _Selector(LoopbackSelector):
    """The platform's selector, except that `wait` decides what becomes of waiting."""

    def __init__(self, wait: Callable[[float | None], Events]) -> None:
        super().__init__()
        self._wait = wait

    def select(self, timeout: float | None = None) -> Events:
        return self._wait(timeout)


def _place(task: asyncio.Task[Any]) -> str:
    frames = task.get_stack(limit=1)
    where = f" at {frames[0].f_code.co_filename}:{frames[0].f_lineno}" if frames else ""
    return f"{task.get_name()}{where}"


def _wake() -> None:
    """Called in the loop for the sake of being called: `select` returns and looks again."""
