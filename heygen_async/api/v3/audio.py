"""Sounds: search HeyGen's music and effects.

Source: HeyGen v3 contract and behaviour notes section 5, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.calls import reads
from heygen_async.api.family import Family
from heygen_async.api.paging import Pages
from heygen_async.api.rules import Between, page_size, text, word
from heygen_async.api.values import Resource, shown
from heygen_async.errors import InvalidInputError
from heygen_async.models.open_word import OpenWord

__all__ = ["Audio", "AudioSound", "SoundPlacement", "SoundType"]


class SoundType(OpenWord):
    """What sort of sound."""

    MUSIC = "music"
    SOUND_EFFECTS = "sound_effects"


class SoundPlacement(OpenWord):
    """What an effect is good for: a moment, a build-up, or a background."""

    HIT = "hit"
    RISER = "riser"
    BED = "bed"


@attrs.frozen
class AudioSound(Resource):
    """A sound that was found.

    Attributes:
        id: its id.
        name: for display.
        description: in words.
        type: music or effect.
        audio_url: the file; signed, it ends.
        score: 0 to 1, how well it matches.
        duration: seconds.
        peak_offset: seconds to its loudest moment.
        placement: what it is good for.
    """

    id: str
    name: str
    description: str
    type: SoundType
    audio_url: str = attrs.field(repr=shown)
    score: float
    duration: float | None = None
    peak_offset: float | None = None
    placement: SoundPlacement | None = None


SEARCH_SOUNDS = reads("/v3/audio/sounds", "searchAudioSounds")

ENDPOINTS = (SEARCH_SOUNDS,)


class Audio(Family):
    """Sounds."""

    def search(
        self,
        query: str,
        *,
        type: SoundType | str | None = None,  # noqa: A002 - the server's own word for it
        min_score: float | None = None,
        limit: int | None = None,
        token: str | None = None,
    ) -> Pages[AudioSound]:
        """Sounds that match some words, the best first.

        Args:
            query: the words.
            type: ``music``, which is the server's default, or ``sound_effects``.
            min_score: 0 to 1, how well they must match; the server's default is 0.7.
            limit: items a page, 1 to 50; the server's default is 10.
            token: where to go on.
        """
        if min_score is not None:
            if isinstance(min_score, bool) or not isinstance(min_score, int | float):
                raise InvalidInputError.of("min_score", "must be a number", min_score)
            Between(0, 1).check("min_score", min_score)
        asked = {
            "query": text("query", query),
            "type": word(SoundType, "type", type),
            "min_score": min_score,
            "limit": page_size(limit, 50),
        }
        return self._list(AudioSound, SEARCH_SOUNDS, query=asked, token=token)
