"""From the words of a command line to a Job. Reads a script's file, and nothing else."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import attrs

from heygen_async.batch.manifest.dialects import described
from heygen_async.cli.spelling import as_typed, typed
from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import (
    AnimatedImage,
    Audio,
    Background,
    Captions,
    Job,
    Look,
    Photo,
    Prompt,
    Script,
    VideoOptions,
    Watermark,
)
from heygen_async.models.source import Media
from heygen_async.models.stock import Article, StockAvatar, Topic
from heygen_async.models.v2 import V2Options

__all__ = ["SIMULATED_VOICE", "Wanted", "media", "one_of", "person"]

SIMULATED_VOICE = "sim-voice-anna"

_ASSET = "asset:"
_KINDS = {"mp4": "MP4", "webm": "WebM"}
_BARE_COLOR = re.compile(r"[0-9a-fA-F]{6}")

_M = TypeVar("_M", bound=Media)


@attrs.frozen(kw_only=True)
class Wanted:
    """The options of ``produce`` that say what to make, as they were typed.

    Where click has looked the word up in a list, it is of any type.
    """

    output: str
    simulate: bool = False
    photo: str | None = None
    look: str | None = None
    prompt: str | None = None
    animate: bool = False
    generate: str | None = None
    strict: bool = False
    stock: str | None = None
    happy: bool = False
    circle: bool = False
    topic: str | None = None
    article: str | None = None
    promote: bool = False
    script: str | None = None
    script_file: str | None = None
    audio: str | None = None
    voice: str | None = None
    voice_speed: float | None = None
    pitch: float | None = None
    volume: float | None = None
    locale: str | None = None
    title: str | None = None
    resolution: Any = None
    aspect_ratio: Any = None
    fit: Any = None
    background: str | None = None
    remove_background: bool = False
    captions: bool = False
    styled_captions: bool = False
    engine: Any = None
    expressiveness: Any = None
    motion: str | None = None
    video_format: Any = None
    watermark: str | None = None
    pick: int | None = None
    looks: int | None = None
    train: bool = False
    new_look: str | None = None
    v2_motion: str | None = None
    upscale: bool = False
    v2_engine: str | None = None

    def job(self) -> Job:
        """The job, with absolute paths: a journal may be resumed from another folder.

        Raises:
            InvalidInputError: the options do not go together, or one of them is out of range.
        """
        told = {"--script": self.script, "--script-file": self.script_file, "--audio": self.audio}
        if self.stock is not None:
            told |= {"--topic": self.topic, "--article": self.article}
        one_of(told)
        who = {"PHOTO": self.photo, "--look": self.look, "--prompt": self.prompt}
        one_of(who | {"--generate": self.generate, "--stock": self.stock})
        self._go_together()
        with as_typed():
            return Job(
                avatar=self._avatar(),
                speech=self._speech(),
                options=self._options(),
                v2=self._v2(),
                output=str(self._output()),
            )

    def fits(self, dialect: str) -> None:
        """Refuse options of HeyGen v2 where another is spoken.

        Raises:
            InvalidInputError: names the option.
        """
        if dialect != "v2":
            for name in self._said_of_v2():
                option = {"motion": "--v2-motion", "engine": "--v2-engine"}.get(name)
                option = option or f"--{name.replace('_', '-')}"
                raise InvalidInputError(f"{option} needs --dialect v2", field=option)

    def _output(self) -> Path:
        path = Path(self.output).absolute()
        if not path.parent.is_dir():
            raise InvalidInputError(
                f"--output: there is no folder {path.parent}", field="--output", value=self.output
            )
        kind = self._format()
        if path.suffix and path.suffix.lower() != f".{kind}":
            other = " (or one that ends with .webm)" if self.video_format is None else ""
            raise InvalidInputError(
                f"--output: {self.output} does not end like the {_KINDS[kind]} that it would hold;"
                f" take -o {Path(self.output).with_suffix(f'.{kind}')}{other}",
                field="--output",
                value=self.output,
            )
        return path

    def _format(self) -> str:
        """What is asked for, else what the output ends like."""
        if self.video_format is not None:
            return str(self.video_format)
        return "webm" if self.output.lower().endswith(".webm") else "mp4"

    def _go_together(self) -> None:
        """Refuse options without the one that they belong to."""
        for option, given, owner, there in (
            ("--animate", self.animate, "a PHOTO", self.photo),
            ("--strict", self.strict, "--generate", self.generate),
            ("--happy", self.happy, "--stock", self.stock),
            ("--circle", self.circle, "--stock", self.stock),
            ("--topic", self.topic is not None, "--stock", self.stock),
            ("--article", self.article is not None, "--stock", self.stock),
            ("--promote", self.promote, "--article", self.article),
        ):
            if given and there is None:
                raise InvalidInputError(f"{option} needs {owner}", field=option)

    def _avatar(self) -> Photo | AnimatedImage | Prompt | GeneratedPhoto | Look | StockAvatar:
        if self.photo is not None:
            return media(AnimatedImage, self.photo) if self.animate else media(Photo, self.photo)
        if self.generate is not None:
            return person(self.generate, strict=self.strict)
        if self.stock is not None:
            return StockAvatar(self.stock, happy=self.happy, circle=self.circle)
        return Look(self.look) if self.look is not None else Prompt(str(self.prompt))

    def _v2(self) -> V2Options | None:
        given = self._said_of_v2()
        return V2Options(**given) if given else None

    def _said_of_v2(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "pick": self.pick,
            "looks": self.looks,
            "train": self.train or None,
            "new_look": self.new_look,
            "motion": self.v2_motion,
            "upscale": self.upscale or None,
            "engine": self.v2_engine,
        }
        return {name: value for name, value in said.items() if value is not None}

    def _speech(self) -> Script | Audio | Topic | Article:
        if self.topic is not None:
            return Topic(self.topic)
        if self.article is not None:
            return Article(self.article, promote=self.promote)
        if self.audio is not None:
            for option in ("voice", "voice_speed", "pitch", "volume", "locale"):
                if getattr(self, option) is not None:
                    name = f"--{option.replace('_', '-')}"
                    raise InvalidInputError(f"{name} cannot go with --audio", field=name)
            return media(Audio, self.audio)
        text = self.script if self.script is not None else _read(str(self.script_file))
        voice = self.voice
        if voice is None and self.simulate and self.stock is None:
            voice = SIMULATED_VOICE
        if voice is None and self.look is None and self.stock is None:
            # An avatar made for this video has no voice of its own. HeyGen would say so as well,
            # but only after the avatar has been paid for.
            raise InvalidInputError(
                "--voice is needed with a script; `heygen-async voices list` shows voices",
                field="--voice",
            )
        return Script(
            text,
            voice_id=voice,
            speed=self.voice_speed,
            pitch=self.pitch,
            volume=self.volume,
            locale=self.locale,
        )

    def _options(self) -> VideoOptions:
        captions = self.captions or self.styled_captions
        return VideoOptions(
            title=self.title,
            resolution=self.resolution,
            aspect_ratio=self.aspect_ratio,
            fit=self.fit,
            background=None if self.background is None else _background(self.background),
            remove_background=True if self.remove_background else None,
            captions=Captions(styled=self.styled_captions) if captions else None,
            engine=self.engine,
            expressiveness=self.expressiveness,
            motion_prompt=self.motion,
            output_format=cast("Any", self._format()),
            watermark=None
            if self.watermark is None
            else Watermark(_image(self.watermark, "--watermark")),
        )


def person(words: str, *, strict: bool = False) -> GeneratedPhoto:
    """A person as --generate describes them.

    Raises:
        InvalidInputError: nothing is said, or there is no such word; says which there are.
    """
    if not words.strip():  # An unset variable, more likely than a wish for just anybody.
        raise InvalidInputError(
            "--generate: must say something, such as age=Senior", field="--generate", value=words
        )
    try:
        return GeneratedPhoto(**described(words), strict=strict)
    except InvalidInputError as error:
        said = error.message.removeprefix("generate ").removeprefix("GeneratedPhoto.")
        raise InvalidInputError(
            f"--generate: {said}", field="--generate", rule=error.rule, value=error.value
        ) from error


def media(kind: type[_M], text: str) -> _M:
    """A file by its path, something HeyGen fetches by its address, or ``asset:ID``.

    Raises:
        InvalidInputError: it can be none of these.
    """
    # The first is an unset variable, and would be taken for the folder that one stands in.
    if not text.strip() or text.strip() == _ASSET:
        rule = "must be a file, an https:// address, or asset: and an id"
        raise InvalidInputError.of(f"{kind.__name__}.source", rule, text)
    if text.startswith(_ASSET):
        return kind(asset_id=text.removeprefix(_ASSET))
    if "://" in text:
        return kind(text)
    return kind(str(Path(text).absolute()))


def _image(text: str, option: str) -> Media:
    try:
        return media(Media, text)
    except InvalidInputError as error:
        raise typed(error, option) from error


def _background(text: str) -> Background:
    if text.startswith("#"):
        return Background(text)
    if _BARE_COLOR.fullmatch(text) and not Path(text).exists():
        return Background(f"#{text}")  # In a shell, # begins a comment.
    if ":" not in text and not Path(text).suffix and not Path(text).exists():
        raise InvalidInputError(
            f"--background: there is no file {text}, and a colour is six hex digits, such as"
            " 1a2b3c",
            field="--background",
            value=text,
        )
    return Background(image=_image(text, "--background"))


def _read(path: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return raw.decode("utf-8-sig").strip()
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    except UnicodeDecodeError:
        reason = "is not text in UTF-8"
    raise InvalidInputError(f"--script-file: {path} {reason}", field="--script-file", value=path)


def one_of(given: Mapping[str, str | None]) -> None:
    """Refuse anything but one of several words of the command line.

    Args:
        given: what was said, by option.

    Raises:
        InvalidInputError: none was given, or more than one.
    """
    count = sum(one is not None for one in given.values())
    *others, last = given
    names = f"{', '.join(others)} and {last}"
    if count != 1:
        raise InvalidInputError(
            f"exactly one of {names} is needed" + (f", not {count}" if count else ""), field=names
        )
