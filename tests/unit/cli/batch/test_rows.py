from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from heygen_async.batch.manifest.manifest import Manifest
from heygen_async.cli.batch.rows import Rows
from heygen_async.errors import HeyGenError, InvalidInputError, UsageError, VideoFailedError


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    path = tmp_path / "jobs.csv"
    path.write_text('look,voice,audio,script\nmia,v,,"Hello\nthere"\nmia,,a.mp3,\n')
    return Rows(Manifest(path))


def told(error: HeyGenError | None) -> str:
    assert error is not None
    return error.message


def test_a_refusal_names_the_row_the_line_and_the_column(rows: Rows) -> None:
    first, second = rows.jobs()
    error = InvalidInputError("Job.speech: /a.mp3 cannot be read: no", field="Job.speech")

    refused = rows.ended(attrs.evolve(second, id="another"), error)

    assert isinstance(refused, InvalidInputError)
    assert refused.message == ("jobs.csv, row 3 (line 4), column audio: /a.mp3 cannot be read: no")
    assert refused.field == "rows[3].audio"
    assert told(rows.ended(first, InvalidInputError.of("Script.voice_id", "must be given", None)))


def test_a_refusal_stays_of_its_kind(rows: Rows) -> None:
    first, _ = rows.jobs()

    refused = rows.ended(first, UsageError.of("Script.text", "must be said", "Hi"))

    assert type(refused) is UsageError
    assert refused.rule == "must be said"


def test_other_errors_are_told_as_they_are(rows: Rows) -> None:
    first, second = rows.jobs()
    error = VideoFailedError("no face in Photo")

    assert rows.ended(first, error) is error
    assert rows.ended(second, None) is None


def test_only_the_rows_under_way_are_kept(rows: Rows) -> None:
    for job in rows.jobs():
        rows.ended(job, None)

    assert rows._at == {}
