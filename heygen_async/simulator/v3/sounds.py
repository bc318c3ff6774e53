"""Sounds: a small library of music and effects, searched by words.

HeyGen searches by meaning; here a sound matches as well as it has the words of the query, or words
that begin alike. A score above the default threshold of 0.7 means that more than half of them do.
"""

from __future__ import annotations

import re
from typing import Any

import attrs

from heygen_async.simulator.media import speech_seconds, tone
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.world import File, World

_STEM = 5
_LOWEST, _HIGHEST = 0.4, 0.98
_IDLE = frozenset(["a", "an", "and", "for", "in", "of", "on", "the", "to", "with"])


@attrs.frozen(kw_only=True)
class Sound:
    """A sound of the library; `placement` says where in a video an effect belongs."""

    id: str
    type: str
    name: str
    description: str
    placement: str | None = None

    @property
    def stems(self) -> frozenset[str]:
        """What its words begin with."""
        return frozenset(_stems(f"{self.name} {self.description}"))

    @property
    def words(self) -> str:
        """What the audio is made of, which decides its length."""
        return self.description if self.type == "sound_effects" else self.description * 4


_MOODS = {
    "calm": "peaceful and slow, for quiet scenes",
    "upbeat": "happy and bright, for adverts",
    "corporate": "steady and confident, for business presentations",
    "dark": "tense and low, for suspense",
}
_STYLES = ("piano", "acoustic guitar", "electronic synth", "orchestral strings", "jazz trio")
_EFFECTS = (
    ("Whoosh", "fast air passing by, for transitions", "hit"),
    ("Deep impact", "heavy low boom with a long tail", "hit"),
    ("Camera shutter", "single click of a camera", "hit"),
    ("Notification bell", "soft bell of a message", "hit"),
    ("Tension riser", "growing noise that leads to a cut", "riser"),
    ("Drum roll", "snare drum getting louder before a reveal", "riser"),
    ("City street", "cars and people in a busy street", "bed"),
    ("Rain on a window", "steady rain for calm scenes", "bed"),
    ("Forest birds", "birds singing in a quiet forest", "bed"),
    ("Office room", "keyboards and quiet voices in an office", "bed"),
)

SOUNDS = (
    *(
        Sound(
            id=f"sim-music-{mood}-{number}",
            type="music",
            name=f"{mood.capitalize()} {style}",
            description=f"{style.capitalize()} music, {text}",
        )
        for mood, text in _MOODS.items()
        for number, style in enumerate(_STYLES, 1)
    ),
    *(
        Sound(
            id=f"sim-sound-{number}",
            type="sound_effects",
            name=name,
            description=text,
            placement=placement,
        )
        for number, (name, text, placement) in enumerate(_EFFECTS, 1)
    ),
)


def _search(world: World, call: Call) -> dict[str, Any]:
    query = call.query
    wanted = frozenset(_stems(query["query"]))
    if not wanted:
        raise invalid("query must contain a word", "query")
    scored = [(_score(wanted, it), it) for it in SOUNDS if it.type == query["type"]]
    ranked = sorted(scored, key=lambda it: -it[0])
    rows = [it for it in enumerate(ranked) if it[1][0] >= query["min_score"]]
    page, cursor = paginate(rows, lambda it: it[0], query["limit"], query["token"])
    return data([_view(world, sound, score) for _, (score, sound) in page]) | cursor


def _stems(text: str) -> list[str]:
    return [it[:_STEM] for it in re.findall(r"\w+", text.lower()) if it not in _IDLE]


def _score(wanted: frozenset[str], sound: Sound) -> float:
    share = len(wanted & sound.stems) / len(wanted)
    return round(_LOWEST + (_HIGHEST - _LOWEST) * share, 4)


def _view(world: World, sound: Sound, score: float) -> dict[str, Any]:
    path = f"sounds/{sound.id}.wav"
    world.files.setdefault(path, File(mime="audio/wav", make=lambda: tone(sound.words)))
    seconds = speech_seconds(sound.words, 1.0)
    return {
        "id": sound.id,
        "name": sound.name,
        "description": sound.description,
        "type": sound.type,
        "audio_url": world.link(path),
        "score": score,
        "duration": round(seconds, 3),
        "peak_offset": round(seconds / 2, 3) if sound.placement is not None else None,
        "placement": sound.placement,
    }


HANDLERS: dict[str, Handler] = {"searchAudioSounds": _search}
