"""The library's words for parts of a job as they were typed: as options, or columns of a manifest.

The models name their fields when they refuse a value: ``Script.speed must be ...``. Whoever typed
``--voice-speed``, or filled a column ``speed``, has never seen that name. What a journal has
written down is in the library's words, too, and is spelt when it is shown.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import attrs

from heygen_async.batch.begun import Begun
from heygen_async.batch.manifest.columns import COLUMNS
from heygen_async.batch.manifest.judging import KINDS, column_of
from heygen_async.errors import HeyGenError, InvalidInputError
from heygen_async.models.job import Job
from heygen_async.pipeline.records import Record

__all__ = ["OPTIONS", "Spelling", "as_typed", "columns", "spelt", "typed", "words_of"]

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

# What gives a job these, as an option and as a column.
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
    "V2Options": "HeyGen v2's options",
}
_COLUMNS = KINDS | {"V2Options": "the v2 columns"}
_FIELD = re.compile(r"(?:Job(?:\.\w+)+|[A-Z]\w+\.\w+)(?:\[\d+\])?")
# One that is spoken of further on.
_MENTIONED = re.compile(rf"\b(?:{'|'.join(_SAME)})\.[a-z]\w*")
_CHOICE = re.compile(rf"\b(?:an? )?({'|'.join(_CHOICES)})\b")
_ONE_OF = " must be one of"
# What is said in Python, whoever says it.
_ANYWHERE = {
    r"\bdialect='(\w+)'": r"--dialect \1",
    r"\boutput_format '(\w+)'": r"--format \1",
    r", or say allow_insecure=True\b": "",
    r", or allow more with max_answer_bytes\b": "",
    r"\bbase_url\b": "--base-url",
    r"^There can be no default for\b": "--default: there can be none for",
    r"\bgive its encoding\b": "give its --encoding",
    r", set the address of a simulator, or pass a poll policy\b": (
        ", or set the address of a simulator"
    ),
    r"\bResume with a larger budget to go on\b": "A larger --budget goes on",
    r"\bretry \(--retry-failed\)": "`heygen-async resume JOURNAL --retry-failed`",
    r"\bCall again within 20 hours under the same idempotency key \S+": (
        "Resume within 20 hours: it is asked for under the same key, and charged once"
    ),
}
_OBJECT = re.compile(r", not [A-Z]\w+\(.*\)$", re.DOTALL)


@attrs.frozen
class Spelling:
    """How the parts of a job are called.

    Attributes:
        name: the word for a field of the models; None where it has none.
        kinds: the words for what gives a job one of them.
        engine: what chooses between v2's two ways to a video.
    """

    name: Callable[[str], str | None]
    kinds: Mapping[str, str]
    engine: str

    def sentence(self, message: str) -> str:
        """The message in these words; as it is where there is nothing of the models in it."""
        word, rest = self.parted(message)
        return rest if word is None else f"{word}{rest}"

    def parted(self, message: str) -> tuple[str | None, str]:
        """What a refusal of the models is about, and the rest of it; None for anything else."""
        found = _FIELD.match(message)
        word = None if found is None else self.name(found[0])
        # Only a message that begins with the field is a sentence of the models; others may be
        # HeyGen's, and speak of a photo as everybody does.
        if found is None or word is None:
            return None, self._reworded(message)
        rest = _OBJECT.sub("", message[found.end() :])
        if rest.startswith(_ONE_OF) and found[0] in ("Job.avatar", "Job.speech"):
            word = f"the {found[0].removeprefix('Job.')}"
        rest = self._reworded(rest)
        if not rest.startswith(": "):  # There, the names of files follow.
            rest = _CHOICE.sub(lambda choice: self.kinds[choice[1]], rest)
        return word, rest

    def error(self, error: HeyGenError) -> HeyGenError:
        """The same error in these words; itself where they are the same."""
        word, rest = self.parted(error.message)
        message = rest if word is None else f"{word}{rest}"
        if message == error.message:
            return error
        told = copy.copy(error)
        told.args = (message, *error.args[1:])
        if word is not None and isinstance(told, InvalidInputError):
            told.field = word
        return told

    def _reworded(self, text: str) -> str:
        text = re.sub(r"\bV2Options\(engine='(\w+)'\)", rf"{self.engine} \1", text)
        for words, instead in _ANYWHERE.items():
            text = re.sub(words, instead, text)
        return _MENTIONED.sub(lambda field: self.name(field[0]) or field[0], text)


def _option(field: str) -> str | None:
    kind, _, name = field.partition("[")[0].rpartition(".")
    if kind in _SAME and field not in _OPTIONS:
        return f"--{name.replace('_', '-')}"
    return _OPTIONS.get(field) or _OPTIONS.get(kind)


OPTIONS = Spelling(_option, _CHOICES, "--v2-engine")
"""The words of ``produce``."""


def columns(job: Job) -> Spelling:
    """The words of a manifest in which the job is a row."""

    def column(field: str) -> str | None:
        found = column_of(field, job)
        return found if found in COLUMNS else None

    return Spelling(column, _COLUMNS, "v2.engine")


def words_of(job: Job, batches: Iterable[Begun]) -> Spelling:
    """The words in which a job of a journal was asked for: a row's if one of the batches has it."""
    return columns(job) if any(batch.holds(job) for batch in batches) else OPTIONS


def spelt(record: Record, batches: Iterable[Begun]) -> Record:
    """The record with its error in these words."""
    if record.error is None:
        return record
    return attrs.evolve(record, error=words_of(record.job, batches).sentence(record.error))


@contextmanager
def as_typed() -> Iterator[None]:
    """Whatever goes wrong in the block is told in options.

    Raises:
        HeyGenError: the same, in other words.
    """
    try:
        yield
    except HeyGenError as error:
        told = OPTIONS.error(error)
        if told is error:
            raise
        raise told from error


def typed(error: InvalidInputError, option: str) -> InvalidInputError:
    """The same refusal, of an option instead of a field."""
    rest = error.message.removeprefix(error.field or "")
    return InvalidInputError(f"{option}{rest}", field=option, rule=error.rule, value=error.value)
