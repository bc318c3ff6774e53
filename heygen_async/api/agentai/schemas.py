"""What agent.ai's actions take and give.

Every request names a variable for its result, which only agent.ai's own builder needs; over HTTP it
must be there all the same. Defaults such as ``{{heygen_result.video_id}}`` are that builder's, too,
and never sent: real values are.

Source: source document 000 and the agent.ai behaviour notes §12, read 2026-11-20.
"""

from __future__ import annotations

from typing import Any

import attrs

from heygen_async.api.agentai.words import (
    VIDEO_WORDS,
    AgentAIAge,
    AgentAIAspectRatio,
    AgentAIAvatarName,
    AgentAIAvatarSource,
    AgentAIContentType,
    AgentAIEthnicity,
    AgentAIExpression,
    AgentAIGender,
    AgentAIOrientation,
    AgentAIPose,
    AgentAIStyle,
    AgentAIVideoSource,
    AgentAIVideoState,
)
from heygen_async.api.rules import COLOUR, ID, URL, Matches, Text
from heygen_async.api.values import Request, Resource, optional, signed
from heygen_async.errors import InvalidInputError
from heygen_async.models.state import JobState

__all__ = [
    "AgentAIAvatar",
    "AgentAIAvatarRequest",
    "AgentAIReportRequest",
    "AgentAIVideo",
    "AgentAIVideoRequest",
    "AgentAIVideoStatus",
    "AgentAIVideoStatusRequest",
]

_VARIABLE = Matches(r"[a-zA-Z][a-zA-Z0-9_]*", "a letter, then letters, digits and underscores")


def _variable(name: str) -> Any:
    """A field for the name of the result's variable; always sent."""
    return attrs.field(default=name, validator=_VARIABLE)


# --- requests ------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class AgentAIAvatarRequest(Request):
    """An avatar made of photos, or of a description.

    Attributes:
        source_type: ``upload`` or ``generate``.
        name: for display; agent.ai calls it "My Avatar" otherwise.
        photos_json: the photos as agent.ai wants them; ``create_avatar(photos=...)`` builds it.
        age: of the person, for ``generate`` as all that follow.
        gender: see `AgentAIGender`.
        ethnicity: see `AgentAIEthnicity`.
        orientation: of the picture.
        pose: see `AgentAIPose`.
        style: see `AgentAIStyle`.
        appearance: further wishes in your own words; no limit is stated.
        output_variable_name: of no meaning over HTTP, and required.
    """

    source_type: AgentAIAvatarSource | str
    name: str | None = optional(Text(1))
    photos_json: str | None = attrs.field(default=None, validator=Text(2), repr=False)
    age: AgentAIAge | str | None = optional(served="Young Adult")
    gender: AgentAIGender | str | None = optional(served="Unspecified")
    ethnicity: AgentAIEthnicity | str | None = optional(served="Unspecified")
    orientation: AgentAIOrientation | str | None = optional(served="square")
    pose: AgentAIPose | str | None = optional(served="half_body")
    style: AgentAIStyle | str | None = optional(served="Realistic")
    appearance: str | None = optional(Text(1))
    output_variable_name: str = _variable("avatar_result")


@attrs.frozen(kw_only=True)
class AgentAIReportRequest(Request):
    """A page about an avatar.

    Attributes:
        report_data: what is known of it, as JSON.
        output_variable_name: see `AgentAIAvatarRequest`.
    """

    report_data: str | None = optional(Text(1), served="{{avatar_result}}")
    output_variable_name: str = _variable("results_html")


@attrs.frozen(kw_only=True)
class AgentAIVideoRequest(Request):
    """A video in which a stock avatar tells of an article, a topic, or says a script.

    Attributes:
        source_type: ``blog_url`` or ``topic_or_script``; the field for it must be given, and no
            other.
        blog_url: address of the article.
        topic: what to speak about, or the words themselves; agent.ai does not say how it tells one
            from the other.
        aspect_ratio: ``landscape`` or ``portrait``.
        avatar_name: one of the ten.
        content_type: ``blog_summary`` or ``blog_promotion``.
        expression: ``default`` or ``happy``.
        circle_style: show the avatar in a circle.
        background_color: six hex digits, such as ``#1a2b3c``.
        output_variable_name: see `AgentAIAvatarRequest`.
    """

    source_type: AgentAIVideoSource | str
    blog_url: str | None = optional(URL)
    topic: str | None = optional(Text(1))
    aspect_ratio: AgentAIAspectRatio | str = AgentAIAspectRatio.LANDSCAPE
    avatar_name: AgentAIAvatarName | str = AgentAIAvatarName.SAWYER
    content_type: AgentAIContentType | str | None = optional(served="blog_summary")
    expression: AgentAIExpression | str | None = optional(served="default")
    circle_style: bool | None = optional(served=False)
    background_color: str | None = optional(COLOUR, served="#FFFFFF")
    output_variable_name: str = _variable("heygen_result")

    def _cohere(self) -> None:
        # Prose of the contract, no schema. A field that would be ignored is a mistake as well.
        fields = {"blog_url": self.blog_url, "topic": self.topic}
        wanted = {"blog_url": "blog_url", "topic_or_script": "topic"}.get(str(self.source_type))
        if wanted is None:
            return
        given = [name for name, value in fields.items() if value is not None]
        if given != [wanted]:
            rule = f"must be given, and nothing else, for source_type {str(self.source_type)!r}"
            raise InvalidInputError(
                f"AgentAIVideoRequest.{wanted} {rule}, not {' and '.join(given) or 'nothing'}",
                field=f"AgentAIVideoRequest.{wanted}",
                rule=rule,
                value=", ".join(given),
            )


@attrs.frozen(kw_only=True)
class AgentAIVideoStatusRequest(Request):
    """Which video is asked after.

    Attributes:
        video_id: its id.
        output_variable_name: see `AgentAIAvatarRequest`.
    """

    video_id: str = attrs.field(validator=ID)
    output_variable_name: str = _variable("video_status")


# --- answers -------------------------------------------------------------------------------------


@attrs.frozen
class AgentAIAvatar(Resource):
    """An avatar that is being made.

    Attributes:
        group_id: HeyGen's id of its group. agent.ai has no call to look at it: a HeyGen key of the
            account that owns it does, with ``heygen.avatars``.
        status: HeyGen's word, at that moment.
    """

    group_id: str
    status: str | None = None


@attrs.frozen
class AgentAIVideo(Resource):
    """A video that is being made.

    Attributes:
        video_id: its id.
        title: as agent.ai called it.
        script: what will be said.
    """

    video_id: str
    title: str | None = None
    script: str | None = None


@attrs.frozen
class AgentAIVideoStatus(Resource):
    """How far a video is.

    Attributes:
        status: see `AgentAIVideoState`.
        video_url: the MP4, once it is completed; signed.
        thumbnail_url: a still of it.
    """

    status: AgentAIVideoState
    video_url: str | None = signed()
    thumbnail_url: str | None = signed()

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure, where there is one."""
        return VIDEO_WORDS.read(self.status, reason=_reason(self.raw.get("error")))


def _reason(told: object) -> str | None:
    """agent.ai documents no reason for a failure; should there be one, it is told."""
    return told if isinstance(told, str) and told else None
