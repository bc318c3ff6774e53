from __future__ import annotations

import asyncio
import threading
import time

import pytest

from heygen_async.errors import UsageError
from heygen_async.transport.sessions import Sessions, environment_proxy


def threads_end() -> None:
    deadline = time.monotonic() + 30
    while any(one.name.startswith("heygen-async") for one in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.001)


async def test_work_in_a_thread_gives_its_result_or_its_error() -> None:
    sessions = Sessions(None, None, "https://api.heygen.com")

    assert await sessions.in_thread(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await sessions.in_thread(divmod, 7, 0)

    await sessions.close()


@pytest.mark.parametrize("fails", [False, True])
async def test_a_cancelled_caller_leaves_when_its_thread_is_done(fails: bool) -> None:
    sessions = Sessions(None, None, "https://api.heygen.com")
    started, finish = threading.Event(), threading.Event()
    done: list[bool] = []

    def work() -> None:
        started.set()
        finish.wait(30)
        done.append(True)
        if fails:
            raise OSError

    task = asyncio.create_task(sessions.in_thread(work))
    await asyncio.get_running_loop().run_in_executor(None, started.wait, 30)
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()

    finish.set()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert done == [True]
    await sessions.close()


async def test_nothing_is_opened_after_closing() -> None:
    sessions = Sessions(None, None, "https://api.heygen.com")
    await sessions.close()

    with pytest.raises(UsageError, match="closed"):
        await sessions.in_thread(print)
    with pytest.raises(UsageError, match="closed"):
        sessions.files("https://files2.heygen.ai/v.mp4")


async def test_whoever_is_cancelled_while_closing_has_closed_all() -> None:
    sessions = Sessions(None, None, "https://api.heygen.com")
    api, (files, _) = sessions.api(), sessions.files("https://files2.heygen.ai/v.mp4")
    await sessions.in_thread(divmod, 7, 2)

    closing = asyncio.create_task(sessions.close())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing

    assert api.closed
    assert files.closed
    threads_end()


async def test_closing_needs_no_threads_of_the_application_s() -> None:
    sessions = Sessions(None, None, "https://api.heygen.com")
    await sessions.in_thread(divmod, 7, 2)
    await asyncio.get_running_loop().shutdown_default_executor()

    await sessions.close()

    threads_end()


async def test_work_under_way_is_done_while_all_is_closed_and_its_caller_hears_of_it() -> None:
    sessions = Sessions(None, None, "https://api.heygen.com")
    started, finish = threading.Event(), threading.Event()

    def work() -> str:
        started.set()
        finish.wait(30)
        return "done"

    task = asyncio.create_task(sessions.in_thread(work))
    await asyncio.get_running_loop().run_in_executor(None, started.wait, 30)
    await sessions.close()
    finish.set()

    assert await task == "done"


async def test_what_was_held_is_let_go_before_and_after_closing() -> None:
    sessions = Sessions(None, None, "https://api.heygen.com")
    let_go: list[str] = []

    await sessions.let_go(lambda: let_go.append(threading.current_thread().name))
    await sessions.close()
    await sessions.let_go(lambda: let_go.append(threading.current_thread().name))

    assert let_go == ["heygen-async_0", threading.current_thread().name]


async def test_the_sessions_hold_no_key_and_no_cookies() -> None:
    sessions = Sessions(None, None, "https://api.heygen.com")

    api, (files, _) = sessions.api(), sessions.files("https://files2.heygen.ai/v.mp4")

    assert api is not files
    for session in (api, files):
        assert {name.lower() for name in session.headers} == {"user-agent"}
        assert not session.trust_env
    await sessions.close()
    assert api.closed
    assert files.closed


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://api.heygen.com/v3/videos", "http://proxy.example:3128"),
        ("http://api.heygen.com/v3/videos", None),
        ("https://inside.example/v.mp4", None),
        ("https://127.0.0.1:8080/v3/videos", None),
        ("https://localhost/v3/videos", None),
    ],
)
def test_the_proxy_of_the_environment_is_used_except_where_it_says_no(
    monkeypatch: pytest.MonkeyPatch, url: str, proxy: str | None
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "inside.example")

    assert environment_proxy(url) == proxy
