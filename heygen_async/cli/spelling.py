"""The library's words for the parts of a job, as they are typed in the shell.

The models name their fields when they refuse a value: ``Script.speed must be ...``. Whoever typed
``--voice-speed`` has never seen that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from heygen_async.errors import InvalidInputError

__all__ = ["as_typed", "translated", "typed"]

# A field, or a class for those of its fields that are not named here.
_OPTIONS = {
    "AnimatedImage": "PHOTO",
    "Article": "--article",
    "Audio": "--audio",
    "Background": "--background",
    "Job.avatar": "PHOTO",
    "Job.options.background.image": "--background",
    "Job.options.watermark.image": "--watermark",
    "Job.speech": "--audio",
    "Look": "--look",
    "Motion": "--v2-motion",
    "NewLook": "--new-look",
    "Photo": "PHOTO",
    "Prompt": "--prompt",
    "Script.text": "--script",
    "Script.speed": "--voice-speed",
    "Script.voice_id": "--voice",
    "StockAvatar": "--stock",
    "Topic": "--topic",
    "V2Options.engine": "--v2-engine",
    "V2Options.motion": "--v2-motion",
    "VideoOptions.motion_prompt": "--motion",
    "VideoOptions.output_format": "--format",
    "Watermark": "--watermark",
}
# Of these, each other field is called like its option.
_SAME = ("Script", "VideoOptions", "V2Options")

# What gives a job these.
_CHOICES = {
    "AnimatedImage": "--animate",
    "Article": "--article",
    "Audio": "--audio",
    "GeneratedPhoto": "--generate",
    "Look": "--look",
    "Photo": "PHOTO",
    "Prompt": "--prompt",
    "Script": "--script",
    "StockAvatar": "--stock",
    "Topic": "--topic",
}
_CHOICE = re.compile(rf"\b(?:an? )?({'|'.join(_CHOICES)})\b")
_ONE_OF = " must be one of"
_IN_RULES = {
    r"\bdialect='(\w+)'": r"--dialect \1",
    r"\boutput_format '(\w+)'": r"--format \1",
}
_OBJECT = re.compile(r"[A-Z]\w+\(")


@contextmanager
def as_typed() -> Iterator[None]:
    """Whatever the block refuses is named as it was typed.

    Raises:
        InvalidInputError: the same, in other words.
    """
    try:
        yield
    except InvalidInputError as error:
        spelt = translated(error)
        if spelt is error:
            raise
        raise spelt from error


def translated(error: InvalidInputError) -> InvalidInputError:
    """The same refusal as it was typed; itself where it is not the models' own."""
    field = error.field or ""
    option = _option(field)
    # Only a message that begins with the field is a sentence of the models.
    if option is None or not error.message.startswith(field):
        return error
    if error.message.startswith(f"{field}{_ONE_OF}") and field.startswith("Job."):
        option = f"the {field.removeprefix('Job.')}"
    return typed(error, option)


def typed(error: InvalidInputError, option: str) -> InvalidInputError:
    """The same refusal, of an option instead of a field."""
    rest = error.message.removeprefix(error.field or "")
    if error.value is not None and _OBJECT.match(error.value):
        rest = rest.removesuffix(f", not {error.value}")
    for words, instead in _IN_RULES.items():
        rest = re.sub(words, instead, rest)
    if not rest.startswith(": "):  # There, the names of files follow.
        rest = _CHOICE.sub(lambda found: _CHOICES[found[1]], rest)
    return InvalidInputError(f"{option}{rest}", field=option, rule=error.rule, value=error.value)


def _option(field: str) -> str | None:
    kind, _, name = field.rpartition(".")
    if kind in _SAME and field not in _OPTIONS:
        return f"--{name.replace('_', '-')}"
    return _OPTIONS.get(field) or _OPTIONS.get(kind)
