"""What HeyGen v2 cannot do, said in the words of the job before anything is spent.

What a whole dialect cannot do stands in ``capabilities``; here is what its two routes to a video,
of a look and by Avatar IV, leave out each.

Source: HeyGen v2 contract and behaviour notes §5, read 2026-11-20.
"""

from __future__ import annotations

from typing import Any

from heygen_async.api.v2.video_parts import ElevenLabsSettings
from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import AnimatedImage, Audio, Job, Look, Photo, Script
from heygen_async.models.source import Media, Origin
from heygen_async.models.v2 import V2Options

__all__ = ["UPLOADED", "by_av4", "check", "elevenlabs", "needs_av4_model", "only"]

UPLOADED = (Origin.FILE, Origin.KEPT)
"""Where bytes come from that are uploaded first."""

_PLAIN = V2Options()
_SHAPES = ("16:9", "9:16", "4:5", "5:4", "1:1")
_AV4_SHAPES = ("16:9", "9:16", "1:1")

# Of a script, what Avatar IV's own route has no field for.
_SPOKEN = ("speed", "pitch", "volume", "locale", "engine_settings")
_ELEVENLABS = {"model", "stability", "similarity_boost", "style"}


def by_av4(job: Job) -> bool:
    """Whether a photo is animated as it is, by Avatar IV's own route."""
    return isinstance(job.avatar, AnimatedImage) or (job.v2 or _PLAIN).engine == "av4"


def needs_av4_model(job: Job) -> bool:
    """Whether Avatar IV makes the video, on whichever route: only it is told how to move."""
    return by_av4(job) or job.options.motion_prompt is not None


def check(job: Job) -> None:
    """Refuse what v2 cannot do, in the words of the job.

    Raises:
        InvalidInputError: with the field, the rule, and how to go on.
    """
    _check_avatar(job)
    _check_speech(job)
    av4, options = by_av4(job), job.options
    shapes = _AV4_SHAPES if av4 else _SHAPES
    only("VideoOptions.aspect_ratio", options.aspect_ratio, None, *shapes)
    if not av4:
        only(
            "VideoOptions.fit", options.fit, None, why="goes with Avatar IV only: V2Options.engine"
        )
        return
    why = "Avatar IV's videos of v2 have no other; use V2Options(engine='v2') or dialect='v3'"
    only("VideoOptions.resolution", options.resolution, None, "720p", why=why)
    only("VideoOptions.background", options.background, None, why=why)
    only("VideoOptions.captions", options.captions, None, why=why)


def _check_avatar(job: Job) -> None:
    avatar, v2 = job.avatar, job.v2 or _PLAIN
    photos: list[tuple[str, Media]] = []
    if isinstance(avatar, Photo | AnimatedImage):
        photos.append(("Job.avatar", avatar))
    photos += [(f"V2Options.photos[{n}]", photo) for n, photo in enumerate(v2.photos)]
    for where, photo in photos:
        if photo.origin not in (*UPLOADED, Origin.MEMORY):
            raise InvalidInputError.of(
                where,
                "must be a photo's file or bytes in HeyGen v2, which knows photos by the key that"
                " an upload gives; download it first, or use HeyGen v3 (dialect='v3')",
                str(photo.source or photo.asset_id),
            )
    if not isinstance(avatar, GeneratedPhoto):
        for name in ("pick", "looks"):
            why = "chooses among the photos of a GeneratedPhoto"
            only(f"V2Options.{name}", getattr(v2, name), 0, why=why)
    if isinstance(avatar, AnimatedImage):
        for name in ("photos", "train", "new_look", "motion", "upscale"):
            why = "needs an avatar: make the AnimatedImage a Photo"
            only(f"V2Options.{name}", getattr(v2, name), getattr(_PLAIN, name), why=why)
    if v2.engine == "av4":
        if isinstance(avatar, Look):
            raise InvalidInputError.of(
                "V2Options.engine", "'av4' animates photos and not looks; use 'v2'", "av4"
            )
        if isinstance(avatar, Photo):
            why = "cannot go with engine 'av4', which needs no avatar"
            only("Photo.group_id", avatar.group_id, None, why=why)


def _check_speech(job: Job) -> None:
    speech = job.speech
    if isinstance(speech, Audio):
        why = "HeyGen v2 captions scripts, and no recordings; leave them out"
        only("VideoOptions.captions", job.options.captions, None, why=why)
        return
    assert isinstance(speech, Script)
    own = isinstance(job.avatar, Look) and job.v2 in (None, _PLAIN)
    if speech.voice_id is None and not own:
        raise InvalidInputError.of(
            "Script.voice_id", "must be given in HeyGen v2, where new looks have no voice", None
        )
    only("Script.volume", speech.volume, None, why="cannot be said in HeyGen v2; leave it out")
    if by_av4(job):
        for name in _SPOKEN:
            why = "cannot be said in HeyGen v2 for Avatar IV; leave it out, or use engine 'v2'"
            only(f"Script.{name}", getattr(speech, name), None, why=why)
        return
    if speech.pitch is not None and speech.pitch != int(speech.pitch):
        raise InvalidInputError.of(
            "Script.pitch", "must be a whole number in HeyGen v2", speech.pitch
        )
    elevenlabs(speech)


def only(where: str, value: Any, *allowed: Any, why: str = "") -> None:
    """Refuse what is not one of a few."""
    if any(value is one or value == one for one in allowed):
        return
    words = [repr(one) for one in allowed if one is not None]
    rule = f"must be one of {', '.join(words)}" if words and allowed != (0,) else "must be left out"
    raise InvalidInputError.of(where, f"{rule} in HeyGen v2" + (f": {why}" if why else ""), value)


def elevenlabs(script: Script) -> ElevenLabsSettings | None:
    """The settings of a script's voice; v2 has them for ElevenLabs only.

    Raises:
        InvalidInputError: they are those of another engine.
    """
    given = dict(script.engine_settings or {})
    if not given:
        return None
    engine, more = given.pop("engine_type", "elevenlabs"), sorted(set(given) - _ELEVENLABS)
    if engine != "elevenlabs" or more:
        raise InvalidInputError.of(
            "Script.engine_settings",
            f"must be those of ElevenLabs in HeyGen v2: {', '.join(sorted(_ELEVENLABS))}",
            more or engine,
        )
    return ElevenLabsSettings(**given)
