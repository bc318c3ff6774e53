"""What the simulated HeyGen charges, in one place.

US dollars of the self-serve price list as third parties read it between 2026-07 and 2026-10
(behaviour notes §12). They change often: no test should know more than that something was charged.
"""

from __future__ import annotations

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
