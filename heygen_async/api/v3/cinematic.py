"""Cinematic videos: a short scene from a description, with avatars in it.

Source: HeyGen v3 contract and behaviour notes section 11, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.rules import ID, Between, Count, Each, OneOf, Text
from heygen_async.api.v3.inputs import AssetBase64, AssetInput
from heygen_async.api.v3.video_looks import VideoAspectRatio
from heygen_async.api.values import Request, optional, tag
from heygen_async.errors import InvalidInputError
from heygen_async.models.open_word import OpenWord

__all__ = ["CinematicResolution", "CreateVideoFromCinematicAvatar"]


class CinematicResolution(OpenWord):
    """The shorter side of a cinematic video."""

    HD = "720p"
    FULL_HD = "1080p"


#: Frames of a cinematic video; the other known words are refused by the server.
_CINEMATIC_FRAMES = OneOf(("16:9", "9:16", "1:1"))


@attrs.frozen(kw_only=True)
class CreateVideoFromCinematicAvatar(Request):
    """A short scene with avatars in it, from a description; charged flat.

    Attributes:
        avatar_id: 1 to 3 looks that appear.
        prompt: what happens, 1 to 10000 characters.
        references: pictures and videos to follow; with the looks at most 9 pictures and 3 videos.
        duration: 4 to 15 whole seconds.
        auto_duration: let HeyGen choose the duration.
        aspect_ratio: ``16:9``, ``9:16`` or ``1:1``.
        resolution: ``720p`` or ``1080p``.
        enhance_prompt: let HeyGen elaborate the prompt.
        title: for display and for search.
    """

    avatar_id: Sequence[str] = attrs.field(validator=[Count(1, 3), Each(ID)])
    prompt: str = attrs.field(validator=Text(1, 10000))
    references: Sequence[AssetInput] | None = optional()
    duration: int | None = optional(Between(4, 15))
    auto_duration: bool | None = optional(served=False)
    aspect_ratio: VideoAspectRatio | str | None = optional(served="16:9")
    resolution: CinematicResolution | str | None = optional(served="720p")
    enhance_prompt: bool | None = optional(served=False)
    title: str | None = optional(Text(1))
    type: str = tag("cinematic_avatar")

    def _cohere(self) -> None:
        name = "CreateVideoFromCinematicAvatar"
        ratio = self.aspect_ratio
        if ratio is not None and not (isinstance(ratio, VideoAspectRatio) and not ratio.known):
            _CINEMATIC_FRAMES.check(f"{name}.aspect_ratio", ratio)
        _check_references(f"{name}.references", len(self.avatar_id), self.references or ())


def _check_references(where: str, looks: int, references: Sequence[AssetInput]) -> None:
    """At most 9 pictures and 3 videos; only inline data tells which of them it is."""
    inline = [item.media_type for item in references if isinstance(item, AssetBase64)]
    pictures = sum(kind.startswith("image/") for kind in inline)
    videos = sum(kind.startswith("video/") for kind in inline)
    if looks + len(references) > 12 or pictures > 9 or videos > 3:
        raise InvalidInputError.of(
            where,
            "must be at most 9 pictures and 3 videos together with the looks",
            f"{len(references)} beside {looks} looks",
        )
