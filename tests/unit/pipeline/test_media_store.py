from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from heygen_async.errors import FileChangedError, InvalidInputError
from heygen_async.journal import MemoryJournal
from heygen_async.models.job import Audio, Job, Look, Script
from heygen_async.pipeline.media_store import MediaStore, recorded
from heygen_async.simulator.media import audio_seconds, tone

SOUND = tone("Hello there, this is said out loud")


@pytest.fixture
async def store() -> AsyncIterator[MediaStore]:
    journal = MemoryJournal()
    await journal.open()
    with ThreadPoolExecutor(1) as threads:
        yield MediaStore(journal, threads)
    await journal.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.wav"
    path.write_bytes(SOUND)
    return path


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here")
async def test_a_pipe_is_refused_and_not_waited_for(store: MediaStore, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    speech = Audio(tmp_path / "pipe")

    with pytest.raises(
        InvalidInputError, match=r"Job\.speech: .*pipe cannot be read: it is a pipe"
    ):
        await store.admit(Job(avatar=Look("l"), speech=speech))

    assert recorded(speech) is None


async def test_a_recording_is_measured_where_its_bytes_are_here(
    store: MediaStore, file: Path
) -> None:
    job, _ = await store.admit(Job(avatar=Look("l"), speech=Audio(SOUND)))
    assert isinstance(job.speech, Audio)

    kept = await store.recorded(job.speech)
    there = await store.recorded(Audio(file))

    assert kept == there == recorded(Audio(SOUND)) == recorded(Audio(file))
    assert kept == pytest.approx(audio_seconds(SOUND), abs=1e-3)


async def test_a_recording_is_measured_anew_once_it_is_another(
    store: MediaStore, file: Path
) -> None:
    before = await store.recorded(Audio(file))
    file.write_bytes(tone("Hi"))

    after = await store.recorded(Audio(file))

    assert before == recorded(Audio(SOUND))
    assert after == recorded(Audio(tone("Hi")))
    assert before != after


async def test_a_file_is_read_again_before_it_is_sent_only_if_it_is_another(
    store: MediaStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audio = Audio(file)
    _, digests = await store.admit(Job(avatar=Look("l"), speech=audio))
    read: list[Path] = []
    with monkeypatch.context() as watched:
        watched.setattr("heygen_async.pipeline.media_store._hash_file", read.append)
        same = await store.content(audio, digests[str(file)])
    file.write_bytes(tone("Hi"))

    with pytest.raises(FileChangedError, match="is another file"):
        await store.content(audio, digests[str(file)])
    file.unlink()
    with pytest.raises(FileChangedError, match="cannot be read"):
        await store.content(audio, digests[str(file)])

    assert same == str(file)
    assert not read


async def test_nobody_knows_how_long_a_recording_is_that_is_elsewhere(
    store: MediaStore, file: Path
) -> None:
    elsewhere = [
        Audio("https://example.com/a.wav"),
        Audio(asset_id="asset"),
        Audio("sha256:" + "0" * 64),  # of another journal
        Audio(file.with_name("missing.wav")),
        Audio(file.parent),
    ]

    measured = await asyncio.gather(*map(store.recorded, elsewhere))

    assert measured == [None] * 5
    assert [recorded(audio) for audio in elsewhere] == [None] * 5
    assert recorded(Script("Hello")) is None


async def test_a_file_that_many_jobs_have_is_hashed_once(
    store: MediaStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = hashes(monkeypatch)
    job = Job(avatar=Look("l"), speech=Audio(file))

    admitted = await asyncio.gather(*(store.admit(job) for _ in range(50)))

    assert len(hashed) == 1
    assert {digests[str(file)] for _, digests in admitted} == {sha256(SOUND).hexdigest()}


async def test_when_the_job_for_which_a_file_is_hashed_is_cancelled_the_others_go_on(
    store: MediaStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = hashes(monkeypatch)
    job = Job(avatar=Look("l"), speech=Audio(file))
    tasks = [asyncio.create_task(store.admit(job)) for _ in range(10)]
    while not store._hashes._reading:
        await asyncio.sleep(0)

    tasks[0].cancel()
    admitted = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(admitted[0], asyncio.CancelledError)
    assert all(isinstance(one, tuple) for one in admitted[1:])
    assert len(hashed) <= 2


async def test_a_file_that_cannot_be_hashed_is_tried_again_by_the_next_job(
    store: MediaStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = hashes(monkeypatch, OSError("the disk is gone"))
    job = Job(avatar=Look("l"), speech=Audio(file))

    first, second = await asyncio.gather(store.admit(job), store.admit(job), return_exceptions=True)

    assert isinstance(first, OSError)
    assert isinstance(second, tuple)
    assert len(hashed) == 2


def hashes(monkeypatch: pytest.MonkeyPatch, *errors: OSError) -> list[Path]:
    """The files that are hashed from now on; the first of them in vain, where errors are given."""
    hashed: list[Path] = []
    left = list(errors)

    def hash_file(path: Path) -> str:
        hashed.append(path)
        if left:
            raise left.pop(0)
        return sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr("heygen_async.pipeline.media_store._hash_file", hash_file)
    return hashed
