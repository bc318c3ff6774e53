"""Becomes any number of processes of ``python -m MODULE WORDS``, each at the price of a fork.

It imports what the commands import, once, and then waits. Whoever wants a process sends a byte over
the socket whose number is this program's argument, with four open files: what shall be standard
input, output and error of the process, and a link. Over the link the process is told what it is to
be, as JSON, and over it go its id and, once it is over, its exit code.

What was forked leaves this module for the one that was asked for and ends as it would have, by the
interpreter's own hand: with its exit code, its traceback, its threads joined. Nothing is run before
the fork, and no thread, so that a process finds what a new interpreter would have given it.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import select
import signal
import socket
import struct
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import heygen_async

NUMBER = struct.Struct("q")
"""How a process's id and its exit code are told."""

# No command needs them, and they need libraries of their own.
_APART = ("heygen_async.telemetry", "heygen_async.testing", "heygen_async.cli.__main__")
_THREADS = Path("/proc/self/task")


def load() -> None:
    """Import whatever a command may import."""
    root = Path(heygen_async.__path__[0])
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        if not name.startswith(_APART):
            import_module(name)


def next_order(control: socket.socket) -> dict[str, Any] | None:
    """What this process is to be; None for the zygote, once nobody wants another."""
    died, bell = os.pipe()
    os.set_blocking(bell, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(bell)
    links: dict[int, socket.socket] = {}
    while True:
        ready: list[Any] = select.select([control, died], [], [])[0]
        if died in ready:
            os.read(died, 512)
            report(links)
        if control in ready:
            asked, files, _, _ = socket.recv_fds(control, 1, 4)
            if not asked:
                return None
            *streams, end = files
            link = socket.socket(fileno=end)
            # A fork would leave a lock of theirs locked for ever.
            assert not _THREADS.is_dir() or len([*_THREADS.iterdir()]) == 1
            if pid := os.fork():
                for stream in streams:
                    os.close(stream)
                links[pid] = link
                with suppress(BrokenPipeError):  # Whoever asked is gone.
                    link.sendall(NUMBER.pack(pid))
                continue
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
            for other in (died, bell, *streams):
                os.close(other)
            for one in (control, *links.values()):
                one.close()
            with link, link.makefile() as text:
                order: dict[str, Any] = json.load(text)
                return order


def report(links: dict[int, socket.socket]) -> None:
    """Tell of each process that is over."""
    while links:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with links.pop(pid) as link, suppress(BrokenPipeError):
            link.sendall(NUMBER.pack(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    load()
    # What is there stays, and is not copied by a collector that looks at it.
    gc.collect()
    gc.freeze()
    order = next_order(socket.socket(fileno=int(sys.argv[1])))
    if order is not None:
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["variables"])
        sys.path[0] = str(Path.cwd())
        sys.argv[1:] = order["words"]
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
