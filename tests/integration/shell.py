"""``heygen-async`` in a shell: processes with streams, signals and exit codes, as users have them.

What an interpreter does until a command begins is most of what a short command costs, and the tests
run hundreds. So they are forked from a process that has it behind it (``shell_zygote``); a shell
without one starts an interpreter for each, as everybody's does. ``test_shell`` holds the two to be
alike. Tests of the start itself, of what is imported and of what Python reads from its environment,
want an interpreter of their own.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from heygen_async.cli.commands.simulate import simulate
from heygen_async.cli.serving import fault_from
from heygen_async.simulator import Simulator
from tests.integration import shell_zygote
from tests.integration.shell_zygote import NUMBER

COMMAND = "heygen_async.cli"
PATIENCE = 60.0

_AT_THE_START = ("PYTHON", "LANG", "LC_")


class Forked:
    """What ``subprocess.Popen`` is to a process, for one that the zygote forked."""

    def __init__(self, link: socket.socket, stdout: IO[str], stderr: IO[str] | None) -> None:
        self._link = link
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        self.pid = self._told()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stdout.close()
        if self.stderr is not None:
            self.stderr.close()
        self.wait()
        self._link.close()

    def poll(self) -> int | None:
        """The exit code, None as long as there is none."""
        return self.wait() if self.returncode is None and self._heard() else self.returncode

    def wait(self) -> int:
        """Wait for the end; the exit code, less than nothing for a signal."""
        if self.returncode is None:
            self.returncode = self._told()
        return self.returncode

    def communicate(self) -> tuple[str, str]:
        """Read to the end of it; what it said on stdout and stderr."""
        with ThreadPoolExecutor(1) as beside:
            stdout = beside.submit(self.stdout.read)
            stderr = "" if self.stderr is None else self.stderr.read()
        self.wait()
        return stdout.result(), stderr

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it is over."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it is over."""
        self.send_signal(signal.SIGKILL)

    def _heard(self) -> bool:
        return bool(select.select([self._link], [], [], 0)[0])

    def _told(self) -> int:
        message = self._link.recv(NUMBER.size, socket.MSG_WAITALL)
        if not message:
            raise RuntimeError("the zygote is gone, see its stderr")
        number: int = NUMBER.unpack(message)[0]
        return number


Process = subprocess.Popen[str] | Forked


class Shell:
    """Runs commands; each in an interpreter of its own, or each forked.

    Args:
        control: leads to the zygote; None for interpreters.
        patience: seconds, after which a process is killed that should have been over long ago.
    """

    def __init__(self, control: socket.socket | None = None, patience: float = PATIENCE) -> None:
        self._control = control
        self._patience = patience

    @classmethod
    @contextmanager
    def forking(cls) -> Iterator[Self]:
        """A shell with a zygote, and one without where nothing can be forked."""
        if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
            yield cls()
            return
        ours, its = socket.socketpair()
        with ours, its:
            with subprocess.Popen(
                [sys.executable, shell_zygote.__file__, str(its.fileno())],
                env=environment(),
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            ):
                its.close()
                yield cls(ours)
                # Which ends it.
                ours.close()

    def with_patience(self, seconds: float) -> Self:
        """The same for commands that take longer, or that must not."""
        return type(self)(self._control, seconds)

    def run(
        self, folder: Path, *words: str, module: str = COMMAND, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        with self.start(folder, *words, module=module, **variables) as process:
            stdout, stderr = process.communicate()
        assert process.returncode is not None
        return subprocess.CompletedProcess(words, process.returncode, stdout, stderr)

    def start(
        self, folder: Path, *words: str, module: str = COMMAND, **variables: str
    ) -> AbstractContextManager[Process]:
        """A command that runs for as long as the block; what is left of it then is killed.

        Args:
            folder: where.
            words: of its command line.
            module: what is run as a program.
            variables: of its environment, beside our own, in which nothing leads to HeyGen.
        """
        return self._started(folder, words, module, subprocess.PIPE, variables)

    @contextmanager
    def simulator(self, *words: str) -> Iterator[dict[str, str]]:
        """``simulate`` as a process, until ctrl-c; gives the variables that lead to it."""
        # It complains of each caller who is killed, and nobody reads that.
        silent = subprocess.DEVNULL
        with self._started(Path.cwd(), ("simulate", *words), COMMAND, silent, {}) as process:
            assert process.stdout is not None
            url = process.stdout.readline().removesuffix("\n")
            assert url.startswith("http://127.0.0.1:")
            yield {"HEYGEN_BASE_URL": url, "HEYGEN_API_KEY": "k"}
            process.send_signal(signal.SIGINT)
            assert process.wait() == 0

    @contextmanager
    def _started(
        self,
        folder: Path,
        words: Sequence[str],
        module: str,
        stderr: int,
        variables: Mapping[str, str],
    ) -> Iterator[Process]:
        around = environment(**variables)
        process: Process
        if self._control is None:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *words],
                cwd=folder,
                env=around,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        else:
            assert not any(name.startswith(_AT_THE_START) for name in variables)
            order = {"module": module, "words": words, "folder": str(folder), "variables": around}
            process = _forked(self._control, order, stderr)
        with process:
            watchdog = threading.Timer(self._patience, process.kill)
            watchdog.start()
            try:
                yield process
            finally:
                watchdog.cancel()
                process.kill()


@contextmanager
def simulator(*words: str) -> Iterator[dict[str, str]]:
    """A simulator as these words of ``simulate`` have it; gives the variables that lead to it.

    In a thread, so that it need not draw a film that another has drawn already.
    """
    asked = simulate.make_context("simulate", [*words]).params
    served: Future[str] = Future()
    over = threading.Event()

    async def serve() -> None:
        world = Simulator(
            speed=asked["speed"], render_slots=asked["slots"], credits=asked["balance"]
        )
        async with world:
            for text in asked["faults"]:
                world.add_fault(fault_from(text))
            served.set_result(world.url)
            await asyncio.to_thread(over.wait)

    with ThreadPoolExecutor(1) as thread:
        serving = thread.submit(asyncio.run, serve())
        try:
            yield {"HEYGEN_BASE_URL": served.result(PATIENCE), "HEYGEN_API_KEY": "k"}
        finally:
            over.set()
    serving.result()


def environment(**changes: str) -> dict[str, str]:
    """Our own, in which nothing leads to HeyGen or to agent.ai."""
    ours = ("HEYGEN_", "AGENTAI_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return own | changes


def told(to: Mapping[str, str], what: str) -> Any:
    """What a simulator tells of itself."""
    with urllib.request.urlopen(f"{to['HEYGEN_BASE_URL']}/_simulator/{what}") as answer:
        return json.load(answer)


def ledger(to: Mapping[str, str]) -> Any:
    """A simulator's bill."""
    return told(to, "ledger")


def charges(to: Mapping[str, str]) -> list[str]:
    """What a simulator charged for, in order."""
    return [one["operation"] for one in ledger(to)["charges"]]


def _forked(control: socket.socket, order: dict[str, Any], stderr: int) -> Forked:
    ours, its = socket.socketpair()
    out, out_end = os.pipe()
    err, err_end = (
        os.pipe() if stderr == subprocess.PIPE else (None, os.open(os.devnull, os.O_RDWR))
    )
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        socket.send_fds(control, [b"."], [nothing, out_end, err_end, its.fileno()])
    finally:
        its.close()
        for end in (nothing, out_end, err_end):
            os.close(end)
    ours.sendall(json.dumps(order).encode())
    ours.shutdown(socket.SHUT_WR)
    return Forked(ours, os.fdopen(out), None if err is None else os.fdopen(err))
