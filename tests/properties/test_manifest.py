"""Manifests come back as the jobs they were written from, and reach nothing they should not."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import example, given, settings

from heygen_async.batch.manifest.manifest import Manifest
from heygen_async.batch.manifest.names import COMPONENT_LIMIT, checked, default_name
from heygen_async.batch.manifest.templates import fill
from heygen_async.errors import InvalidInputError
from heygen_async.models.job import Job, Look, Photo, Prompt, Script, VideoOptions

PLAIN = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
FILLED = st.text(PLAIN, min_size=1, max_size=30).map(str.strip).filter(bool)
# Control characters cannot be said, and something has to be.
SAID = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n"),
    min_size=1,
    max_size=30,
)
SAID = SAID.map("a{}".format).map(str.strip)
# A number reads the same in JSON and in CSV only as far as repr goes, which is all of it.
JOBS = st.builds(
    Job,
    id=FILLED,
    avatar=st.one_of(
        st.builds(Look, FILLED),
        st.builds(Photo, asset_id=FILLED, name=st.none() | FILLED),
        st.builds(Prompt, FILLED, name=FILLED, group_id=st.none() | FILLED),
    ),
    speech=st.builds(
        Script, SAID, voice_id=FILLED, speed=st.none() | st.floats(0.5, 1.5), locale=FILLED
    ),
    options=st.builds(
        VideoOptions,
        title=st.none() | FILLED,
        fit=st.sampled_from([None, "cover", "contain"]),
        remove_background=st.none() | st.booleans(),
        captions=st.booleans(),
        output_format=st.sampled_from(["mp4", "webm"]),
        callback_id=st.none() | FILLED,
    ),
)
BATCHES = st.lists(JOBS, min_size=1, max_size=4, unique_by=lambda job: job.id)


def row_of(job: Job) -> dict[str, str | float | bool | None]:
    """The job as a row; in CSV None is an empty cell."""
    speech, options = job.speech, job.options
    assert isinstance(speech, Script)
    row: dict[str, str | float | bool | None] = {
        "id": job.id,
        "script": literal(speech.text),
        "voice": speech.voice_id,
        "speed": speech.speed,
        "locale": speech.locale,
        "title": None if options.title is None else literal(options.title),
        "fit": options.fit,
        "remove_background": options.remove_background,
        "captions": None if options.captions is None else "yes",
        "format": options.output_format,
        "callback_id": options.callback_id,
    }
    match job.avatar:
        case Look(id=look):
            row["look"] = look
        case Photo(asset_id=asset_id, name=name):
            row |= {"photo": f"asset:{asset_id}", "name": name}
        case Prompt(text=text, name=name, group_id=group_id):
            row |= {"prompt": literal(text), "name": name, "group_id": group_id}
    return row


def literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def without_output(job: Job) -> tuple[object, ...]:
    return job.id, job.avatar, job.speech, job.options


@settings(deadline=None, max_examples=50)
@given(BATCHES)
def test_csv_and_json_lines_come_back_as_the_same_jobs(batch: list[Job]) -> None:
    rows = [row_of(job) for job in batch]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with tempfile.TemporaryDirectory() as folder:
        table, lines = Path(folder, "jobs.csv"), Path(folder, "jobs.jsonl")
        with table.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        lines.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

        from_csv = list(Manifest(table).jobs())
        from_json = list(Manifest(lines).jobs())

    assert from_csv == from_json
    assert [without_output(job) for job in from_csv] == [without_output(job) for job in batch]


class Trap(str):
    """A value that notices being looked into."""

    __slots__ = ()

    def __getitem__(self, place: object) -> str:
        raise AssertionError("an item was reached")

    def __format__(self, spec: str) -> str:
        raise AssertionError("a format was applied")

    def __getattribute__(self, name: str) -> object:
        raise AssertionError(f"the attribute {name} was reached")


@example("{a.__class__}")
@example("{a[0]}")
@example("{a!r:>{b}}")
@example("{a}{{a}}{b}")
@given(st.text(st.sampled_from("ab{}.[]!:_0r> ")))
def test_templates_look_up_names_and_do_nothing_else(template: str) -> None:
    cells = {"a": Trap("one"), "b": Trap("two")}

    try:
        filled = fill(template, cells, set())
    except InvalidInputError:
        filled = None

    assert filled == read_by_hand(template)


def read_by_hand(template: str) -> str | None:
    """What a template means, one character after the other; None for one that is refused."""
    said, place = "", 0
    while place < len(template):
        here = template[place]
        if here not in "{}":
            said += here
        elif template[place : place + 2] == here * 2:
            said += here
            place += 1
        else:
            end = template.find("}", place + 1)
            value = {"a": "one", "b": "two"}.get(template[place + 1 : end].strip())
            if here == "}" or end < 0 or value is None:
                return None
            said += value
            place = end
        place += 1
    return said


@example("../../x", "mp4")
@example("..", "mp4")
@example("C:\\x", "webm")
@given(
    st.text(st.sampled_from("./\\: a~C\0\u2024é\u0301") | st.characters()),
    st.sampled_from(["mp4", "webm"]),
)
def test_output_names_never_leave_the_folder(name: str, ending: str) -> None:
    out = Path("/videos/out")

    try:
        safe = checked(name, ending)
    except InvalidInputError:
        return

    resolved = (out / safe).resolve()
    assert resolved.is_relative_to(out)
    assert resolved != out
    assert safe.lower().endswith(f".{ending}")
    assert not {"", ".", ".."} & set(safe.split("/"))
    assert max(len(part.encode()) for part in safe.split("/")) <= COMPONENT_LIMIT


@given(st.none() | FILLED, st.text(PLAIN), st.sampled_from(["mp4", "webm"]))
def test_a_default_name_is_always_a_safe_name(job_id: str | None, about: str, end: str) -> None:
    name = default_name(job_id, about, "abcdefghij", end)

    assert checked(name, end) == name
    assert "/" not in name
