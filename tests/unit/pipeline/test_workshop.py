from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from heygen_async.errors import FileChangedError
from heygen_async.journal import MemoryJournal
from heygen_async.models.job import Audio, Job, Look, Script
from heygen_async.pipeline.workshop import Workshop, recorded
from heygen_async.simulator.media import audio_seconds, tone

SOUND = tone("Hello there, this is said out loud")


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    journal = MemoryJournal()
    await journal.open()
    with ThreadPoolExecutor(1) as threads:
        yield Workshop(journal, threads)
    await journal.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.wav"
    path.write_bytes(SOUND)
    return path


async def test_a_recording_is_measured_where_its_bytes_are_here(
    workshop: Workshop, file: Path
) -> None:
    job, _ = await workshop.admit(Job(avatar=Look("l"), speech=Audio(SOUND)))
    assert isinstance(job.speech, Audio)

    kept = await workshop.recorded(job.speech)
    there = await workshop.recorded(Audio(file))

    assert kept == there == recorded(Audio(SOUND)) == recorded(Audio(file))
    assert kept == pytest.approx(audio_seconds(SOUND), abs=1e-3)


async def test_a_recording_is_measured_anew_once_it_is_another(
    workshop: Workshop, file: Path
) -> None:
    before = await workshop.recorded(Audio(file))
    file.write_bytes(tone("Hi"))

    after = await workshop.recorded(Audio(file))

    assert before == recorded(Audio(SOUND))
    assert after == recorded(Audio(tone("Hi")))
    assert before != after


async def test_a_file_is_read_again_before_it_is_sent_only_if_it_is_another(
    workshop: Workshop, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audio = Audio(file)
    _, digests = await workshop.admit(Job(avatar=Look("l"), speech=audio))
    with monkeypatch.context() as unread:
        unread.setattr("heygen_async.pipeline.workshop._hash_file", None)
        same = await workshop.content(audio, digests[str(file)])
    file.write_bytes(tone("Hi"))

    with pytest.raises(FileChangedError, match="is another file"):
        await workshop.content(audio, digests[str(file)])
    file.unlink()
    with pytest.raises(FileChangedError, match="cannot be read"):
        await workshop.content(audio, digests[str(file)])

    assert same == str(file)


async def test_nobody_knows_how_long_a_recording_is_that_is_elsewhere(
    workshop: Workshop, file: Path
) -> None:
    elsewhere = [
        Audio("https://example.com/a.wav"),
        Audio(asset_id="asset"),
        Audio("sha256:" + "0" * 64),  # of another journal
        Audio(file.with_name("missing.wav")),
        Audio(file.parent),
    ]

    measured = await asyncio.gather(*map(workshop.recorded, elsewhere))

    assert measured == [None] * 5
    assert [recorded(audio) for audio in elsewhere] == [None] * 5
    assert recorded(Script("Hello")) is None
