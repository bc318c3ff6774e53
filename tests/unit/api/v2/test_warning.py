"""The warning of the announced end: once in a process, whatever else it does."""

from __future__ import annotations

import subprocess
import sys
import warnings

import pytest

from heygen_async.api.v2 import legacy
from heygen_async.api.v2.photo_avatars import TRAIN
from heygen_async.api.v2.videos import GENERATE, GET_VIDEO
from heygen_async.errors import HeyGenV2Warning

PROGRAM = """
import asyncio
from heygen_async import HeyGen
from heygen_async.errors import ConnectError
from heygen_async.transport.retry import RetryPolicy

async def main():
    once = RetryPolicy(attempts=1)
    async with HeyGen("key", base_url="http://127.0.0.1:9", retry=once) as heygen:
        for video_id in ("v1", "v2"):
            try:
                await heygen.v2.videos.get(video_id)
            except ConnectError:
                print("asked")

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def a_new_process(told_of_v2: None) -> None:
    legacy._not_yet_said.cache_clear()


def test_a_program_is_told_once_and_shown_its_own_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["asked", "asked"]
    assert done.stderr.count("HeyGenV2Warning") == 1
    assert done.stderr.startswith("<string>:12: HeyGenV2Warning: HeyGen announced the end")
    assert "for 2026-10-31, which is past; whether it still answers them is unknown" in done.stderr
    assert "Instead of GET /v2/videos/{video_id} use GET /v3/videos/{video_id}" in done.stderr


def test_the_second_call_is_silent_whatever_it_calls() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        legacy.warn_once(GET_VIDEO)
        legacy.warn_once(GENERATE)

    assert len(told) == 1
    assert told[0].category is HeyGenV2Warning
    assert issubclass(HeyGenV2Warning, FutureWarning)


def test_a_call_without_a_successor_says_so() -> None:
    with pytest.warns(HeyGenV2Warning, match="v3 has nothing like POST /v2/photo_avatar/train"):
        legacy.warn_once(TRAIN)


def test_the_warning_points_at_the_caller() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        legacy.warn_once(GET_VIDEO)

    assert told[0].filename == __file__
