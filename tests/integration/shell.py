"""``heygen-async`` in a shell: processes with streams, signals and exit codes, as users have them.

What an interpreter does until a command begins is most of what a short command costs, and the tests
run hundreds. So they are forked from a process that has it behind it (``shell_zygote``); a shell
without one starts an interpreter for each, as everybody's does. ``test_shell`` holds the two to be
alike. Tests of the start itself, of what is imported and of what Python reads from its environment,
want an interpreter of their own.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from tests.integration import shell_zygote
from tests.integration.shell_zygote import NUMBER

COMMAND = "heygen_async.cli"
PATIENCE = 60.0
"""Seconds, after which a process is killed that should have been over long ago."""

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
    """

    def __init__(self, control: socket.socket | None = None) -> None:
        self._control = control

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

    @contextmanager
    def start(
        self,
        folder: Path,
        *words: str,
        module: str = COMMAND,
        stderr: int = subprocess.PIPE,
        patience: float = PATIENCE,
        **variables: str,
    ) -> Iterator[Process]:
        """A command that runs for as long as the block; what is left of it then is killed.

        Args:
            folder: where.
            words: of its command line.
            module: what is run as a program.
            stderr: where that goes, as ``subprocess`` says it.
            patience: seconds after which it is killed.
            variables: of its environment, beside our own, in which nothing leads to HeyGen.
        """
        around = environment(**variables)
        if self._control is None:
            command = [sys.executable, "-m", module, *words]
            process: Process = subprocess.Popen(
                command,
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
            watchdog = threading.Timer(patience, process.kill)
            watchdog.start()
            try:
                yield process
            finally:
                watchdog.cancel()
                process.kill()

    def run(
        self, folder: Path, *words: str, module: str = COMMAND, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        with self.start(folder, *words, module=module, **variables) as process:
            stdout, stderr = process.communicate()
        assert process.returncode is not None
        return subprocess.CompletedProcess(words, process.returncode, stdout, stderr)

    @contextmanager
    def simulator(self, *words: str, patience: float = PATIENCE) -> Iterator[dict[str, str]]:
        """A simulator in a process of its own; gives the variables that lead to it."""
        silent = subprocess.DEVNULL
        with self.start(
            Path.cwd(), "simulate", *words, stderr=silent, patience=patience
        ) as process:
            assert process.stdout is not None
            url = process.stdout.readline().removesuffix("\n")
            assert url.startswith("http://127.0.0.1:")
            yield {"HEYGEN_BASE_URL": url, "HEYGEN_API_KEY": "k"}
            process.send_signal(signal.SIGINT)
            assert process.wait() == 0


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
