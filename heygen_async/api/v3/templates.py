"""Templates: videos prepared in HeyGen's app, with variables to fill.

Source: HeyGen v3 contract and behaviour notes sections 4 and 15, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from heygen_async.api.calls import reads, renders
from heygen_async.api.family import Concurrency, Family, request_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import CALLBACK, ID, Between, Each, OneOf, Text, page_size
from heygen_async.api.v3.videos_schemas import VideoDetail
from heygen_async.api.values import Request, Resource, optional, signed
from heygen_async.transport.endpoint import Replay

__all__ = [
    "GenerateFromTemplateRequest",
    "SubtitlePosition",
    "SubtitleSettings",
    "TemplateDetail",
    "TemplateScene",
    "TemplateSceneVariable",
    "TemplateSummary",
    "Templates",
    "VideoDimension",
]

_SIDE = Between(128, 4096, step=2)


@attrs.frozen(kw_only=True)
class VideoDimension(Request):
    """The frame; both sides even, 128 to 4096 pixels.

    Attributes:
        width: pixels.
        height: pixels.
    """

    width: int = attrs.field(validator=_SIDE)
    height: int = attrs.field(validator=_SIDE)


@attrs.frozen(kw_only=True)
class SubtitlePosition(Request):
    """Where subtitles stand, relative to their normal place; in HeyGen's own units."""

    x: float | None = optional(served=0)
    y: float | None = optional(served=0)


@attrs.frozen(kw_only=True)
class SubtitleSettings(Request):
    """How subtitles in the picture look.

    Attributes:
        preset_name: a style by its name in the app.
        font_size: in HeyGen's own units.
        alignment: a number from the app; 2 is centred below.
        position: where they stand.
        disable_highlight: do not mark the word being spoken.
    """

    preset_name: str = attrs.field(validator=Text(1))
    font_size: int | None = optional()
    alignment: int | None = optional(served=2)
    position: SubtitlePosition | None = optional()
    disable_highlight: bool | None = optional(served=False)


@attrs.frozen(kw_only=True)
class GenerateFromTemplateRequest(Request):
    """A video from a template.

    Attributes:
        variables: a value for each variable, as ``Templates.get`` describes them; may be empty.
        title: for display and for search.
        scene_ids: only these scenes, in this order.
        dimension: of the frame; the template's own without it.
        fps: 25, 30 or 60 frames a second.
        caption: captions as a file.
        subtitles: captions in the picture.
        brand_voice_id: how brand words are spoken.
        folder_id: where the video is put.
        enable_sharing: make its page public.
        include_gif: a short animation besides.
        keep_text_vertically_centered: when texts become longer.
        reorder_music: fit the music to the scenes.
        callback_url: https address that is told when the video settles; it is not signed.
        callback_id: comes back in that message.
    """

    variables: Mapping[str, Any]
    title: str | None = optional(Text(1))
    scene_ids: Sequence[str] | None = optional(Each(ID))
    dimension: VideoDimension | None = optional()
    fps: float | None = optional(OneOf((25, 30, 60)), served=25)
    caption: bool | None = optional(served=False)
    subtitles: SubtitleSettings | None = optional()
    brand_voice_id: str | None = optional(ID)
    folder_id: str | None = optional(ID)
    enable_sharing: bool | None = optional(served=False)
    include_gif: bool | None = optional(served=False)
    keep_text_vertically_centered: bool | None = optional(served=False)
    reorder_music: bool | None = optional(served=True)
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))


@attrs.frozen
class TemplateSummary(Resource):
    """A template in a list.

    Attributes:
        id: its id.
        name: for display.
        aspect_ratio: of its frame.
        thumbnail_url: a still.
        created_at: unix seconds.
        updated_at: unix seconds.
    """

    id: str
    name: str
    aspect_ratio: str | None = None
    thumbnail_url: str | None = signed()
    created_at: int | None = None
    updated_at: int | None = None


@attrs.frozen
class TemplateSceneVariable(Resource):
    """A variable of a scene.

    Attributes:
        name: its key in ``variables``.
        variable_type: what it takes, such as ``text`` or ``image``.
    """

    name: str
    variable_type: str


@attrs.frozen
class TemplateScene(Resource):
    """A scene of a template.

    Attributes:
        scene_id: its id.
        script: what is spoken, with the variables in it.
        variables: that occur in it.
    """

    scene_id: str
    script: str | None = None
    variables: tuple[TemplateSceneVariable, ...] = ()


@attrs.frozen
class TemplateDetail(TemplateSummary):
    """A template with what can be filled in.

    Attributes:
        variables: by name, what each takes and holds now; HeyGen publishes no fields.
        scene_ids: in their order.
        scenes: with script and variables.
    """

    variables: Mapping[str, Any] = attrs.field(factory=dict)
    scene_ids: tuple[str, ...] = ()
    scenes: tuple[TemplateScene, ...] = ()


LIST_TEMPLATES = reads("/v3/templates", "listTemplates")
GET_TEMPLATE = reads("/v3/templates/{template_id}", "getTemplate")
GENERATE = renders("/v3/templates/{template_id}", "generateFromTemplate", Replay.KEYED)

ENDPOINTS = (LIST_TEMPLATES, GET_TEMPLATE, GENERATE)


class Templates(Family):
    """Templates, and videos made of them."""

    def list(self, *, limit: int | None = None, token: str | None = None) -> Pages[TemplateSummary]:
        """Templates; ``limit`` is items a page, 1 to 100, 10 by default."""
        query = {"limit": page_size(limit, 100)}
        return self._list(TemplateSummary, LIST_TEMPLATES, query=query, token=token)

    async def get(self, template_id: str) -> TemplateDetail:
        """One template with its variables."""
        return await self._call(TemplateDetail, GET_TEMPLATE, ids={"template_id": template_id})

    async def generate(
        self,
        template_id: str,
        request: GenerateFromTemplateRequest,
        *,
        idempotency_key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> VideoDetail:
        """Begin to render a video from a template and return it as it is then.

        Charged by the second of finished video. Wait for it with ``heygen.videos.wait``. Under
        the same key HeyGen gives the video as it was when it was created, not as it is now.

        Args:
            template_id: which template.
            request: the variables and options.
            idempotency_key: to repeat the call within 24 hours without being charged twice; one
                is made if none is given. Never use one for two different requests.
            concurrency: what to do when the account renders as much as it may: ``wait`` as long
                as the server says, or ``raise``.

        Raises:
            NotFoundError: the template is unknown.
            InvalidRequestError: a variable is missing or of another type.
            UncertainError: the answer was lost; call again with the error's ``key``.
        """
        request_of(GenerateFromTemplateRequest, request, "request")
        return await self._call(
            VideoDetail,
            GENERATE,
            ids={"template_id": template_id},
            body=request,
            key=idempotency_key,
            concurrency=concurrency,
        )
