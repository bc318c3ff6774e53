"""A process that was forked is like one that an interpreter was started for."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.shell import Shell

pytestmark = pytest.mark.real_time

PROBE = """
import json, os, signal, sys, threading, warnings

def stream(one):
    return [one.fileno(), one.encoding, one.errors, one.line_buffering, one.write_through]

print(json.dumps({
    "name": [__name__, __spec__.name, sys.modules["__main__"].__dict__ is globals()],
    "argv": sys.argv,
    "path": sys.path[0],
    "folder": os.getcwd(),
    "variables": dict(os.environ),
    "flags": list(sys.flags),
    # An import may add one for its own.
    "warnings": [str(one) for one in warnings.filters if one[2].__module__ == "builtins"],
    "streams": [stream(one) for one in (sys.stdin, sys.stdout, sys.stderr)],
    "stdin": sys.stdin.read(),
    "files": sorted(os.listdir("/dev/fd"), key=int),
    "signals": {one: str(signal.getsignal(one)).split(" at ")[0] for one in signal.valid_signals()},
    "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "group": [os.getpgrp(), os.getsid(0)],
    "umask": os.umask(0o22),
    "threads": threading.active_count(),
    "wakeup": signal.set_wakeup_fd(-1),
}))
"""

ENDS = {
    "0": "sys.exit()",
    "3": "sys.exit(3)",
    "text": "sys.exit('it is over')",
    "error": "1 / 0",
    "signal": "os.kill(os.getpid(), signal.SIGTERM)",
    "ctrl-c": "signal.raise_signal(signal.SIGINT)",
    "thread": "threading.Thread(target=lambda: (time.sleep(0.05), print('later'))).start()",
    "at exit": "atexit.register(print, 'at last')",
    "at once": "print('unsaid', end=''); os._exit(7)",
}
END = "import atexit, os, signal, sys, threading, time\nprint('out', end='')\n"


def both(folder: Path, shell: Shell, interpreters: Shell, program: str, *words: str) -> list[Any]:
    (folder / "probe.py").write_text(program)
    return [one.run(folder, *words, module="probe", ADA="é ✓") for one in (shell, interpreters)]


def test_it_finds_what_an_interpreter_finds(
    shell: Shell, interpreters: Shell, tmp_path: Path
) -> None:
    forked, started = both(tmp_path, shell, interpreters, PROBE, "a", "--b", "c d", "")

    found, expected = json.loads(forked.stdout), json.loads(started.stdout)
    assert found == expected
    assert expected["argv"] == [str(tmp_path / "probe.py"), "a", "--b", "c d", ""]
    assert expected["variables"]["ADA"] == "é ✓"
    assert expected["group"] == [os.getpgrp(), os.getsid(0)]
    assert (forked.returncode, forked.stderr) == (0, "")


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_it_ends_as_an_interpreter_s_does(
    shell: Shell, interpreters: Shell, tmp_path: Path, end: str
) -> None:
    forked, started = both(tmp_path, shell, interpreters, END + end)

    assert (forked.returncode, forked.stdout) == (started.returncode, started.stdout)
    assert forked.stderr.splitlines()[-1:] == started.stderr.splitlines()[-1:]


def test_each_of_several_is_told_apart_from_the_others(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text("import signal\nprint('here', flush=True)\nsignal.pause()")
    with (
        shell.start(tmp_path, module="probe") as first,
        shell.start(tmp_path, module="probe") as second,
    ):
        said = [one.stdout.readline() for one in (first, second) if one.stdout is not None]
        second.send_signal(signal.SIGTERM)
        ended = second.wait()
        running = first.poll()

    assert said == ["here\n"] * 2
    assert (ended, running, first.returncode) == (-signal.SIGTERM, None, -signal.SIGKILL)
