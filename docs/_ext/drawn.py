"""The machine's drawing, from its own words: ``machine.diagram()`` as an SVG, and as it is.

The phases stand on an ellipse, in an order that keeps the usual way through them on its upper
half. Each arrow is bent to its left, so that two phases that lead to each other have two arrows.
The colours are those of the page, in light and in dark.
"""

from __future__ import annotations

import math
import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from heygen_async.pipeline.machine import diagram

_ORDER = ("READY", "SUBMITTING", "SETTLING", "DONE", "FAILED", "UNCERTAIN")
_WIDTH, _HEIGHT = 860, 600
_BOX = (62.0, 20.0)
_BEND = 0.13
_ARROW = re.compile(r"^    (\w+) --> (\w+): (.+)$", re.MULTILINE)

_Point = tuple[float, float]


class MachineDrawing(SphinxDirective):
    """An SVG of the machine."""

    def run(self) -> list[nodes.Node]:
        """The drawing, where the output can show one."""
        return [nodes.raw("", drawing(), format="html")]


class MachineMermaid(SphinxDirective):
    """The machine's words for its drawing."""

    def run(self) -> list[nodes.Node]:
        """A block of them."""
        return [nodes.literal_block("", diagram(), language="text")]


def drawing() -> str:
    """The diagram as an SVG element."""
    arrows = _ARROW.findall(diagram())
    named = {name for start, end, _ in arrows for name in (start, end)}
    places = {name: _place(index) for index, name in enumerate(_ORDER)}
    if named != set(places):
        raise ValueError(f"the machine has other phases than its drawing: {named ^ set(places)}")
    told = "; ".join(f"from {start} to {end} by {label}" for start, end, label in arrows)
    return "\n".join(
        [
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" style="max-width:100%"'
            ' font-family="sans-serif" font-size="13">',
            f"<title>The life of a step: {escape(told)}</title>",
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8"'
            ' markerHeight="8" orient="auto-start-reverse">'
            '<path d="M0 1 L10 5 L0 9 z" fill="currentColor"/></marker></defs>',
            *(_arrow(places[start], places[end]) for start, end, _ in arrows),
            *(_label(places[start], places[end], label) for start, end, label in arrows),
            *(_box(name, place) for name, place in places.items()),
            "</svg>",
        ]
    )


def _place(index: int) -> _Point:
    angle = math.pi - index * math.tau / len(_ORDER)
    x = _WIDTH / 2 + 0.4 * _WIDTH * math.cos(angle)
    return x, _HEIGHT / 2 - 0.38 * _HEIGHT * math.sin(angle)


def _curve(start: _Point, end: _Point) -> tuple[_Point, _Point, _Point]:
    """Where an arrow begins, what bends it, and where it ends, at the edges of the boxes."""
    (x0, y0), (x1, y1) = start, end
    bend = (
        (x0 + x1) / 2 + _BEND * 2 * (y1 - y0),
        (y0 + y1) / 2 - _BEND * 2 * (x1 - x0),
    )
    return _edge(start, bend), bend, _edge(end, bend)


def _edge(centre: _Point, towards: _Point) -> _Point:
    dx, dy = towards[0] - centre[0], towards[1] - centre[1]
    share = min(
        (size + 3) / abs(d) if d else math.inf for size, d in zip(_BOX, (dx, dy), strict=True)
    )
    return centre[0] + dx * share, centre[1] + dy * share


def _arrow(start: _Point, end: _Point) -> str:
    if start == end:
        x, y = start[0], start[1] - _BOX[1] - 3
        ends, bends = (x - 22, x + 22), (x - 40, x + 40)
        path = f"M{ends[0]:.0f} {y:.0f} C{bends[0]:.0f} {y - 46:.0f} {bends[1]:.0f} {y - 46:.0f}"
        path += f" {ends[1]:.0f} {y:.0f}"
    else:
        (ax, ay), (bx, by), (cx, cy) = _curve(start, end)
        path = f"M{ax:.0f} {ay:.0f} Q{bx:.0f} {by:.0f} {cx:.0f} {cy:.0f}"
    look = 'fill="none" stroke="currentColor" opacity="0.55" marker-end="url(#tip)"'
    return f'<path d="{path}" {look}/>'


def _label(start: _Point, end: _Point, label: str) -> str:
    if start == end:
        x, y = start[0], start[1] - _BOX[1] - 42
    else:
        (ax, ay), (bx, by), (cx, cy) = _curve(start, end)
        at = 0.36
        x, y = (
            (1 - at) ** 2 * a + 2 * at * (1 - at) * b + at**2 * c
            for a, b, c in ((ax, bx, cx), (ay, by, cy))
        )
    return (
        f'<text x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle" fill="currentColor"'
        ' stroke="var(--color-background-primary, white)" stroke-width="5" paint-order="stroke">'
        f"{escape(label)}</text>"
    )


def _box(name: str, place: _Point) -> str:
    (x, y), (width, height) = place, _BOX
    return (
        f'<rect x="{x - width:.0f}" y="{y - height:.0f}" width="{2 * width:.0f}"'
        f' height="{2 * height:.0f}" rx="8" stroke="currentColor"'
        ' fill="var(--color-background-secondary, #f4f4f4)"/>'
        f'<text x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle" font-weight="bold"'
        f' fill="currentColor">{name}</text>'
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Announce the directives."""
    directives: dict[str, Any] = {
        "machine-drawing": MachineDrawing,
        "machine-mermaid": MachineMermaid,
    }
    for name, directive in directives.items():
        app.add_directive(name, directive)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
