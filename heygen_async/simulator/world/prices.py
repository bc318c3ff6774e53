"""What the simulated HeyGen charges, in one place.

US dollars of the self-serve price list as third parties read it between 2026-07 and 2026-10
(behaviour notes §12). They change often: no test should know more than that something was charged.
"""

from __future__ import annotations

import math

AGENT_PER_SECOND = 0.0333
AVATAR = 1.0
CINEMATIC = 7.0
SPEECH_PER_SECOND = 0.000667
PROOFREAD_PER_SECOND = 0.0083
LIPSYNC_PER_SECOND = {"speed": 0.0333, "precision": 0.0667}
TRANSLATION_PER_SECOND = {"audio_only": 0.0167, "speed": 0.0333, "precision": 0.0667}

# Per second of the source. Ours: what HeyGen takes for these two was not published in what we read.
CLIPPING_PER_SECOND = 0.0167
REMOVAL_PER_SECOND = 0.0167

# v2 counts credits, which are dollars here: 60 units of quota each (v2 notes §7, page of 2025-11).
PHOTO_GENERATION = 1.0
LOOK_GENERATION = 1.0
GROUP_TRAINING = 4.0
MOTION = 1.0
UPSCALE = 0.5
UNITS = 60.0
AVATAR_IV_PER_SECOND = 0.1
V2_STEP = 30.0
_V2_PER_STEP = {"talking_photo": 0.5, "avatar": 1.0}

# Per second of video, by engine: (look made from a picture, look made from footage).
_VIDEO_PER_SECOND = {
    "avatar_iii": (0.0433, 0.0167),
    "avatar_iv": (0.05, 0.0667),
    "avatar_v": (0.05, 0.12),
}


def video_per_second(engine: str, avatar_type: str) -> float:
    """The price of a second of avatar video."""
    photo, footage = _VIDEO_PER_SECOND[engine]
    return photo if avatar_type == "photo_avatar" else footage


def v2_scene(character: str, seconds: float, *, avatar_iv: bool) -> float:
    """The price of a scene of v2: in steps of 30 s, or by the second with the dearer engine."""
    if avatar_iv:
        return AVATAR_IV_PER_SECOND * seconds
    return _V2_PER_STEP[character] * math.ceil(seconds / V2_STEP)
