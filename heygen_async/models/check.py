"""Checks of what users hand in: each names the field, the rule and the value."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from heygen_async.errors import InvalidInputError

__all__ = [
    "NOTHING_TO_SAY",
    "between",
    "callback",
    "encodable",
    "few",
    "filled",
    "https",
    "instance",
    "one_of",
    "openable",
    "path",
    "speakable",
    "split_address",
    "spoken",
    "text",
]

# All of C0 and C1 but tabs and the ends of lines.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")

NOTHING_TO_SAY = "must have a letter or a digit: there is nothing to speak in it"
"""The rule for scripts that are not ``speakable``."""

# The elements of SSML 1.1, which say how to speak and are not spoken themselves. Whatever else
# stands in angle brackets may be meant to be said.
_SSML = re.compile(
    r"</?(?:audio|break|desc|emphasis|lang|lexicon|lookup|mark|meta|metadata|p|phoneme|prosody|s"
    r"|say-as|speak|sub|token|voice|w)\b[^<>]*>",
    re.IGNORECASE,
)


def _where(owner: Any, attribute: Any) -> str:
    return f"{type(owner).__name__}.{attribute.name}"


def encodable(where: str, value: str) -> None:
    """Unicode that can be sent and written down.

    Half an emoji, from a text that was cut, is none; nor is the name of a file that is no text.
    """
    try:
        value.encode()
    except UnicodeEncodeError as error:
        rule = f"must be Unicode; its character {error.start + 1} is half of one"
        raise InvalidInputError.of(where, rule, value) from error


def openable(where: str, value: str) -> None:
    """Text that a file can be called: Unicode, without the null characters that no system takes."""
    encodable(where, value)
    if "\0" in value:
        raise InvalidInputError.of(where, "cannot hold a null character", value)


def path(owner: Any, attribute: Any, value: Any) -> None:
    """A string that a file can be called."""
    filled(owner, attribute, value)
    openable(_where(owner, attribute), value)


def filled(owner: Any, attribute: Any, value: Any) -> None:
    """A string with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidInputError.of(_where(owner, attribute), "must be a non-empty string", value)
    encodable(_where(owner, attribute), value)


def text(limit: int) -> Any:
    """A string of 1 to ``limit`` characters that are not all blank."""

    def check(owner: Any, attribute: Any, value: Any) -> None:
        filled(owner, attribute, value)
        if len(value) > limit:
            rule = f"must have at most {limit} characters (it has {len(value)})"
            raise InvalidInputError.of(_where(owner, attribute), rule, value)

    return check


def speakable(text: str) -> bool:
    """Whether a voice finds a letter or a digit in the text, of any language.

    HeyGen refuses the others as ``tts_text_invalid``, when the avatar has been paid for [error
    reference, read 2026-11-20].
    """
    return any(map(str.isalnum, _SSML.sub(" ", text)))


def spoken(owner: Any, attribute: Any, value: str) -> None:
    """Text that a voice can say.

    There is a word in it, and nothing that steers a machine, which no voice can say and which is
    pasted unseen.
    """
    if (found := _CONTROL.search(value)) is not None:
        rule = (
            f"must not contain the control character U+{ord(found[0]):04X} (its character"
            f" {found.start() + 1}); take it out"
        )
        raise InvalidInputError.of(_where(owner, attribute), rule, value)
    if not speakable(value):
        raise InvalidInputError.of(_where(owner, attribute), NOTHING_TO_SAY, value)


def between(low: float, high: float) -> Any:
    """A number from ``low`` to ``high``, both allowed."""

    def check(owner: Any, attribute: Any, value: Any) -> None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high:
            raise InvalidInputError.of(
                _where(owner, attribute), f"must be a number from {low:g} to {high:g}", value
            )

    return check


def one_of(words: Collection[str]) -> Any:
    """One of the words that are known today."""

    def check(owner: Any, attribute: Any, value: Any) -> None:
        if value not in words:
            rule = "must be one of " + ", ".join(repr(word) for word in words)
            raise InvalidInputError.of(_where(owner, attribute), rule, value)

    return check


def split_address(value: object) -> SplitResult | None:
    """The parts of an address, None if it is none, such as one whose bracket is never closed."""
    try:
        return urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        return None


def https(owner: Any, attribute: Any, value: Any) -> None:
    """An https address: HeyGen fetches it from outside, so it has to be public."""
    parts = split_address(value)
    if parts is None or parts.scheme != "https" or not parts.hostname:
        raise InvalidInputError.of(
            _where(owner, attribute), "must be a public https:// address", value
        )
    encodable(_where(owner, attribute), value)


def callback(owner: Any, attribute: Any, value: Any) -> None:
    """An address that is called: https, or on this very machine, where a simulator may run."""
    parts = split_address(value)
    local = parts is not None and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if parts is None or not (parts.scheme == "http" and local):
        https(owner, attribute, value)


def instance(kinds: tuple[type, ...]) -> Any:
    """A value of one of the types."""

    def check(owner: Any, attribute: Any, value: Any) -> None:
        if not isinstance(value, kinds):
            names = ", ".join(kind.__name__ for kind in kinds)
            raise InvalidInputError.of(_where(owner, attribute), f"must be one of {names}", value)

    return check


def few(kinds: tuple[type, ...], limit: int) -> Any:
    """A tuple of at most ``limit`` values of the types."""

    def check(owner: Any, attribute: Any, value: tuple[Any, ...]) -> None:
        for item in value:
            instance(kinds)(owner, attribute, item)
        if len(value) > limit:
            rule = f"must be at most {limit}"
            raise InvalidInputError.of(_where(owner, attribute), rule, len(value))

    return check
