"""From a command to its coroutine and back to an exit code.

Ctrl-c cancels the coroutine (``asyncio.Runner`` sees to that), SIGTERM and SIGHUP, which a closing
terminal sends, do the same here. So whatever ends a command, its ``async with`` blocks are left in
order, and the journal is closed.
"""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, NoReturn, TextIO, cast

from heygen_async.cli.console import clean, put_json, say
from heygen_async.cli.exits import Exit, exit_of
from heygen_async.cli.options import Settings
from heygen_async.errors import ConnectError, HeyGenError, HeyGenV2Warning

__all__ = ["execute", "fields_of"]

Main = Callable[[], Coroutine[Any, Any, Exit]]
Hint = Callable[[HeyGenError | None], str | None]
"""The command that goes on after an error, or after an interruption (None); None if none does."""


class _TerminatedError(Exception):
    """SIGTERM or SIGHUP came."""


def execute(settings: Settings, main: Main, hint: Hint | None = None) -> NoReturn:
    """Run a command's coroutine and end the process with its code.

    Args:
        settings: how to report.
        main: gives the coroutine; its result is the code.
        hint: names the command that resumes, where there is something to resume; None for commands
            that leave nothing behind.
    """
    go_on = hint or _nothing
    if settings.verbose > 1:
        import logging

        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    try:
        with _warning():
            code = _run(main)
        raise SystemExit(code)
    except (KeyboardInterrupt, _TerminatedError):
        told = {"error": "Interrupted", "code": None, "message": "interrupted"}
        raise SystemExit(_failed(settings, Exit.INTERRUPTED, told, go_on(None))) from None
    except HeyGenError as error:
        from heygen_async.cli.spelling import OPTIONS

        _trace(settings)
        spelt = OPTIONS.error(error)
        told = fields_of(spelt) | {"message": _explained(settings, spelt)}
        raise SystemExit(_failed(settings, exit_of(error), told, go_on(error))) from None
    except BrokenPipeError:
        # Whoever read stdout has seen enough. Python would complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # That ends a list well, but no work that is left undone.
        raise SystemExit(Exit.DONE if hint is None else Exit.FAILED) from None
    except (ImportError, OSError) as error:
        _trace(settings)
        told = {"error": type(error).__name__, "code": None, "message": str(error)}
        raise SystemExit(_failed(settings, Exit.FAILED, told, None)) from None
    except Exception as error:  # noqa: BLE001 - the outermost border; nothing is hidden
        _trace(settings)
        text = f"this is a bug, please report it: {type(error).__name__}: {error}"
        if settings.verbose < 2:
            text += " (-vv shows where)"
        told = {"error": type(error).__name__, "code": None, "message": text}
        raise SystemExit(_failed(settings, Exit.FAILED, told, go_on(None))) from None


def fields_of(error: HeyGenError) -> dict[str, Any]:
    """An error for programs: its class, its text, and whichever of its fields say something."""
    known = {
        name: value
        for name, value in vars(error).items()
        if not name.startswith("_") and value not in (None, ())
    }
    return {"error": type(error).__name__, "code": None, "message": error.message} | known


def _nothing(_: HeyGenError | None) -> None:
    return None


def _explained(settings: Settings, error: HeyGenError) -> str:
    """The error's message, with a question where nobody answers on this machine."""
    address = settings.base_url or os.environ.get("HEYGEN_BASE_URL") or ""
    if isinstance(error, ConnectError):
        from urllib.parse import urlsplit

        from heygen_async.transport.credentials import is_loopback

        where = urlsplit(address)
        if is_loopback(where.hostname or ""):
            port = "" if where.port is None else f" --port {where.port}"
            return (
                f"{error.message}. Is the simulator running at {address}?"
                f" `heygen-async simulate{port}` starts one"
            )
    return error.message


def _failed(settings: Settings, code: Exit, told: dict[str, Any], hint: str | None) -> Exit:
    word = "interrupted" if code is Exit.INTERRUPTED else f"error: {clean(told['message'])}"
    say(word)
    if hint is not None:
        say(f"To go on, without paying again for what was begun: {hint}")
    if settings.as_json:
        put_json(told | {"exit": int(code)} | ({"resume": hint} if hint is not None else {}))
    return code


@contextmanager
def _warning() -> Iterator[None]:
    """Tell of v2's end in a line of our own, and not with a line of Python's code."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", HeyGenV2Warning)
        usual = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if issubclass(category, HeyGenV2Warning):
                say(f"warning: {clean(message)}")
            else:
                usual(message, category, *where, **more)

        warnings.showwarning = cast("Any", show)
        yield


def _trace(settings: Settings) -> None:
    if settings.verbose > 1:
        say(traceback.format_exc().rstrip())


@contextmanager
def _whole() -> Iterator[None]:
    """Put ctrl-c off to the end of the block.

    A module that is half imported is of no use, and cannot be imported again by whoever has to say
    how to go on.
    """
    import signal
    import threading

    usual = signal.default_int_handler
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not usual:
        yield
        return
    pressed = False

    def note(*_: object) -> None:
        nonlocal pressed
        pressed = True

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if pressed:
        raise KeyboardInterrupt


def _run(main: Main) -> Exit:
    factory = None
    with _whole():
        import asyncio

        if find_spec("uvloop") is not None:
            import uvloop

            factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(_terminable(main))


async def _terminable(main: Main) -> Exit:
    import asyncio
    import signal
    from contextlib import suppress

    task = asyncio.current_task()
    assert task is not None
    terminated = False

    def stop() -> None:
        nonlocal terminated
        terminated = True
        task.cancel()

    shown = [stream for stream in (sys.stdout, sys.stderr) if _on_terminal(stream)]

    def hang_up() -> None:
        for stream in shown:
            if not _on_terminal(stream):
                # The terminal is gone: a word to it would be an error in the way out.
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        stop()

    with suppress(NotImplementedError):  # Windows knows no signals.
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stop)
        # Under nohup it is ignored, and has to stay so.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            loop.add_signal_handler(signal.SIGHUP, hang_up)
    try:
        return await main()
    except asyncio.CancelledError:
        if terminated:
            # This is the outermost task: the cancellation has done all it was sent for.
            raise _TerminatedError from None
        raise


def _on_terminal(stream: TextIO) -> bool:
    try:
        return os.isatty(stream.fileno())
    except (OSError, ValueError):  # It has no file, or none any more.
        return False
