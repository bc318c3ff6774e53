"""The page: cards as they come, and around them what only the end knows.

Safety: every word of a job goes through ``text``, into the text of an element or an attribute in
double quotes and nowhere else: no word of theirs is in a script, a style or a comment. Behind that
stands the page's own policy, under which a browser runs one script, ours, known by its hash, and
loads nothing but videos beside the page.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
import zlib
from collections import Counter
from importlib import resources
from pathlib import Path
from string import Template
from types import TracebackType
from typing import Self, TextIO
from urllib.parse import quote

from heygen_async.batch.report.posters import data_uri, thumbnail
from heygen_async.batch.report.row import Group, Row, Totals, iso
from heygen_async.batch.report.words import clock, href, initial, relative, span, text, when

__all__ = ["Page"]

# A browser is at ease with so many cards of each group, and so many bytes of pictures.
_CARDS = 2000
_PICTURES = 40_000_000
# The most frequent reasons are told.
_REASONS = 8

_LABELS = {
    Group.DONE: "Done",
    Group.FAILED: "Failed",
    Group.STOPPED: "Stopped",
    Group.WAITING: "Waiting",
}
_HINTS = {
    Group.FAILED: "Running it again would end the same way.",
    Group.STOPPED: "Run the batch again to go on.",
    Group.WAITING: "Not finished yet; run the batch again to go on.",
}


class Page:
    """Writes one page; a context manager, which drops what it has set aside.

    Args:
        file: where it goes.
        folder: the folder in which it will be; links are relative to it.
        currency: stands before amounts.
    """

    def __init__(self, file: TextIO, folder: Path, currency: str) -> None:
        self._file = file
        self._folder = folder
        self._currency = currency
        self._cards = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115
        self._shown: Counter[Group] = Counter()
        self._pictures = _PICTURES

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cards.close()

    def room(self, row: Row) -> bool:
        """Whether the page still shows jobs of this group."""
        return self._shown[row.group] < _CARDS

    def add(self, row: Row, poster: bytes | None) -> None:
        """Show a job, with a picture of any size where there is one."""
        self._shown[row.group] += 1
        picture = thumbnail(poster) if poster else None
        if picture is not None:
            self._pictures -= len(picture)
            picture = picture if self._pictures >= 0 else None
        self._cards.write(self._card(row, picture))

    def finish(self, totals: Totals, *, title: str, spent: float | None, at: float) -> None:
        """Write it all down."""
        style, script = _resource("report.css"), _resource("report.js")
        head, tail = _resource("report.html").split("<!-- cards -->")
        words = {
            "title": text(title),
            "when": text(when(totals, at)),
            "made": text(iso(at) or ""),
            "tiles": self._tiles(totals, spent),
            "bar": _bar(totals),
            "reasons": _reasons(totals),
            "filters": _filters(totals),
            "cut": _cut(totals, self._shown),
            "style": style,
            "script": script,
            "hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        }
        self._file.write(Template(head).substitute(words))
        self._cards.seek(0)
        shutil.copyfileobj(self._cards, self._file)
        self._file.write(Template(tail).substitute(words))

    def _card(self, row: Row, picture: bytes | None) -> str:
        name, group = text(row.name), row.group
        drawn = (
            f'<img src="{data_uri(picture)}" alt="" loading="lazy" decoding="async">'
            if picture
            else f'<span class="blank" aria-hidden="true">{text(initial(row.name))}</span>'
        )
        if row.seconds is not None:
            drawn += f'<span class="length">{clock(row.seconds)}</span>'
        hue = zlib.crc32(row.id.encode("utf-8", "replace")) % 360
        frame = f'class="poster" style="--hue:{hue}"'
        if group is Group.DONE and row.output is not None:
            link = text(href(row.output, self._folder))
            label = f"Play {name}"
            drawn = f'<a {frame} href="{link}" aria-label="{label}" data-plays>{drawn}</a>'
        else:
            drawn = f"<div {frame}>{drawn}</div>"
        facts = [f'<span class="badge {group}">{_LABELS[group]}</span>']
        if row.cost is not None:
            facts.append(f"<span>{text(self._money(row.cost))}</span>")
        if row.seconds is not None:
            facts.append(f'<span class="printed">{clock(row.seconds)}</span>')
        return (
            f'<li class="card" data-group="{group}">{drawn}<div class="body">'
            f'<h3 dir="auto">{name}</h3><p class="facts">{"".join(facts)}</p>'
            f"{_reason(row)}{_ids(row, self._folder)}</div></li>\n"
        )

    def _tiles(self, totals: Totals, spent: float | None) -> str:
        jobs, done = totals.jobs, totals.groups[Group.DONE]
        known = spent is not None or totals.priced > 0
        money = self._money(totals.cost if spent is None else spent) if known else "–"
        partly = spent is None and 0 < totals.priced < jobs
        rate = "–" if totals.rate is None else f"{totals.rate:,.0f}"
        mean = clock(totals.seconds / done) if done else "–"
        tiles = (
            ("Videos", f"{done:,}", f"of {jobs:,} jobs"),
            ("Footage", span(totals.seconds), f"{mean} on average"),
            (
                "Spent",
                money,
                f"known for {totals.priced:,} jobs" if partly else "by the price list",
            ),
            ("Duration", span(totals.elapsed), "first start to last end"),
            ("Rate", rate, "videos an hour"),
        )
        return "\n".join(
            f"<div><dt>{label}</dt><dd><strong>{text(value)}</strong>"
            f"<small>{text(note)}</small></dd></div>"
            for label, value, note in tiles
        )

    def _money(self, amount: float) -> str:
        # Nobody reads the cents of ten thousand.
        return f"{self._currency}{amount:,.{0 if amount >= 10_000 else 2}f}"


# --- pieces --------------------------------------------------------------------------------------


def _reason(row: Row) -> str:
    if row.group is Group.DONE or (row.error is None and row.message is None):
        return ""
    hint = _HINTS[row.group]
    error = f"<strong>{text(row.error)}</strong> " if row.error else ""
    message = text(row.message or "")
    return f'<p class="reason {row.group}" dir="auto">{error}{message} <em>{hint}</em></p>'


def _ids(row: Row, folder: Path) -> str:
    file = None if row.output is None else relative(row.output, folder)
    ids = [("File", file), ("Job", row.id), ("Video", row.video_id)]
    ids += [("Dialect", row.dialect)] if row.dialect != "v3" else []
    ids += [("Not said exactly", "; ".join(row.losses))] if row.losses else []
    return (
        '<dl class="ids">'
        + "".join(
            f"<div><dt>{label}</dt><dd>{text(value)}</dd></div>" for label, value in ids if value
        )
        + "</dl>"
    )


def _bar(totals: Totals) -> str:
    parts = [(group, totals.groups[group]) for group in Group if totals.groups[group]]
    told = ", ".join(f"{count:,} {_LABELS[group].lower()}" for group, count in parts)
    drawn = "".join(f'<i class="{group}" style="flex-grow:{count}"></i>' for group, count in parts)
    return f'<div class="bar" role="img" aria-label="{told or "no jobs"}">{drawn}</div>'


def _filters(totals: Totals) -> str:
    buttons = [("all", "All", totals.jobs)]
    buttons += [(str(group), _LABELS[group], totals.groups[group]) for group in Group]
    return "\n".join(
        f'<button type="button" class="{name}" data-filter="{name}"'
        f' aria-pressed="{"true" if name == "all" else "false"}">'
        f"{label} <span>{count:,}</span></button>"
        for name, label, count in buttons
        if count or name in ("all", Group.DONE, Group.FAILED)
    )


def _reasons(totals: Totals) -> str:
    if not totals.reasons:
        return ""
    rows = "".join(
        f'<li><a href="#filter={group}&amp;q={text(quote(error, safe=""))}">'
        f'<span class="badge {group}">{_LABELS[group]}</span> <b>{text(error)}</b>'
        f"<span>{count:,} {'job' if count == 1 else 'jobs'}</span></a></li>"
        for (error, group), count in totals.reasons.most_common(_REASONS)
    )
    return (
        '<section class="reasons" aria-labelledby="why"><h2 id="why">Why jobs did not finish</h2>'
        f"<ul>{rows}</ul></section>"
    )


def _cut(totals: Totals, shown: Counter[Group]) -> str:
    parts = [
        f"{shown[group]:,} of {totals.groups[group]:,} {_LABELS[group].lower()}"
        for group in Group
        if shown[group] < totals.groups[group]
    ]
    if not parts:
        return ""
    return (
        f'<p class="cut">This page shows {" and ".join(parts)} jobs. All of them are in'
        ' <a href="./results.csv">results.csv</a> and'
        ' <a href="./results.jsonl">results.jsonl</a>.</p>'
    )


def _resource(name: str) -> str:
    folder = resources.files("heygen_async.batch.report")
    return folder.joinpath(name).read_text(encoding="utf-8")
