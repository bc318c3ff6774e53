"""The report's files: what is in them, and that they are there whole or not at all."""

from __future__ import annotations

import csv
import html
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import attrs
import orjson
import pytest
from PIL import Image

from heygen_async.batch.report import page as report_page
from heygen_async.batch.report.report import Group, Report, Row, Totals
from heygen_async.errors import UsageError

_DONE = Row(
    id="one",
    state="done",
    title="Hello, Zoë",
    output="videos/one.mp4",
    video_id="v1",
    seconds=12.5,
    cost=0.63,
    started=0.0,
    finished=3600.0,
    dialect="v2",
    losses=("Mixed becomes Unspecified", "=cmd"),
)
_FAILED = Row(
    id="two",
    state="failed",
    error="VideoFailedError",
    message="no face",
    started=10.0,
    finished=20.0,
)


def _write(folder: Path, *rows: Row, **options: Any) -> str:
    options = {"poster": lambda row: None, "now": lambda: 0.0, **options}
    with Report(folder, **options) as report:
        for row in rows:
            report.add(row)
    return (folder / "report.html").read_text(encoding="utf-8")


def _picture(width: int, height: int, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(file, kind)
    return file.getvalue()


class _Elements(HTMLParser):
    """The elements and attributes of a page, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


# --- results -------------------------------------------------------------------------------------


def test_the_lines_say_all_there_is_to_a_job(tmp_path: Path) -> None:
    _write(tmp_path, _DONE, _FAILED)

    lines = (tmp_path / "results.jsonl").read_bytes().splitlines()
    assert orjson.loads(lines[0]) == {
        "id": "one",
        "name": "Hello, Zoë",
        "state": "done",
        "title": "Hello, Zoë",
        "output": "videos/one.mp4",
        "video_id": "v1",
        "seconds": 12.5,
        "cost": 0.63,
        "error": None,
        "message": None,
        "resumable": False,
        "started": "1970-01-01T00:00:00.000+00:00",
        "finished": "1970-01-01T01:00:00.000+00:00",
        "dialect": "v2",
        "losses": ["Mixed becomes Unspecified", "=cmd"],
    }
    assert orjson.loads(lines[1])["cost"] is None


def test_what_can_go_on_is_stopped_and_has_not_failed(tmp_path: Path) -> None:
    _write(tmp_path, _FAILED, attrs.evolve(_FAILED, id="three", resumable=True))

    lines = map(orjson.loads, (tmp_path / "results.jsonl").read_bytes().splitlines())
    assert [(line["id"], line["state"]) for line in lines] == [
        ("two", "failed"),
        ("three", "stopped"),
    ]


def test_a_job_without_a_file_goes_by_its_label(tmp_path: Path) -> None:
    page = _write(tmp_path, attrs.evolve(_FAILED, label="ada.mp4"))

    line = orjson.loads((tmp_path / "results.jsonl").read_bytes())
    table = (tmp_path / "results.csv").read_text(encoding="utf-8-sig")
    assert (line["name"], line["id"], line["output"]) == ("ada.mp4", "two", None)
    assert "\ntwo,ada.mp4,failed," in table.replace("\r", "")
    assert '<h3 dir="auto">ada.mp4</h3>' in page
    assert "<dt>Job</dt><dd>two</dd>" in page


def test_the_table_has_the_same_columns_and_one_line_a_job(tmp_path: Path) -> None:
    _write(tmp_path, _DONE, _FAILED)

    text = (tmp_path / "results.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert text.startswith(b"\xef\xbb\xbf")
    assert list(rows[0]) == list(_DONE.plain())
    assert [row["id"] for row in rows] == ["one", "two"]
    assert rows[0]["losses"] == "Mixed becomes Unspecified; =cmd"
    assert (rows[0]["title"], rows[0]["seconds"], rows[0]["resumable"]) == (
        "Hello, Zoë",
        "12.5",
        "no",
    )
    assert rows[1]["message"] == "no face"


@pytest.mark.parametrize("words", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(tmp_path: Path, words: str) -> None:
    _write(tmp_path, Row(id="a", state="done", title=words))

    text = (tmp_path / "results.csv").read_bytes().decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    assert row["title"] == "'" + words
    assert orjson.loads((tmp_path / "results.jsonl").read_bytes())["title"] == words


def test_quotes_and_new_lines_stay_within_their_cell(tmp_path: Path) -> None:
    title = 'He said "hi",\nthen left; really'

    _write(tmp_path, Row(id="a", state="done", title=title), Row(id="b", state="done"))

    text = (tmp_path / "results.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["title"] for row in rows] == [title, ""]
    assert len((tmp_path / "results.jsonl").read_bytes().splitlines()) == 2


def test_a_file_name_of_another_encoding_does_not_end_the_report(tmp_path: Path) -> None:
    page = _write(tmp_path, Row(id="a", state="done", output="b\udcff.mp4"))

    assert "%FF.mp4" in page
    assert orjson.loads((tmp_path / "results.jsonl").read_bytes())["output"] == "b\\udcff.mp4"


def test_keys_and_signatures_are_not_reported(tmp_path: Path) -> None:
    secret = "https://files.example/v.mp4?Signature=abcdef&Expires=1"

    page = _write(tmp_path, Row(id="a", state="failed", error="TransferError", message=secret))

    written = (
        page + (tmp_path / "results.jsonl").read_text() + (tmp_path / "results.csv").read_text()
    )
    assert "files.example" in written
    assert "abcdef" not in written


# --- whole or not at all -------------------------------------------------------------------------


def test_a_report_that_fails_leaves_the_last_one_standing(tmp_path: Path) -> None:
    _write(tmp_path, _DONE)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    with pytest.raises(RuntimeError), Report(tmp_path, poster=lambda row: None) as report:
        report.add(_FAILED)
        raise RuntimeError

    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_page_that_cannot_be_finished_puts_nothing_in_place(tmp_path: Path) -> None:
    report = Report(tmp_path, now=lambda: float("inf"))

    with pytest.raises(OverflowError), report:
        report.add(Row(id="a", state="accepted"))

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_in_place_before_all_is_written(tmp_path: Path) -> None:
    with Report(tmp_path) as report:
        report.add(_FAILED)
        during = {path.name for path in tmp_path.iterdir()}

    names = {"report.html", "results.csv", "results.jsonl"}
    assert not during & names
    assert {path.name for path in tmp_path.iterdir()} == names


def test_a_closed_report_takes_no_rows(tmp_path: Path) -> None:
    with Report(tmp_path) as report:
        pass

    with pytest.raises(UsageError, match="inside"):
        report.add(_DONE)


# --- the page ------------------------------------------------------------------------------------

_EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='alert(1)' <!--"


def test_no_word_of_a_job_becomes_part_of_the_page(tmp_path: Path) -> None:
    tame = {"title": "t", "id": "i", "video_id": "v", "message": "m", "error": "E", "output": "o"}
    shape = [
        (tag, set(found))
        for tag, found in _Elements(_page_of(tmp_path / "tame", tame, "Batch")).found
    ]

    page = _page_of(tmp_path / "evil", dict.fromkeys(tame, _EVIL), _EVIL)

    assert [(tag, set(found)) for tag, found in _Elements(page).found] == shape
    assert html.escape(_EVIL) in page


def _page_of(folder: Path, words: dict[str, str], title: str) -> str:
    rows = [Row(state=state, **words) for state in ("done", "failed", "rendering")]
    return _write(folder, *rows, title=title, currency=words["title"][:1])


@pytest.mark.parametrize(
    ("output", "link"),
    [
        ("one.mp4", "./one.mp4"),
        ("a b/50% #1?.mp4", "./a%20b/50%25%20%231%3F.mp4"),
        ("javascript:alert(1).mp4", "./javascript%3Aalert%281%29.mp4"),
        ("../beside.mp4", "./../beside.mp4"),
    ],
)
def test_a_link_is_an_address_beside_the_page(tmp_path: Path, output: str, link: str) -> None:
    page = _write(tmp_path, Row(id="a", state="done", output=str(tmp_path / output)))

    links = [found["href"] for tag, found in _Elements(page).found if "data-plays" in found]
    assert links == [link]


def test_a_picture_is_made_small_and_carried_along(tmp_path: Path) -> None:
    large = _picture(1280, 720)

    page = _write(tmp_path, _DONE, poster=lambda row: large)

    (address,) = (found["src"] for tag, found in _Elements(page).found if tag == "img")
    assert address is not None
    assert address.startswith("data:image/jpeg;base64,")
    assert len(address) < 60_000


@pytest.mark.parametrize("picture", [b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff broken"])
def test_what_is_no_picture_gives_a_placeholder(tmp_path: Path, picture: bytes) -> None:
    page = _write(tmp_path, _DONE, poster=lambda row: picture)

    assert "<img" not in page
    assert '<span class="blank" aria-hidden="true">H</span>' in page


def test_pictures_stop_where_the_page_would_be_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = _picture(64, 36, "JPEG")
    monkeypatch.setattr(report_page, "_PICTURES", 2 * len(picture))

    page = _write(tmp_path, _DONE, _DONE, _DONE, poster=lambda row: picture)

    assert page.count("<img") == 2
    assert page.count('class="blank"') == 1


def test_cards_stop_where_the_page_would_be_too_long_and_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_page, "_CARDS", 2)

    page = _write(tmp_path, *[_DONE] * 5, _FAILED)

    assert page.count('class="card"') == 3
    assert "This page shows 2 of 5 done jobs." in page
    assert len((tmp_path / "results.jsonl").read_bytes().splitlines()) == 6


def test_a_poster_is_asked_for_finished_videos_only(tmp_path: Path) -> None:
    asked = []

    def poster(row: Row) -> None:
        asked.append(row.id)

    _write(tmp_path, _DONE, _FAILED, Row(id="three", state="rendering"), poster=poster)

    assert asked == ["one"]


def test_the_page_sums_up(tmp_path: Path) -> None:
    page = _write(tmp_path, _DONE, _FAILED, title="Autumn")

    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("</style>")[1]))
    assert "Autumn 1 January 1970, 00:00 – 01:00 UTC" in words
    assert "Videos 1 of 2 jobs" in words
    assert "Spent $0.63 known for 1 jobs" in words
    assert "Duration 1 h 00 min" in words
    assert "Rate 1 videos an hour" in words


def test_what_was_spent_in_all_wins_over_the_rows(tmp_path: Path) -> None:
    page = _write(tmp_path, _DONE, spent=1234.5, currency="€")

    assert "€1,234.50" in page


def test_a_card_tells_what_the_dialect_could_not_say(tmp_path: Path) -> None:
    plain = Row(id="three", state="done", output="videos/three.mp4")

    said, silent = _write(tmp_path, _DONE), _write(tmp_path, plain)

    assert "<dt>Dialect</dt><dd>v2</dd>" in said
    assert "<dt>Not said exactly</dt><dd>Mixed becomes Unspecified; =cmd</dd>" in said
    assert "<dt>Dialect</dt>" not in silent
    assert "<dt>Not said exactly</dt>" not in silent


def test_a_report_of_nothing_is_a_page(tmp_path: Path) -> None:
    page = _write(tmp_path)

    assert "of 0 jobs" in page
    assert (tmp_path / "results.jsonl").read_bytes() == b""


# --- rows and totals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "error", "resumable", "group"),
    [
        ("done", None, False, Group.DONE),
        ("failed", "VideoFailedError", False, Group.FAILED),
        ("failed", "PlanLimitError", True, Group.STOPPED),
        ("rendering", "ServerError", True, Group.STOPPED),
        ("rendering", None, True, Group.WAITING),
        ("accepted", None, True, Group.WAITING),
    ],
)
def test_a_group_says_whether_running_again_helps(
    state: str, error: str | None, resumable: bool, group: Group
) -> None:
    row = Row(id="a", state=state, error=error, resumable=resumable)

    assert row.group is group


def test_totals_add_up() -> None:
    totals = Totals()

    for row in (_DONE, _FAILED, Row(id="c", state="done", seconds=7.5, started=-3600.0)):
        totals.add(row)

    assert totals.groups == {Group.DONE: 2, Group.FAILED: 1}
    assert (totals.seconds, totals.cost, totals.priced) == (20.0, 0.63, 1)
    assert (totals.elapsed, totals.rate) == (7200.0, 1.0)
    assert totals.reasons == {("VideoFailedError", Group.FAILED): 1}


def test_a_report_of_nothing_has_no_rate() -> None:
    totals = Totals()

    assert (totals.jobs, totals.elapsed, totals.rate) == (0, None, None)
