"""What the simulator's files are made of: videos, voices, subtitles, portraits.

Also a look at the files it is given. Pure functions of bytes and values: no clock, no network, no
event loop. Some take long; run those in an executor.
"""

from __future__ import annotations

from heygen_async.simulator.media.image import image_size, thumbnail
from heygen_async.simulator.media.portrait import portrait
from heygen_async.simulator.media.request import RenderRequest, Watermark, dimensions
from heygen_async.simulator.media.sniff import sniff
from heygen_async.simulator.media.sound import audio_seconds, tone
from heygen_async.simulator.media.speech import scenes_srt, speakable, speech_seconds, srt
from heygen_async.simulator.media.still import animation, poster
from heygen_async.simulator.media.video import RenderAbandonedError, render_video

__all__ = [
    "RenderAbandonedError",
    "RenderRequest",
    "Watermark",
    "animation",
    "audio_seconds",
    "dimensions",
    "image_size",
    "portrait",
    "poster",
    "render_video",
    "scenes_srt",
    "sniff",
    "speakable",
    "speech_seconds",
    "srt",
    "thumbnail",
    "tone",
]
