"""A directive that prints what each word of a described person becomes in each dialect."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from heygen_async.backends.generated import TABLE, Said

_HEAD = ("word", "HeyGen v3", "HeyGen v2", "agent.ai")


class DescriptionTable(SphinxDirective):
    """The table of ``backends.generated``, a part for each field."""

    def run(self) -> list[nodes.Node]:
        """A heading and a table for each field."""
        found: list[nodes.Node] = []
        for field, words in TABLE.items():
            rows = [
                _row([_code(word)], _prompted(row.v3), _said(row.v2), _said(row.agentai))
                for word, row in words.items()
            ]
            group = nodes.tgroup(cols=len(_HEAD))
            group += [nodes.colspec(colwidth=1) for _ in _HEAD]
            group += nodes.thead("", _row(*([nodes.Text(name)] for name in _HEAD)))
            group += nodes.tbody("", *rows)
            found += [nodes.rubric("", field), nodes.table("", group)]
        return found


def _row(*cells: list[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))


def _prompted(text: str) -> list[nodes.Node]:
    return [_code(text)] if text else [nodes.Text("(not said)")]


def _said(said: Said) -> list[nodes.Node]:
    """The word; and where it is not quite what was asked for, what is said besides and why."""
    cell: list[nodes.Node] = [_code(said.word)]
    if said.text:
        cell += [nodes.Text(" and "), _code(said.text), nodes.Text(" in the text")]
    if said.reason:
        cell += [nodes.Text("; "), nodes.emphasis("", said.reason)]
    return cell


def _code(word: str) -> nodes.literal:
    return nodes.literal("", str(word))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Announce the directive."""
    app.add_directive("description-table", DescriptionTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
