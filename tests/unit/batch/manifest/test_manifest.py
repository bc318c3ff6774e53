from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from heygen_async.batch.manifest.manifest import Manifest, RowError, table
from heygen_async.errors import InvalidInputError
from heygen_async.models.job import AnimatedImage, Audio, Captions, Job, Look, Photo, Prompt, Script

Write = Callable[..., Manifest]

NO_TEXT = "must be text in UTF-8: save the file so, or give its encoding (Excel's is often cp1252)"


@pytest.fixture
def csv_file(tmp_path: Path, portrait: Path) -> Write:
    """Writes a manifest beside ada.jpg."""
    shutil.copy(portrait, tmp_path / "ada.jpg")

    def write(text: str | bytes, name: str = "jobs.csv", **options: Any) -> Manifest:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Manifest(path, out=tmp_path / "out", **options)

    return write


@pytest.fixture
def jsonl_file(csv_file: Write) -> Write:
    def write(*rows: Any, **options: Any) -> Manifest:
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        return csv_file("\n".join(lines), "jobs.jsonl", **options)

    return write


def wrong(manifest: Manifest) -> list[tuple[int, str | None, str]]:
    return [(error.row, error.column, error.rule) for error in manifest.check().errors]


def only(manifest: Manifest) -> Job:
    (job,) = manifest.jobs()
    return job


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_column_names(csv_file: Write, delimiter: str) -> None:
    rows = [["look", "script", "speed"], ["L1", '"Hi; you, there"', "1.5"]]
    manifest = csv_file("\r\n".join(delimiter.join(row) for row in rows))

    job = only(manifest)

    assert job.avatar == Look("L1")
    assert job.speech == Script("Hi; you, there", speed=1.5)


def test_column_names_are_known_however_they_are_written(csv_file: Write) -> None:
    manifest = csv_file("\ufeff Look ,SCRIPT,Voice ID,aspect-ratio\nL1,Hi,v1,9:16\n")

    job = only(manifest)

    assert job.speech == Script("Hi", voice_id="v1")
    assert job.options.aspect_ratio == "9:16"


def test_a_row_is_named_by_its_number_and_the_line_it_begins_on(csv_file: Write) -> None:
    manifest = csv_file('look,script\nL1,"one\ntwo"\n\nL1,\n')

    (error,) = manifest.check().errors

    assert (error.row, error.line, error.column) == (4, 5, "script")


def test_utf_16_as_spreadsheets_write_it_is_read(csv_file: Write) -> None:
    manifest = csv_file("look\tscript\nL1\tGrüße\n".encode("utf-16"))

    assert only(manifest).speech == Script("Grüße")


def test_bytes_that_are_no_text_are_told_with_their_column(csv_file: Write) -> None:
    manifest = csv_file(b"look,script\nL1,Gr\xfc\xdfe\nL1,\n")

    assert wrong(manifest) == [
        (2, "script", NO_TEXT),
        (3, "script", "exactly one of script, audio is needed"),
    ]


def test_bytes_that_are_no_text_are_shown_as_readers_show_them(csv_file: Write) -> None:
    (error,) = csv_file(b"look,script\nL1,Gr\xfc\xdfe\n").check().errors

    assert error.value == "'Gr\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}e'"


def test_a_column_name_that_is_no_text_is_told_once(csv_file: Write) -> None:
    checked = csv_file(b"look,script,Gr\xfc\xdfe\nL1,Hi,1\nL1,Ho,2\n").check()

    (error,) = checked.errors
    assert (error.row, error.column, error.rule) == (1, None, NO_TEXT)


def test_a_file_of_two_bytes_a_character_without_a_mark_is_told(csv_file: Write) -> None:
    with pytest.raises(InvalidInputError, match="looks like UTF-16 without its mark"):
        csv_file("look,script\nL1,Hi\n".encode("utf-16-le")).check()


@pytest.mark.parametrize(
    "content",
    [b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01", b"ID3\x04\xff\xfb\x90", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
)
def test_a_file_that_is_no_text_is_called_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)

    with pytest.raises(InvalidInputError, match=r"photo\.jpg is not text: a manifest is a CSV"):
        Manifest(path).check()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_marked_encoding_is_told_by_its_mark(csv_file: Write, encoding: str) -> None:
    assert only(csv_file("look,script\nL1,Grüße\n".encode(encoding))).speech == Script("Grüße")


@pytest.mark.parametrize("head", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1\xb1", b"%PDF-1.7"])
def test_a_workbook_is_told_what_to_become(csv_file: Write, head: bytes) -> None:
    with pytest.raises(InvalidInputError, match="is a workbook, not text: save its sheet as CSV"):
        csv_file(head + bytes(range(256))).check()


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;;;"])
def test_a_spreadsheets_word_on_the_delimiter_is_no_row(csv_file: Write, line: str) -> None:
    manifest = csv_file(f"{line}\r\nlook;script\r\nL1;Hello, you\r\nL1;\r\n")

    (error,) = manifest.check().errors

    assert (error.row, error.line, error.column) == (3, 4, "script")


def test_empty_lines_may_stand_before_the_column_names(csv_file: Write) -> None:
    manifest = csv_file("\n;;\nlook;script\nL1;Hi\n")

    assert only(manifest).speech == Script("Hi")


def test_another_encoding_can_be_given(csv_file: Write) -> None:
    manifest = csv_file(b"look,script\nL1,Gr\xfc\xdfe\n", encoding="latin-1")

    assert only(manifest).speech == Script("Grüße")


def test_surplus_values_are_an_error_and_missing_ones_are_empty(csv_file: Write) -> None:
    manifest = csv_file("look,script,title\nL1,Hi\nL1,Hello, world,Title,\nL1,Ho,T,,,\n")

    assert wrong(manifest) == [
        (3, None, "must have at most 3 values, as there are columns, not 5"),
    ]


def test_an_open_quotation_mark_is_told_where_its_row_begins(csv_file: Write) -> None:
    manifest = csv_file('look,script\nL1,Hi\nL1,"Hello\nL1,Ho\n')

    (error,) = manifest.check().errors

    assert (error.row, error.line) == (3, 3)
    assert "not closed" in error.rule


def test_a_line_without_end_is_skipped_and_told(jsonl_file: Write) -> None:
    good = {"look": "L1", "script": "Hi"}
    manifest = jsonl_file(good, {"script": "x" * 2_100_000}, {**good, "script": "Ho"})

    checked = manifest.check()

    assert checked.jobs == 2
    assert [error.row for error in checked.errors] == [2]


def test_one_column_name_twice_is_an_error(csv_file: Write) -> None:
    manifest = csv_file("look,script,voice,voice_id\nL1,Hi,v1,v2\n")

    assert wrong(manifest) == [(1, "voice", "must not be the name of two columns")]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n3,4\n"])
def test_a_file_without_known_columns_is_one_error(csv_file: Write, text: str) -> None:
    checked = csv_file(text).check()

    assert [error.row for error in checked.errors] == [1]
    assert "must name the columns" in checked.errors[0].rule


def test_without_a_needed_column_those_that_are_there_are_told(csv_file: Write) -> None:
    manifest = csv_file("picture,voice,text\na.jpg,v,Hello\n")

    rules = [rule for _, _, rule in wrong(manifest)]

    assert len(rules) == 2
    assert all(rule.endswith("; the columns here are picture, voice, text") for rule in rules)


def test_a_needed_column_that_is_empty_needs_no_list_of_columns(csv_file: Write) -> None:
    manifest = csv_file("look,script,voice\nL1,,v\n")

    assert [rule for _, _, rule in wrong(manifest)] == ["exactly one of script, audio is needed"]


def test_json_lines_are_told_by_their_first_character(csv_file: Write) -> None:
    manifest = csv_file('{"look": "L1", "script": "Hi"}\n', "jobs.txt")

    assert only(manifest).avatar == Look("L1")


def test_a_json_array_is_refused_with_what_to_do(csv_file: Write) -> None:
    manifest = csv_file("[{}]", "jobs.json")

    with pytest.raises(InvalidInputError, match="one object per line"):
        manifest.check()


def test_json_values_may_be_numbers_bools_and_null(jsonl_file: Write) -> None:
    row = {"look": 7, "script": "Hi", "speed": 1.25, "remove_background": True, "title": None}

    job = only(jsonl_file(row))

    assert job.avatar == Look("7")
    assert job.speech == Script("Hi", speed=1.25)
    assert job.options.remove_background is True
    assert job.options.title is None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ('{"look": "L1", "script": true}', "script"),
        ('{"look": "L1", "script": ["Hi"]}', "script"),
        ('{"voice": "v1", "voice_id": "v2"}', "voice"),
        ("[1]", None),
        ("{", None),
        (r'{"script": "\ud800"}', None),
    ],
)
def test_json_that_is_no_row_is_told(jsonl_file: Write, row: str, column: str | None) -> None:
    manifest = jsonl_file({"look": "L1", "script": "Hi"}, row)

    (error,) = manifest.check().errors

    assert (error.row, error.column) == (2, column)


def test_a_manifest_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read: No such file"):
        Manifest(tmp_path / "jobs.csv").check()


def test_an_encoding_that_is_none_is_an_input_error(csv_file: Write) -> None:
    with pytest.raises(InvalidInputError, match="no encoding 'klingon'"):
        csv_file("look,script\n", encoding="klingon").check()


# --- jobs ----------------------------------------------------------------------------------------


def test_a_row_may_override_every_option(jsonl_file: Write, tmp_path: Path) -> None:
    row = {
        "id": "ada-1",
        "photo": "ada.jpg",
        "name": "Ada",
        "group_id": "g1",
        "script": "Hi",
        "voice": "v1",
        "speed": 1.1,
        "pitch": -3,
        "volume": 0.5,
        "locale": "en-GB",
        "title": "Title",
        "resolution": "720p",
        "aspect_ratio": "9:16",
        "fit": "cover",
        "background": "1a2b3c",
        "remove_background": "no",
        "captions": "styled",
        "engine": "avatar_iv",
        "expressiveness": "high",
        "motion": "waves",
        "watermark": "asset:A1",
        "callback_url": "https://example.com/done",
        "callback_id": "c1",
        "output": "team/ada",
    }

    job = only(jsonl_file(row))

    photo, options = job.avatar, job.options
    assert photo == Photo(str(tmp_path / "ada.jpg"), name="Ada", group_id="g1")
    assert job.speech == Script(
        "Hi", voice_id="v1", speed=1.1, pitch=-3, volume=0.5, locale="en-GB"
    )
    assert options.background is not None
    assert options.background.color == "#1a2b3c"
    assert options.captions == Captions(styled=True)
    assert options.remove_background is False
    assert options.watermark is not None
    assert options.watermark.image.asset_id == "A1"
    assert (options.motion_prompt, options.engine) == ("waves", "avatar_iv")
    assert (options.callback_url, options.callback_id) == ("https://example.com/done", "c1")
    assert job.output == str(tmp_path / "out" / "team" / "ada.mp4")
    assert job.id == "ada-1"


@pytest.mark.parametrize(
    ("cells", "avatar"),
    [
        ({"photo": "https://example.com/a.jpg"}, Photo("https://example.com/a.jpg")),
        ({"photo": "asset:A1"}, Photo(asset_id="A1")),
        ({"image": "asset:A1"}, AnimatedImage(asset_id="A1")),
        ({"prompt": "A sailor", "name": "Jack"}, Prompt("A sailor", name="Jack")),
        ({"look": "L1"}, Look("L1")),
    ],
)
def test_each_kind_of_avatar_has_its_column(
    jsonl_file: Write, cells: dict[str, str], avatar: object
) -> None:
    assert only(jsonl_file({**cells, "script": "Hi", "voice": "v1"})).avatar == avatar


def test_a_recording_drives_the_avatar(jsonl_file: Write) -> None:
    manifest = jsonl_file({"look": "L1", "audio": "asset:A1"})

    assert only(manifest).speech == Audio(asset_id="A1")
    assert manifest.check().recordings == 1


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"speed": "1,5"}, "speed", "must be a number, written like 1.25"),
        ({"speed": "1_0"}, "speed", "must be a number, written like 1.25"),
        ({"speed": "nan"}, "speed", "must be a number, written like 1.25"),
        ({"speed": 3}, "speed", "must be a number from 0.5 to 1.5"),
        ({"resolution": "8k"}, "resolution", "must be one of '4k', '1080p', '720p'"),
        ({"captions": "maybe"}, "captions", "must be yes or no or styled"),
        ({"remove_background": "2"}, "remove_background", "must be yes or no"),
        ({"background": "#12"}, "background", "must be six hex digits like #1a2b3c"),
        ({"background": "http://x.org/a.png"}, "background", "must use https://"),
        ({"format": "avi"}, "format", "must be one of 'mp4', 'webm'"),
        ({"format": "webm", "background": "#000000"}, "background", "cannot go with"),
        ({"callback_url": "ftp://x"}, "callback_url", "must be a public https:// address"),
        ({"engine": "avatar_iii", "motion": "waves"}, "motion", "needs avatar_iv"),
        ({"name": "Ada"}, "name", "goes with a photo or a prompt only"),
        (
            {"photo": "asset:A1", "voice": "v"},
            "look",
            "exactly one of photo, image, prompt, generate, look, stock_avatar is needed",
        ),
        (
            {"look": ""},
            "photo",
            "exactly one of photo, image, prompt, generate, look, stock_avatar is needed",
        ),
        ({"script": "x" * 5001}, "script", "must have at most 5000 characters"),
        ({"script": "{nope}"}, "script", "names an unknown column 'nope'"),
        ({"script": "", "audio": "asset:A1", "voice": "v"}, "voice", "cannot go with audio"),
        ({"look": "", "photo": "asset:A1"}, "voice", "is needed with a script"),
        ({"look": "", "prompt": "p" * 1001, "voice": "v"}, "prompt", "must have at most 1000"),
        ({"look": "", "photo": "asset:", "voice": "v"}, "photo", "must be a non-empty string"),
        (
            {"look": "", "image": "asset:A1", "voice": "v", "engine": "avatar_iv"},
            "engine",
            "cannot be chosen for an AnimatedImage",
        ),
    ],
)
def test_a_bad_value_is_told_under_its_column(
    jsonl_file: Write, cells: dict[str, Any], column: str, rule: str
) -> None:
    manifest = jsonl_file({"look": "L1", "script": "Hi", **cells})

    (error,) = manifest.check().errors

    assert (error.row, error.column) == (1, column)
    assert error.rule.startswith(rule)


def test_a_check_never_stops_at_the_first_error(jsonl_file: Write) -> None:
    row = {
        "photo": "nobody.jpg",
        "script": "Hi {nope}",
        "speed": "fast",
        "volume": 2,
        "fit": "stretch",
        "engine": "v9",
        "output": "../a",
    }

    columns = {column for _, column, _ in wrong(jsonl_file(row, {"look": "L1"}))}

    assert columns == {*row, "voice"}


def test_only_so_many_errors_are_kept_and_all_are_counted(jsonl_file: Write) -> None:
    checked = jsonl_file(*[{"look": "L1"}] * 5).check(max_errors=2)

    assert len(checked.errors) == 2
    assert checked.found == 5


def test_defaults_fill_empty_cells_only(csv_file: Write) -> None:
    manifest = csv_file(
        "look,script,resolution\nL1,,4k\nL1,Ho,\n",
        defaults={"Script": "Hi", "resolution": "720p", "voice_id": "v1"},
    )

    first, second = manifest.jobs()

    assert (first.speech, first.options.resolution) == (Script("Hi", voice_id="v1"), "4k")
    assert (second.speech, second.options.resolution) == (Script("Ho", voice_id="v1"), "720p")


def test_a_default_gives_way_to_what_it_would_contradict(jsonl_file: Write) -> None:
    manifest = jsonl_file(
        {"image": "asset:A1", "audio": "asset:A2"},
        defaults={"photo": "ada.jpg", "name": "A", "script": "Hi", "voice": "v", "engine": "x"},
    )

    job = only(manifest)

    assert job.avatar == AnimatedImage(asset_id="A1")
    assert job.speech == Audio(asset_id="A2")


@pytest.mark.parametrize("name", ["resolutoin", "company", "id"])
def test_a_default_for_no_column_is_refused(csv_file: Write, name: str) -> None:
    with pytest.raises(InvalidInputError, match="no default"):
        csv_file("look\n", defaults={name: "x"})


# --- templates and names of columns --------------------------------------------------------------


def test_a_folder_that_cannot_be_written_down_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="out must be Unicode"):
        Manifest(tmp_path / "jobs.csv", out=tmp_path / "v\udcfc")


def test_templates_take_the_row_s_columns(csv_file: Write, tmp_path: Path) -> None:
    manifest = csv_file(
        "look,script,title,output,First Name\n"
        "L1,Hello {First Name}!,For {first_name},{first_name}/{look},Ada\n"
    )

    job = only(manifest)

    assert job.speech == Script("Hello Ada!")
    assert job.options.title == "For Ada"
    assert job.output == str(tmp_path / "out" / "Ada" / "L1.mp4")


def test_a_misspelt_column_is_told(csv_file: Write) -> None:
    manifest = csv_file("look,script,resolutoin,company\nL1,Hi,4k,ACME\n")

    assert wrong(manifest) == [
        (1, "resolutoin", "did you mean resolution? It is no column, and no template uses it")
    ]


def test_a_misspelt_column_is_told_first_since_it_may_be_the_reason_for_all_else(
    csv_file: Write,
) -> None:
    checked = csv_file("look,voice,scrip\n" + "L1,v1,Hi\n" * 5).check(max_errors=3)

    assert checked.errors[0].column == "scrip"
    assert checked.errors[0].rule.startswith("did you mean script?")
    assert (len(checked.errors), checked.found) == (3, 6)


def test_a_misspelt_column_that_a_template_uses_is_data(csv_file: Write) -> None:
    manifest = csv_file("look,script,names\nL1,Hi {names},Ada and Bob\n")

    assert wrong(manifest) == []


# --- output names and ids ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "column"),
    [
        ({"output": "Ada"}, {"output": "ada.MP4"}, "output"),
        ({"output": "\u00e9"}, {"output": "e\u0301"}, "output"),
        ({"id": "1"}, {"id": "1"}, "id"),
        ({"id": "1"}, {"id": 1, "script": "Ho"}, "id"),
        ({}, {}, "id"),
    ],
)
def test_what_must_be_unique_is_told_with_the_row_that_had_it_first(
    jsonl_file: Write, first: dict[str, Any], second: dict[str, Any], column: str
) -> None:
    job = {"look": "L1", "script": "Hi"}
    manifest = jsonl_file({**job, **first}, {**job, "script": "x"}, {**job, **second})

    (error,) = manifest.check().errors

    assert (error.row, error.column) == (3, column)
    assert "row 1" in error.rule


def test_two_videos_may_share_a_name_but_not_their_captions(csv_file: Write) -> None:
    rows = "look,script,captions,output\nL1,One,{0},a.mp4\nL1,Two,yes,a.webm\n"

    assert wrong(csv_file(rows.format("no"))) == []
    assert wrong(csv_file(rows.format("yes"))) == [
        (3, "output", "leads to the captions of row 2; give one of them another name")
    ]


def test_rows_that_move_keep_their_jobs(csv_file: Write) -> None:
    rows = ["L1,Hi,Ada", "L2,Hi,Ada", "L1,Ho,Bob"]
    before = csv_file("\n".join(["look,script,title", *rows]), "before.csv")
    after = csv_file("\n".join(["title,look,script", "Bob,L1,Ho", "Ada,L2,Hi", "Ada,L1,Hi"]))

    assert list(after.jobs()) == list(before.jobs())[::-1]


def test_a_row_without_an_output_is_named_by_its_title_and_content(csv_file: Write) -> None:
    manifest = csv_file("look,script,title\nL1,Hi,Für Ada!\nL1,Ho,Für Ada!\n")

    first, second = (Path(str(job.output)).name for job in manifest.jobs())

    assert first.startswith("für-ada-")
    assert first.endswith(".mp4")
    assert first != second


def test_an_output_that_ends_with_webm_asks_for_webm(jsonl_file: Write) -> None:
    job = only(jsonl_file({"look": "L1", "script": "Hi", "output": "a.webm"}))

    assert job.options.output_format == "webm"


def test_without_an_output_folder_the_manifest_s_own_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("look,script,output\nL1,Hi,a\n")

    assert only(Manifest(path)).output == str(tmp_path / "a.mp4")


# --- files and sums ------------------------------------------------------------------------------


def test_files_are_looked_at_and_each_is_told_once(jsonl_file: Write, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no image")
    job = {"script": "Hi", "voice": "v1"}
    manifest = jsonl_file(
        {**job, "photo": "ada.jpg"},
        {**job, "photo": "gone.jpg"},
        {**job, "photo": "gone.jpg", "title": "again"},
        {**job, "photo": "text.jpg"},
        {**job, "look": "L1", "background": "."},
        {"look": "L1", "audio": "ada.jpg"},
    )

    errors = wrong(manifest)

    assert [(row, column) for row, column, _ in errors] == [
        (2, "photo"),
        (4, "photo"),
        (5, "background"),
        (6, "audio"),
    ]
    assert errors[0][2] == "must be a readable file: No such file or directory"
    assert errors[1][2].startswith("must be PNG or JPEG; it is ")
    assert errors[2][2] == "must be a file"


def test_a_check_sums_up_what_the_file_asks_for(jsonl_file: Write) -> None:
    job = {"voice": "v1", "script": "One two three four five."}
    jobs: list[Job] = []
    manifest = jsonl_file(
        {**job, "photo": "ada.jpg"},
        {**job, "photo": "ada.jpg", "title": "again"},
        {**job, "photo": "asset:A1"},
        {**job, "prompt": "A sailor"},
        {**job, "look": "L1"},
        {**job},
    )

    checked = manifest.check(each=jobs.append)

    assert (checked.rows, checked.jobs, checked.photos, checked.avatars) == (6, 5, 2, 3)
    assert checked.seconds == pytest.approx(5 * 2)
    assert checked.found == 1
    assert [type(job.avatar) for job in jobs] == [Photo, Photo, Photo, Prompt, Look]


def test_jobs_raises_the_first_error_with_its_row_and_column(jsonl_file: Write) -> None:
    jobs = jsonl_file({"look": "L1", "script": "Hi"}, {"look": "L1", "script": ""}).jobs()
    next(jobs)

    with pytest.raises(InvalidInputError, match=r"jobs.jsonl, row 2 \(line 2\), column") as caught:
        next(jobs)

    assert caught.value.field == "rows[2].script"


def test_the_table_has_one_line_for_each_error() -> None:
    errors = [
        RowError(2, 3, "speed", "'fast'", "must be a number"),
        RowError(10, 12, "a\nb", "'" + "x" * 90 + "'", "must not be"),
        RowError(11, 14, None, None, "must be a row"),
    ]

    lines = table(errors).splitlines()

    assert [line.split()[:3] for line in lines] == [
        ["row", "line", "column"],
        ["2", "3", "speed"],
        ["10", "12", "a\\nb"],
        ["11", "14", "(empty)"],
    ]
    assert {line.find("must") for line in lines[1:]} == {lines[0].find("rule")}
    assert table([]) == ""
