"""What the reference prints from the code itself, so that it cannot say anything else.

Directives, of which the first three belong into ``eval-rst``:

``family``: a family's calls, then the values they take and give.
``names``: public names, or all that the modules named define.
``classes``: the classes in the ``__all__`` of a module, but for those excepted.
``replay-table``: ``heygen_async.api.ENDPOINTS``, a row for each.
``shell-help``: the help of every command.

A literal that is a public name becomes a link to it, in guides and docstrings alike. And two checks
that warn, which ends the build: a public name that no page documents, and a word in a docstring
that looks like one of our errors and is none.
"""

from __future__ import annotations

import builtins
import inspect
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from importlib import import_module
from types import UnionType
from typing import Any, ClassVar

import click
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment
from sphinx.errors import NoUri
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata

import heygen_async
from heygen_async.api import ENDPOINTS, FAMILIES, family
from heygen_async.api.values import Request, Resource
from heygen_async.cli.app import cli

_LOGGER = logging.getLogger(__name__)

# Modules whose ``__all__`` is public beside that of the package.
_DOORS = ("heygen_async.errors", "heygen_async.webhooks", "heygen_async.simulator")

_WORDS = "Words"
_HEADINGS = ("Requests", "Answers", "Choices", _WORDS, "Values")


# --- names ---------------------------------------------------------------------------------------


class Names(SphinxDirective):
    """The public names in the arguments, or in modules, named from the package on."""

    required_arguments = 1
    optional_arguments = 99
    option_spec: ClassVar[dict[str, Any]] = {"flat": directives.flag}

    def run(self) -> list[nodes.Node]:
        """The nodes of all of them."""
        return self._parsed(list(self._lines(self.arguments)))

    def _lines(self, wanted: list[str]) -> Iterator[str]:
        groups: dict[str, list[tuple[str, str]]] = {heading: [] for heading in _HEADINGS}
        for name, home in self._found(wanted):
            groups[_heading(getattr(heygen_async, name))].append((name, home))
        for heading, found in groups.items():
            if found and "flat" not in self.options:
                yield from (f".. rubric:: {heading}", "")
            for name, home in sorted(found):
                yield from _documented(name, home)

    def _found(self, wanted: list[str]) -> Iterator[tuple[str, str]]:
        """Public names, each with the module that defines it."""
        public = set(heygen_async.__all__)
        for word in wanted:
            if word in public:
                yield word, getattr(heygen_async, word).__module__
                continue
            home = f"heygen_async.{word}"
            module = import_module(home)
            # A family may be called as a value elsewhere is: audio's Audio is not the job's.
            names = [
                name
                for name in module.__all__
                if name in public and getattr(module, name) is getattr(heygen_async, name)
            ]
            if not names:
                raise self.error(f"{word} is no public name, and no module with one")
            yield from ((name, home) for name in names)

    def _parsed(self, lines: list[str]) -> list[nodes.Node]:
        container = nodes.container()
        content = StringList(lines, source=f"<{self.name} {' '.join(self.arguments)}>")
        self.state.nested_parse(content, self.content_offset, container)
        return list(container.children)


class Family(Names):
    """A family of calls by its name on the client, and the names of its modules in ``api.v3``."""

    option_spec: ClassVar[dict[str, Any]] = {"values": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """The nodes of the class, and then of its values."""
        module, cls = FAMILIES[self.arguments[0]]
        values = [f"api.v3.{home}" for home in self.options.get("values", "").split()]
        lines = [
            f".. autoclass:: {module}.{cls}",
            "   :members:",
            "   :inherited-members: object",
            "   :exclude-members: kinds, look",
            "   :no-index-entry:",
            "",
            *self._lines(values),
        ]
        return self._parsed(lines)


class Classes(Names):
    """The public classes of one module, in the order of its ``__all__``."""

    option_spec: ClassVar[dict[str, Any]] = {"except": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """The nodes of all of them."""
        door = self.arguments[0]
        lines: list[str] = []
        for name in import_module(door).__all__:
            value = getattr(import_module(door), name)
            if inspect.isclass(value) and name not in self.options.get("except", "").split():
                public = "heygen_async" if name in heygen_async.__all__ else door
                lines += [f".. autoclass:: {public}.{name}", "   :members:"]
                lines += ["   :show-inheritance:"] if issubclass(value, Exception) else []
                lines += [""]
        return self._parsed(lines)


def _heading(value: Any) -> str:
    if isinstance(value, UnionType):
        return "Choices"
    if issubclass(value, Enum):
        return _WORDS
    if issubclass(value, Request):
        return "Requests"
    return "Answers" if issubclass(value, Resource) else "Values"


def _documented(name: str, home: str) -> list[str]:
    value = getattr(heygen_async, name)
    if isinstance(value, UnionType):
        analyzer = ModuleAnalyzer.for_module(home)
        told = analyzer.find_attr_docs().get(("", name), [])
        return [
            f".. py:type:: heygen_async.{name}",
            f"   :canonical: {' | '.join(part.__name__ for part in value.__args__)}",
            "",
            *(f"   {line}" for line in told),
            "",
        ]
    words = ["   :undoc-members:"] if issubclass(value, Enum) else []
    return [f".. autoclass:: heygen_async.{name}", "   :members:", *words, ""]


def _shorter(
    app: Sphinx, what: str, name: str, value: Any, options: Any, signature: str | None, gives: str
) -> tuple[str, str] | None:
    """A signature without what nobody writes: how errors, families and interfaces are made."""
    if signature is None:
        return None
    if inspect.isclass(value):
        interface = getattr(value, "_is_protocol", False)
        if interface or issubclass(value, BaseException | family.Family):
            return "", ""
    # What attrs makes anew each time, and what has no spelling.
    return re.sub(r"\bNOTHING\b|<[^<>]+>", "...", signature), gives


# --- tables and help -----------------------------------------------------------------------------


class ReplayTable(SphinxDirective):
    """Every endpoint: what it is, and what is done when its answer is lost."""

    _HEAD = ("operation", "request", "replay", "scope")

    def run(self) -> list[nodes.Node]:
        """A table for each dialect."""
        found: list[nodes.Node] = []
        for dialect in dict.fromkeys(endpoint.dialect for endpoint in ENDPOINTS):
            rows = sorted(
                (e.operation, f"{e.method} {e.path}", e.replay.name, e.scope.name)
                for e in ENDPOINTS
                if e.dialect == dialect
            )
            found += [nodes.rubric("", f"{dialect}: {len(rows)} operations")]
            found += [table(self._HEAD, rows)]
        return found


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> nodes.table:
    """A table of words, each set as code."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", _row([nodes.Text(word) for word in head]))
    group += nodes.tbody("", *(_row([nodes.literal("", word) for word in row]) for row in rows))
    return nodes.table("", group, classes=["colwidths-auto"])


def _row(cells: list[Any]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


class ShellHelp(SphinxDirective):
    """What ``--help`` says, of the program and of each of its commands."""

    def run(self) -> list[nodes.Node]:
        """A heading and a block for each."""
        found: list[nodes.Node] = []
        for words, command in _commands(("heygen-async",), cli):
            title = " ".join(words)
            section = nodes.section("", nodes.title("", title), ids=[nodes.make_id(title)])
            context = click.Context(command, info_name=title, max_content_width=88)
            section += nodes.literal_block("", command.get_help(context), language="text")
            found.append(section)
        return found


def _commands(
    words: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from _commands((*words, name), child)


# --- links and checks ----------------------------------------------------------------------------


def _links(env: BuildEnvironment) -> dict[str, str]:
    """What may stand in a literal, and which documented object it means."""
    documented = _python(env).objects
    links = {name.removeprefix("heygen_async."): name for name in documented}
    for attribute, (module, cls) in FAMILIES.items():
        whole = f"{module}.{cls}"
        links[f"heygen.{attribute}"] = whole
        for name in documented:
            if name.startswith(f"{whole}."):
                method = name.removeprefix(f"{whole}.")
                links[f"heygen.{attribute}.{method}"] = links[f"{attribute}.{method}"] = name
    for door in _DOORS:
        names = import_module(door).__all__
        links |= {name: f"{door}.{name}" for name in names if f"{door}.{name}" in documented}
    return {text: name for text, name in links.items() if name in documented}


def _link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn literals that are public names into links."""
    objects, links = _python(app.env).objects, _links(app.env)
    for literal in list(doctree.findall(nodes.literal)):
        text = literal.astext().removesuffix("()")
        name = links.get(text)
        if name is None:
            if re.fullmatch(r"[A-Z]\w+Error", text) and not hasattr(builtins, text):
                _LOGGER.warning("there is no error %s", text, location=literal)
            continue
        if isinstance(literal.parent, nodes.reference | nodes.title):
            continue
        entry = objects[name]
        try:
            link = make_refnode(
                app.builder, docname, entry.docname, entry.node_id, literal.deepcopy(), name
            )
        except NoUri:
            continue
        literal.replace_self(link)


def _complete(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of each public name that no page documents."""
    documented = _python(env).objects
    for door in ("heygen_async", *_DOORS):
        for name in import_module(door).__all__:
            value = getattr(import_module(door), name)
            if not (inspect.isclass(value) or isinstance(value, UnionType) or callable(value)):
                continue
            if f"{door}.{name}" not in documented:
                _LOGGER.warning("%s.%s is public, and no page documents it", door, name)


def _python(env: BuildEnvironment) -> PythonDomain:
    return env.domains.python_domain


def setup(app: Sphinx) -> ExtensionMetadata:
    """Announce the directives and the hooks."""
    app.add_directive("names", Names)
    app.add_directive("family", Family)
    app.add_directive("classes", Classes)
    app.add_directive("replay-table", ReplayTable)
    app.add_directive("shell-help", ShellHelp)
    app.connect("autodoc-process-signature", _shorter)
    app.connect("doctree-resolved", _link)
    app.connect("env-check-consistency", _complete)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
