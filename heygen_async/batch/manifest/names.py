"""Names of output files: inside their folder, and possible on every system that may get them.

A name is relative, with ``/`` between folders. No part of it can climb (``..``), hide (a leading
dot), or be something else on Windows (drive letters, ``CON``, trailing dots and spaces) or on a
screen (control characters). Folders do not end like videos, so no name is a file in one row and a
folder in another. Only the text is looked at: a symbolic link that stands in the output folder is
its owner's.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata

from heygen_async.errors import InvalidInputError

__all__ = ["checked", "collision_key", "default_name", "digest", "suffix_of"]

COMPONENT_LIMIT = 200
"""Bytes in UTF-8; file systems take 255, and a download in progress needs a few more."""

NAME_LIMIT = 1000

_OTHER_VIDEOS = (".mov", ".avi", ".mkv", ".m4v", ".gif", ".mpg", ".mpeg", ".wmv")
_ODD = frozenset('\\<>:"|?*')
# "Naming Files, Paths, and Namespaces", Windows documentation, as of 2026-11.
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])[ ]*(\..*)?", re.I)
_JOINERS = "\u200c\u200d"  # Persian needs one, emoji the other.
_NEVER = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

_SLUG_BYTES = 48
_SLUG_SOURCE = 120
# What nearly all names are, and there is nothing against.
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9 _-]*\.(mp4|webm)", re.ASCII)
_PLAIN_ID = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def suffix_of(name: str) -> str | None:
    """The video format a name ends with, ``mp4`` or ``webm``; None if it says none."""
    end = name[-5:].lower()
    if end.endswith(".mp4"):
        return "mp4"
    return "webm" if end == ".webm" else None


def checked(name: str, format: str) -> str:  # noqa: A002 - as the column is called
    """The name, safe, in NFC, and ending as its format does.

    Args:
        name: as it stands in the manifest, its templates filled in.
        format: ``mp4`` or ``webm``.

    Raises:
        InvalidInputError: it could leave its folder, or is no possible name everywhere.
    """
    if not name.isascii():
        name = unicodedata.normalize("NFC", name)
    suffix = suffix_of(name)
    if suffix != format:
        if suffix is not None or name.lower().endswith(_OTHER_VIDEOS):
            raise _refusal(f"must end with .{format}, as the format does")
        name = f"{name}.{format}"
    if len(name.encode("utf-8", "replace")) > NAME_LIMIT:
        raise _refusal(f"must have at most {NAME_LIMIT} bytes")
    if len(name) <= COMPONENT_LIMIT and _PLAIN.fullmatch(name) and not _RESERVED.fullmatch(name):
        return name
    *folders, _ = parts = name.split("/")
    for part in parts:
        _check_part(part)
    if any(suffix_of(folder) for folder in folders):
        raise _refusal("must not have folders that end with .mp4 or .webm")
    return name


def collision_key(name: str) -> str:
    """Equal for names that are one file where case or composition of letters makes none apart."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def default_name(job_id: str | None, about: str, content: str, format: str) -> str:  # noqa: A002
    """A name that stays the same however rows are moved.

    Args:
        job_id: the row's id; with one, the name is ``ID--slug``.
        about: what the slug is made of.
        content: a digest of the row, for rows without an id: ``slug-digest``.
        format: ``mp4`` or ``webm``.
    """
    slug = _slug(about) or "video"
    if job_id is None:
        return f"{slug}-{content}.{format}"
    if not _PLAIN_ID.fullmatch(job_id) or len(job_id) > _SLUG_BYTES:
        job_id = f"{_slug(job_id) or 'id'}-{digest(job_id)}"
    return f"{job_id}--{slug}.{format}"


def digest(text: str) -> str:
    """Ten letters and digits (50 bits) for a text, the same on every machine."""
    data = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=7).digest()
    return base64.b32encode(data)[:10].decode("ascii").lower()


def _check_part(part: str) -> None:
    if not part:
        raise _refusal("must be relative, with a name between every two /")
    if part.startswith((".", " ")) or part[-1] in ". ":
        raise _refusal("must not have parts that begin or end with a dot or a space")
    if not part.isascii() or not part.isprintable():
        for character in part:
            if unicodedata.category(character) in _NEVER and character not in _JOINERS:
                raise _refusal(f"must not contain the character U+{ord(character):04X}")
    if odd := _ODD.intersection(part):
        raise _refusal("must not contain " + " ".join(sorted(odd)))
    if _RESERVED.fullmatch(part):
        raise _refusal(f"must not use {part.split('.')[0]}, a device's name on Windows")
    if len(part.encode()) > COMPONENT_LIMIT:
        raise _refusal(f"must have at most {COMPONENT_LIMIT} bytes between two /")


def _slug(text: str) -> str:
    text = text[:_SLUG_SOURCE].lower()
    if text.isascii():
        return _NOT_PLAIN.sub("-", text)[:_SLUG_BYTES].strip("-")
    kept = "".join(
        character if unicodedata.category(character)[0] in "LNM" else "-"
        for character in unicodedata.normalize("NFC", text)
    )
    shorter = re.sub("-+", "-", kept).encode()[:_SLUG_BYTES].decode("utf-8", "ignore")
    return unicodedata.normalize("NFC", shorter).strip("-")


def _refusal(rule: str) -> InvalidInputError:
    return InvalidInputError(rule, rule=rule)
