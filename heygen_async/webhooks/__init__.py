"""Webhooks: what HeyGen says by itself, received.

Register an address with ``heygen.webhooks.create`` and keep the secret that it returns: it is told
once. Then let a ``Receiver`` take the deliveries, or call ``parse`` from whatever framework there
is::

    event = parse(request.headers, await request.body(), secret)     # raises SignatureError
    match event:
        case VideoSucceeded(video_id=video_id):
            ...

An event is a reason to look, never a fact: its time and id are not signed, it may come twice, late
or not at all. So a ``Receiver`` that is given a client wakes who waits in it, and the waiter looks
at the job itself; and waiting goes on looking, more rarely, where no event comes.
"""

from __future__ import annotations

from heygen_async.webhooks.event import Event, Failure, JobName, Success
from heygen_async.webhooks.events import (
    TYPES,
    BatchFinished,
    CaptionFailed,
    CaptionSucceeded,
    ClippingFailed,
    ClippingSucceeded,
    GifFailed,
    GifSucceeded,
    HyperframesFailed,
    HyperframesSucceeded,
    InstantAvatarFailed,
    InstantAvatarSucceeded,
    LiveAvatarFailed,
    LiveAvatarSucceeded,
    PersonalizedVideo,
    PhotoGenerationFailed,
    PhotoGenerationSucceeded,
    PhotoMotionFailed,
    PhotoMotionSucceeded,
    PhotoTrainingFailed,
    PhotoTrainingSucceeded,
    ProofreadFailed,
    ProofreadSucceeded,
    TranslationFailed,
    TranslationSourceRefused,
    TranslationSourceUnreachable,
    TranslationSucceeded,
    UnknownEvent,
    VideoAgentFailed,
    VideoAgentSucceeded,
    VideoFailed,
    VideoSucceeded,
)
from heygen_async.webhooks.parsing import parse
from heygen_async.webhooks.receiver import Handler, Receiver
from heygen_async.webhooks.signature import sign, verify

__all__ = [
    "TYPES",
    "BatchFinished",
    "CaptionFailed",
    "CaptionSucceeded",
    "ClippingFailed",
    "ClippingSucceeded",
    "Event",
    "Failure",
    "GifFailed",
    "GifSucceeded",
    "Handler",
    "HyperframesFailed",
    "HyperframesSucceeded",
    "InstantAvatarFailed",
    "InstantAvatarSucceeded",
    "JobName",
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
    "Receiver",
    "Success",
    "TranslationFailed",
    "TranslationSourceRefused",
    "TranslationSourceUnreachable",
    "TranslationSucceeded",
    "UnknownEvent",
    "VideoAgentFailed",
    "VideoAgentSucceeded",
    "VideoFailed",
    "VideoSucceeded",
    "parse",
    "sign",
    "verify",
]
