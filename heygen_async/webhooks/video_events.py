"""Events about videos, the agents and batches that make them, and what is made out of them.

Source: HeyGen v3 contract (``WebhookEventType``), behaviour notes section 10, and section 9 of
those on v1/v2, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from heygen_async.webhooks.event import Event, Failure, Success, address, mapping, number, text

__all__ = [
    "BatchFinished",
    "CaptionFailed",
    "CaptionSucceeded",
    "ClippingFailed",
    "ClippingSucceeded",
    "GifFailed",
    "GifSucceeded",
    "HyperframesFailed",
    "HyperframesSucceeded",
    "PersonalizedVideo",
    "ProofreadFailed",
    "ProofreadSucceeded",
    "TranslationFailed",
    "TranslationSourceRefused",
    "TranslationSourceUnreachable",
    "TranslationSucceeded",
    "VideoAgentFailed",
    "VideoAgentSucceeded",
    "VideoFailed",
    "VideoSucceeded",
]

_URL = ("url", "video_url")
_TRANSLATION_ID = ("video_translate_id", "video_translation_id", "id")
_SESSION_ID = ("session_id", "video_agent_id", "id")


# --- videos --------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class VideoSucceeded(Success):
    """A video is rendered: ``avatar_video.success``.

    Attributes:
        video_id: its id.
        url: its file, for a while; ``heygen.videos.get`` gives a fresh one.
        gif_download_url: a short moving preview.
        video_page_url: the page of the video for its owner.
        video_share_page_url: the page of the video for everybody.
        folder_id: the folder it was put in.
    """

    kind: ClassVar[str | None] = "video"

    video_id: str | None = text("video_id", "id")
    url: str | None = address(*_URL)
    gif_download_url: str | None = address("gif_download_url", "gif_url")
    video_page_url: str | None = address("video_page_url")
    video_share_page_url: str | None = address("video_share_page_url")
    folder_id: str | None = text("folder_id")


@attrs.frozen(kw_only=True)
class VideoFailed(Failure):
    """A video could not be rendered: ``avatar_video.fail``."""

    kind: ClassVar[str | None] = "video"

    video_id: str | None = text("video_id", "id")


@attrs.frozen(kw_only=True)
class GifSucceeded(Success):
    """The moving preview of a video is ready: ``avatar_video_gif.success``.

    It was seen to be delivered without a subscription.

    Attributes:
        video_id: of the video.
        url: of the preview.
        video_share_page_url: the page of the video for everybody.
        folder_id: the folder the video is in.
    """

    kind: ClassVar[str | None] = "video"

    video_id: str | None = text("video_id", "id")
    url: str | None = address("url", "gif_download_url", "gif_url")
    video_share_page_url: str | None = address("video_share_page_url")
    folder_id: str | None = text("folder_id")


@attrs.frozen(kw_only=True)
class GifFailed(Failure):
    """The moving preview of a video could not be made: ``avatar_video_gif.fail``."""

    kind: ClassVar[str | None] = "video"

    video_id: str | None = text("video_id", "id")


@attrs.frozen(kw_only=True)
class CaptionSucceeded(Success):
    """The captioned version of a video is ready: ``avatar_video_caption.success``.

    Attributes:
        video_id: of the video.
        url: of the captioned version, for a while.
    """

    kind: ClassVar[str | None] = "video"

    video_id: str | None = text("video_id", "id")
    url: str | None = address("captioned_video_url", "video_url_caption", *_URL)


@attrs.frozen(kw_only=True)
class CaptionFailed(Failure):
    """The captioned version of a video could not be made: ``avatar_video_caption.fail``."""

    kind: ClassVar[str | None] = "video"

    video_id: str | None = text("video_id", "id")


@attrs.frozen(kw_only=True)
class PersonalizedVideo(Event):
    """Something happened to a personalised video: ``personalized_video``; HeyGen says no more."""

    kind: ClassVar[str | None] = "video"

    video_id: str | None = text("video_id", "id")
    url: str | None = address(*_URL)


@attrs.frozen(kw_only=True)
class HyperframesSucceeded(Success):
    """A video made with HyperFrames is rendered: ``hyperframes_video.success``."""

    kind: ClassVar[str | None] = "video"

    video_id: str | None = text("video_id", "id")
    url: str | None = address(*_URL)


@attrs.frozen(kw_only=True)
class HyperframesFailed(Failure):
    """A video made with HyperFrames could not be rendered: ``hyperframes_video.fail``."""

    kind: ClassVar[str | None] = "video"

    video_id: str | None = text("video_id", "id")


@attrs.frozen(kw_only=True)
class VideoAgentSucceeded(Success):
    """A video agent has finished: ``video_agent.success``.

    Attributes:
        session_id: of its session.
        video_id: of the video it made.
        url: of the video, for a while.
    """

    kind: ClassVar[str | None] = "video_agent"

    session_id: str | None = text(*_SESSION_ID)
    video_id: str | None = text("video_id")
    url: str | None = address(*_URL)


@attrs.frozen(kw_only=True)
class VideoAgentFailed(Failure):
    """A video agent gave up: ``video_agent.fail``; it may have done so before there was a video."""

    kind: ClassVar[str | None] = "video_agent"

    session_id: str | None = text(*_SESSION_ID)
    video_id: str | None = text("video_id")


@attrs.frozen(kw_only=True)
class BatchFinished(Event):
    """All items of a batch have ended, well or badly: ``batch.finished``.

    It comes to the batch's own ``callback_url``. It does not say whether videos, lipsyncs or
    translations were in the batch. Asset batches have no event.

    Attributes:
        batch_id: its id.
        status: of the whole; read the items, for a mixed batch has no defined word.
        total_items: how many there are.
        counts_by_status: how many of them ended how.
    """

    kind: ClassVar[str | None] = "video_batch"

    batch_id: str | None = text("batch_id", "id")
    status: str | None = text("status")
    total_items: int | None = number("total_items")
    counts_by_status: Mapping[str, Any] = mapping("counts_by_status")


# --- translations and clippings ------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class TranslationSucceeded(Success):
    """A video speaks another language: ``video_translate.success``.

    Attributes:
        video_translate_id: of the translation.
        url: of the translated video, for a while.
        output_language: as it was asked for.
    """

    kind: ClassVar[str | None] = "translation"

    video_translate_id: str | None = text(*_TRANSLATION_ID)
    url: str | None = address(*_URL)
    output_language: str | None = text("output_language")


@attrs.frozen(kw_only=True)
class TranslationFailed(Failure):
    """A translation failed: ``video_translate.fail``."""

    kind: ClassVar[str | None] = "translation"

    video_translate_id: str | None = text(*_TRANSLATION_ID)
    output_language: str | None = text("output_language")


@attrs.frozen(kw_only=True)
class TranslationSourceRefused(TranslationFailed):
    """The video cannot be translated: ``video_translate.preflight.validation_failed``."""


@attrs.frozen(kw_only=True)
class TranslationSourceUnreachable(TranslationFailed):
    """The video could not be fetched: ``video_translate.preflight.download_failed``."""


@attrs.frozen(kw_only=True)
class ProofreadSucceeded(Success):
    """A translation waits for its text to be checked: ``proofread_creation.success``."""

    kind: ClassVar[str | None] = "proofread"

    proofread_id: str | None = text("proofread_id", "id")


@attrs.frozen(kw_only=True)
class ProofreadFailed(Failure):
    """A proofread could not be made: ``proofread_creation.fail``."""

    kind: ClassVar[str | None] = "proofread"

    proofread_id: str | None = text("proofread_id", "id")


@attrs.frozen(kw_only=True)
class ClippingSucceeded(Success):
    """A clipping is finished: ``ai_clipping.success``; ``data`` is the whole job with its clips.

    Attributes:
        ai_clipping_id: of the job.
        status: its word.
        title: as given.
    """

    kind: ClassVar[str | None] = "clipping"

    ai_clipping_id: str | None = text("ai_clipping_id", "id")
    status: str | None = text("status")
    title: str | None = text("title")


@attrs.frozen(kw_only=True)
class ClippingFailed(Failure):
    """A clipping failed or was cancelled: ``ai_clipping.fail``; ``data`` is the whole job."""

    kind: ClassVar[str | None] = "clipping"

    ai_clipping_id: str | None = text("ai_clipping_id", "id")
    status: str | None = text("status")
    title: str | None = text("title")
