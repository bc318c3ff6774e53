"""What the contract says about single fields, as validators that carry their numbers.

Each rule is a small frozen value, so the contract test can compare what we enforce with what
HeyGen publishes. Rules are about content only: types are checked by ``Request`` from the
annotations, and a value of the wrong type passes here to be reported there. ``None`` means "not
sent" and passes every rule. The functions below do the same for plain arguments of a call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

import attrs

from heygen_async.errors import InvalidInputError
from heygen_async.models.open_word import OpenWord
from heygen_async.transport.endpoint import may_be_id

__all__ = [
    "CALLBACK",
    "COLOUR",
    "ID",
    "SHA256",
    "URL",
    "Between",
    "Count",
    "Each",
    "Matches",
    "OneOf",
    "Rule",
    "Text",
    "WebAddress",
    "exactly_one",
    "identifier",
    "identifiers",
    "one_of",
    "page_size",
    "text",
    "word",
]

W = TypeVar("W", bound=OpenWord)


class Rule:
    """A validator for attrs that reports as ``InvalidInputError`` with class, field and rule."""

    def __call__(self, instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        """Check a field of an instance; None is "not sent" and passes."""
        if value is not None:
            self.check(f"{type(instance).__name__}.{attribute.name}", value)

    def check(self, where: str, value: Any) -> None:
        """Raise InvalidInputError unless the value, called ``where``, keeps the rule."""
        raise NotImplementedError


@attrs.frozen
class Text(Rule):
    """So many characters, and not only white space; newlines count as characters."""

    least: int = 1
    most: int | None = None

    def check(self, where: str, value: Any) -> None:
        """See ``Rule``."""
        if not isinstance(value, str):
            return
        if self.least and not value.strip():
            raise InvalidInputError.of(where, "must not be empty", value)
        if len(value) < self.least or (self.most is not None and len(value) > self.most):
            raise InvalidInputError.of(where, f"must have {self._span}", value)

    @property
    def _span(self) -> str:
        if self.most is None:
            return f"at least {self.least} characters"
        return f"{self.least} to {self.most} characters"


@attrs.frozen
class Matches(Rule):
    """Text of a form, which is described in words."""

    pattern: str
    form: str

    def check(self, where: str, value: Any) -> None:
        """See ``Rule``."""
        if isinstance(value, str) and re.fullmatch(self.pattern, value) is None:
            raise InvalidInputError.of(where, f"must be {self.form}", value)


@attrs.frozen
class Between(Rule):
    """A number within bounds, both included unless ``above`` excludes the lower one."""

    low: float | None = None
    high: float | None = None
    above: bool = False
    step: int | None = None

    def check(self, where: str, value: Any) -> None:
        """See ``Rule``."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return
        under = self.low is not None and (value <= self.low if self.above else value < self.low)
        over = self.high is not None and value > self.high
        if under or over or (self.step is not None and value % self.step):
            raise InvalidInputError.of(where, f"must be {self._span}", value)

    @property
    def _span(self) -> str:
        low = "" if self.low is None else f"{'above' if self.above else 'at least'} {self.low:g}"
        high = "" if self.high is None else f"at most {self.high:g}"
        step = "" if self.step is None else f"a multiple of {self.step}"
        return " and ".join(part for part in (low, high, step) if part)


@attrs.frozen
class Count(Rule):
    """So many items."""

    least: int = 0
    most: int | None = None

    def check(self, where: str, value: Any) -> None:
        """See ``Rule``."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            return
        if len(value) < self.least or (self.most is not None and len(value) > self.most):
            most = "or more" if self.most is None else f"to {self.most}"
            raise InvalidInputError.of(where, f"must have {self.least} {most} items", len(value))


@attrs.frozen
class Each(Rule):
    """A rule for every item of a sequence."""

    rule: Rule

    def check(self, where: str, value: Any) -> None:
        """See ``Rule``."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            return
        for index, item in enumerate(value):
            self.rule.check(f"{where}[{index}]", item)


@attrs.frozen
class OneOf(Rule):
    """One of a few values; for closed lists only, open ones are an ``OpenWord``."""

    values: tuple[Any, ...]

    def check(self, where: str, value: Any) -> None:
        """See ``Rule``."""
        if isinstance(value, bool) or value not in self.values:
            said = ", ".join(str(choice) for choice in self.values)
            raise InvalidInputError.of(where, f"must be one of {said}", value)


@attrs.frozen
class WebAddress(Rule):
    """An absolute http(s) address; ``secure`` wants https, except for this very machine."""

    secure: bool = False

    def check(self, where: str, value: Any) -> None:
        """See ``Rule``."""
        if not isinstance(value, str):
            return
        try:
            parts = urlsplit(value)
            host = parts.hostname
        except ValueError:
            parts, host = urlsplit(""), None
        blank = any(character.isspace() for character in value)
        if parts.scheme not in {"http", "https"} or not host or blank:
            raise InvalidInputError.of(where, "must be an http(s) address", _shown(value))
        if self.secure and parts.scheme != "https" and not _loopback(host):
            raise InvalidInputError.of(where, "must be an https address", _shown(value))


ID = Text(1)
URL = WebAddress()
CALLBACK = WebAddress(secure=True)
COLOUR = Matches(r"#[0-9A-Fa-f]{6}", "a colour such as #1a2b3c")
SHA256 = Matches(r"[0-9A-Fa-f]{64}", "a SHA-256 in 64 hexadecimal digits")


def identifier(where: str, value: object) -> str:
    """The id, if it can be one.

    Raises:
        InvalidInputError: it is empty, a path, or no string.
    """
    if not may_be_id(value):
        raise InvalidInputError.of(where, "must be a non-empty id", value)
    return value


def identifiers(where: str, values: Sequence[str], *, most: int | None = None) -> list[str]:
    """The ids, each checked; a lone string is refused, for it would be read as many ids.

    Raises:
        InvalidInputError: no list, too many, an empty one, or one with a comma, which would turn
            into two where ids are joined by commas.
    """
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise InvalidInputError.of(where, "must be a list of ids", values)
    if most is not None and len(values) > most:
        raise InvalidInputError.of(where, f"must have at most {most} items", len(values))
    for index, value in enumerate(values):
        if "," in identifier(f"{where}[{index}]", value):
            raise InvalidInputError.of(f"{where}[{index}]", "must be one id", value)
    return list(values)


def page_size(value: int | None, most: int) -> int | None:
    """The number of items a page may have, None for the server's own choice.

    Raises:
        InvalidInputError: not a whole number from 1 to ``most``.
    """
    if value is None:
        return None
    if type(value) is not int or not 1 <= value <= most:
        raise InvalidInputError.of("limit", f"must be a whole number from 1 to {most}", value)
    return value


def text(where: str, value: str, least: int = 1, most: int | None = None) -> str:
    """The text, if it has the right length.

    Raises:
        InvalidInputError: no text, or too short or long.
    """
    if not isinstance(value, str):
        raise InvalidInputError.of(where, "must be text", value)
    Text(least, most).check(where, value)
    return value


def word(words: type[W], where: str, value: W | str | None) -> str | None:
    """The word, if it is known, or deliberately made: ``Words("tomorrow's")``.

    Raises:
        InvalidInputError: a plain string that is not among the known words; they are listed.
    """
    if value is None or isinstance(value, words):
        return value
    return str(one_of(where, value, words.words()))


def one_of(where: str, value: object, choices: Sequence[str]) -> object:
    """The value, if it is one of the choices.

    Raises:
        InvalidInputError: it is not; the choices are listed.
    """
    if isinstance(value, str) and str(value) in choices:
        return value
    raise InvalidInputError.of(where, f"must be one of {', '.join(choices)}", value)


def exactly_one(where: str, fields: Mapping[str, object], *, least: int = 1) -> None:
    """Check that one of the fields is set, or with ``least=0`` that no two are.

    Raises:
        InvalidInputError: none or several are.
    """
    given = [name for name, value in fields.items() if value is not None]
    if len(given) > 1 or len(given) < least:
        often = "exactly" if least else "at most"
        shown = " and ".join(given) if given else "none of them"
        said = ", ".join(fields)
        raise InvalidInputError(
            f"{where} needs {often} one of {said}, not {shown}",
            field=where,
            rule=f"{often} one of {said}",
            value=shown,
        )


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(value: str) -> str:
    """The address without its query, which may be signed."""
    return value.partition("?")[0]
