"""From the words of a command line to a Job. Reads a script's file, and nothing else."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TypeVar

import attrs

from heygen_async.errors import InvalidInputError
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

__all__ = ["SIMULATED_VOICE", "Wanted"]

SIMULATED_VOICE = "sim-voice-anna"

_ASSET = "asset:"
_BARE_COLOR = re.compile(r"[0-9a-fA-F]{6}")

_M = TypeVar("_M", bound=Media)


@attrs.frozen(kw_only=True)
class Wanted:
    """The options of ``produce`` that say what to make, as they were typed."""

    output: str
    simulate: bool = False
    photo: str | None = None
    look: str | None = None
    prompt: str | None = None
    animate: bool = False
    script: str | None = None
    script_file: str | None = None
    audio: str | None = None
    voice: str | None = None
    voice_speed: float | None = None
    pitch: float | None = None
    volume: float | None = None
    locale: str | None = None
    title: str | None = None
    resolution: str | None = None
    aspect_ratio: str | None = None
    fit: str | None = None
    background: str | None = None
    remove_background: bool = False
    captions: bool = False
    styled_captions: bool = False
    engine: str | None = None
    expressiveness: str | None = None
    motion: str | None = None
    video_format: str | None = None
    watermark: str | None = None

    def job(self) -> Job:
        """The job, with absolute paths: a journal may be resumed from another folder.

        Raises:
            InvalidInputError: the options do not go together, or one of them is out of range.
        """
        _one_of("--script, --script-file and --audio", self.script, self.script_file, self.audio)
        _one_of("PHOTO, --look and --prompt", self.photo, self.look, self.prompt)
        return Job(
            avatar=self._avatar(),
            speech=self._speech(),
            options=self._options(),
            output=str(self._output()),
        )

    def _output(self) -> Path:
        path = Path(self.output).absolute()
        if not path.parent.is_dir():
            raise InvalidInputError(
                f"--output: there is no folder {path.parent}", field="--output", value=self.output
            )
        return path

    def _avatar(self) -> Photo | AnimatedImage | Prompt | Look:
        if self.animate and self.photo is None:
            raise InvalidInputError("--animate needs a PHOTO", field="--animate")
        if self.photo is not None:
            return _media(AnimatedImage, self.photo) if self.animate else _media(Photo, self.photo)
        return Look(self.look) if self.look is not None else Prompt(str(self.prompt))

    def _speech(self) -> Script | Audio:
        if self.audio is not None:
            for option in ("voice", "voice_speed", "pitch", "volume", "locale"):
                if getattr(self, option) is not None:
                    name = f"--{option.replace('_', '-')}"
                    raise InvalidInputError(f"{name} cannot go with --audio", field=name)
            return _media(Audio, self.audio)
        text = self.script if self.script is not None else _read(str(self.script_file))
        voice = self.voice or (SIMULATED_VOICE if self.simulate else None)
        if voice is None and self.look is None:
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
        webm = self.output.lower().endswith(".webm")
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
            output_format=self.video_format or ("webm" if webm else "mp4"),
            watermark=None if self.watermark is None else Watermark(_media(Media, self.watermark)),
        )


def _media(kind: type[_M], text: str) -> _M:
    """A file by its path, something HeyGen fetches by its address, or ``asset:ID``."""
    if text.startswith(_ASSET):
        return kind(asset_id=text.removeprefix(_ASSET))
    if "://" in text:
        return kind(text)
    return kind(str(Path(text).absolute()))


def _background(text: str) -> Background:
    if text.startswith("#"):
        return Background(text)
    if _BARE_COLOR.fullmatch(text) and not Path(text).exists():
        return Background(f"#{text}")  # In a shell, # begins a comment.
    return Background(image=_media(Media, text))


def _read(path: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return raw.decode("utf-8-sig").strip()
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    except UnicodeDecodeError:
        reason = "is not text in UTF-8"
    raise InvalidInputError(f"--script-file: {path} {reason}", field="--script-file", value=path)


def _one_of(names: str, *given: str | None) -> None:
    count = sum(one is not None for one in given)
    if count != 1:
        raise InvalidInputError(
            f"exactly one of {names} is needed" + (f", not {count}" if count else ""), field=names
        )
