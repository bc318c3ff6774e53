"""Directives that print what the dialects can do each, and where v2's calls went in v3."""

from __future__ import annotations

import attrs
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from heygen_async.api import ENDPOINTS
from heygen_async.backends.capabilities import CAPABILITIES, STOCK
from heygen_async.models.job import VideoOptions

# What agent.ai's stock avatars can do stands in a column of its own.
_OWN = attrs.evolve(
    CAPABILITIES["agentai"],
    avatars=CAPABILITIES["agentai"].avatars - STOCK.avatars,
    speeches=CAPABILITIES["v3"].speeches,
)
_CAN = {
    "HeyGen v3": CAPABILITIES["v3"],
    "HeyGen v2": CAPABILITIES["v2"],
    "agent.ai": _OWN,
    "agent.ai, stock avatars": STOCK,
}


class CapabilityTable(SphinxDirective):
    """The table of ``backends.capabilities``: a row for each thing that can be asked for."""

    def run(self) -> list[nodes.Node]:
        """A table."""
        rows = [
            _marked(kind.__name__, [kind in getattr(can, field) for can in _CAN.values()])
            for field in ("avatars", "speeches")
            for kind in _kinds(field)
        ]
        rows += [
            _marked(
                f"VideoOptions.{option.name}", [option.name in can.options for can in _CAN.values()]
            )
            for option in attrs.fields(VideoOptions)
        ]
        rows.append(_marked("Job.v2", [can.v2 for can in _CAN.values()]))
        return [_table([[nodes.Text("asked for")], *([nodes.Text(name)] for name in _CAN)], rows)]


class SuccessorTable(SphinxDirective):
    """What to call in place of each v1 and v2 operation."""

    def run(self) -> list[nodes.Node]:
        """A table, in the order of the families."""
        rows = [
            _row(
                [_code(f"{it.method} {it.path}")],
                [_code(it.successor)] if it.successor else [nodes.Text("nothing")],
            )
            for it in ENDPOINTS
            if it.dialect == "v2"
        ]
        return [_table([[nodes.Text("v1 and v2")], [nodes.Text("v3")]], rows)]


def _kinds(field: str) -> list[type]:
    """All kinds, those that most dialects take first."""
    taken = [kind for can in _CAN.values() for kind in getattr(can, field)]
    return sorted(set(taken), key=lambda kind: (-taken.count(kind), kind.__name__))


def _marked(word: str, marks: list[bool]) -> nodes.row:
    return _row([_code(word)], *([nodes.Text("yes" if mark else "")] for mark in marks))


def _table(head: list[list[nodes.Node]], rows: list[nodes.row]) -> nodes.table:
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", _row(*head))
    group += nodes.tbody("", *rows)
    return nodes.table("", group)


def _row(*cells: list[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))


def _code(word: str) -> nodes.literal:
    return nodes.literal("", word)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Announce the directives."""
    app.add_directive("capability-table", CapabilityTable)
    app.add_directive("successor-table", SuccessorTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
