"""The thirty events that HeyGen sends, each a class, and one for those it adds tomorrow.

``Success`` and ``Failure`` are the two bases to match on where the kind does not matter::

    match event:
        case VideoSucceeded(video_id=video_id):
            ...
        case Failure(event_type=what, message=why):
            ...

Lipsyncs and background removals have no event: wait for them by looking. Of most events HeyGen
documents no data; what was documented, seen or follows from the API's own names is here, the rest
is in ``event.data``.

Source: HeyGen v3 contract (``WebhookEventType``), behaviour notes section 10, and section 9 of
those on v1/v2, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from heygen_async.webhooks.avatar_events import (
    InstantAvatarFailed,
    InstantAvatarSucceeded,
    LiveAvatarFailed,
    LiveAvatarSucceeded,
    PhotoGenerationFailed,
    PhotoGenerationSucceeded,
    PhotoMotionFailed,
    PhotoMotionSucceeded,
    PhotoTrainingFailed,
    PhotoTrainingSucceeded,
)
from heygen_async.webhooks.event import Event
from heygen_async.webhooks.video_events import (
    BatchFinished,
    CaptionFailed,
    CaptionSucceeded,
    ClippingFailed,
    ClippingSucceeded,
    GifFailed,
    GifSucceeded,
    HyperframesFailed,
    HyperframesSucceeded,
    PersonalizedVideo,
    ProofreadFailed,
    ProofreadSucceeded,
    TranslationFailed,
    TranslationSourceRefused,
    TranslationSourceUnreachable,
    TranslationSucceeded,
    VideoAgentFailed,
    VideoAgentSucceeded,
    VideoFailed,
    VideoSucceeded,
)

__all__ = [
    "TYPES",
    "BatchFinished",
    "CaptionFailed",
    "CaptionSucceeded",
    "ClippingFailed",
    "ClippingSucceeded",
    "GifFailed",
    "GifSucceeded",
    "HyperframesFailed",
    "HyperframesSucceeded",
    "InstantAvatarFailed",
    "InstantAvatarSucceeded",
    "LiveAvatarFailed",
    "LiveAvatarSucceeded",
    "PersonalizedVideo",
    "PhotoGenerationFailed",
    "PhotoGenerationSucceeded",
    "PhotoMotionFailed",
    "PhotoMotionSucceeded",
    "PhotoTrainingFailed",
    "PhotoTrainingSucceeded",
    "ProofreadFailed",
    "ProofreadSucceeded",
    "TranslationFailed",
    "TranslationSourceRefused",
    "TranslationSourceUnreachable",
    "TranslationSucceeded",
    "UnknownEvent",
    "VideoAgentFailed",
    "VideoAgentSucceeded",
    "VideoFailed",
    "VideoSucceeded",
]


@attrs.frozen(kw_only=True)
class UnknownEvent(Event):
    """A type that this version does not know; ``event_type``, ``data`` and ``raw`` are as sent."""


TYPES: Mapping[str, type[Event]] = {
    "avatar_video.success": VideoSucceeded,
    "avatar_video.fail": VideoFailed,
    "avatar_video_gif.success": GifSucceeded,
    "avatar_video_gif.fail": GifFailed,
    "video_translate.success": TranslationSucceeded,
    "video_translate.fail": TranslationFailed,
    "video_translate.preflight.validation_failed": TranslationSourceRefused,
    "video_translate.preflight.download_failed": TranslationSourceUnreachable,
    "personalized_video": PersonalizedVideo,
    "instant_avatar.success": InstantAvatarSucceeded,
    "instant_avatar.fail": InstantAvatarFailed,
    "photo_avatar_generation.success": PhotoGenerationSucceeded,
    "photo_avatar_generation.fail": PhotoGenerationFailed,
    "photo_avatar_train.success": PhotoTrainingSucceeded,
    "photo_avatar_train.fail": PhotoTrainingFailed,
    "photo_avatar_add_motion.success": PhotoMotionSucceeded,
    "photo_avatar_add_motion.fail": PhotoMotionFailed,
    "proofread_creation.success": ProofreadSucceeded,
    "proofread_creation.fail": ProofreadFailed,
    "live_avatar.success": LiveAvatarSucceeded,
    "live_avatar.fail": LiveAvatarFailed,
    "avatar_video_caption.success": CaptionSucceeded,
    "avatar_video_caption.fail": CaptionFailed,
    "video_agent.success": VideoAgentSucceeded,
    "video_agent.fail": VideoAgentFailed,
    "hyperframes_video.success": HyperframesSucceeded,
    "hyperframes_video.fail": HyperframesFailed,
    "ai_clipping.success": ClippingSucceeded,
    "ai_clipping.fail": ClippingFailed,
    "batch.finished": BatchFinished,
}
"""Every type of event, and its class."""
