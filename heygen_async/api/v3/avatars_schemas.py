"""Avatars on the wire: three ways to create one, groups of looks, and consent.

Source: HeyGen v3 contract and behaviour notes sections 6.2, 11 and 14, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.rules import ID, URL, Count, Matches, Text
from heygen_async.api.v3.inputs import AssetInput
from heygen_async.api.values import Request, Resource, optional, signed, tag
from heygen_async.errors import InvalidInputError
from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import JobState, Progress, Words

__all__ = [
    "AvatarConsent",
    "AvatarError",
    "AvatarGroupItem",
    "AvatarLookItem",
    "AvatarLookType",
    "AvatarOwnership",
    "AvatarStatus",
    "CreateAvatarConsentRequest",
    "CreateAvatarRequest",
    "CreateDigitalTwinRequest",
    "CreatePhotoAvatarRequest",
    "CreatePromptAvatarRequest",
    "CreatedAvatar",
    "LookOrientation",
    "UpdateAvatarLookRequest",
]


class AvatarLookType(OpenWord):
    """How a look came to be; photos and prompts both give ``photo_avatar``."""

    STUDIO_AVATAR = "studio_avatar"
    DIGITAL_TWIN = "digital_twin"
    PHOTO_AVATAR = "photo_avatar"


class AvatarOwnership(OpenWord):
    """Whose avatars are listed."""

    PUBLIC = "public"
    PRIVATE = "private"


class AvatarStatus(OpenWord):
    """How far a look or group is; public ones have no status at all."""

    PROCESSING = "processing"
    PENDING_CONSENT = "pending_consent"
    FAILED = "failed"
    COMPLETED = "completed"


class LookOrientation(OpenWord):
    """The shape a look suits best."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"
    SQUARE = "square"


# --- requests ------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class CreatePhotoAvatarRequest(Request):
    """An avatar from one photo of a person.

    Attributes:
        name: of the look.
        file: JPEG or PNG; 512 x 512 pixels or more are advised, one face, looking ahead.
        avatar_group_id: an existing group to add the look to; a new group without it.
    """

    name: str = attrs.field(validator=Text(1))
    file: AssetInput
    avatar_group_id: str | None = optional(ID)
    type: str = tag("photo")


@attrs.frozen(kw_only=True)
class CreateDigitalTwinRequest(Request):
    """An avatar from footage of a person, who must consent before it can speak.

    Attributes:
        name: of the look.
        file: video of 15 to 600 seconds; shorter footage fails in training.
        avatar_group_id: an existing group to add the look to; a new group without it.
    """

    name: str = attrs.field(validator=Text(1))
    file: AssetInput
    avatar_group_id: str | None = optional(ID)
    type: str = tag("digital_twin")


@attrs.frozen(kw_only=True)
class CreatePromptAvatarRequest(Request):
    """An avatar of a person who does not exist, from a description.

    Attributes:
        name: of the look.
        prompt: the description, 1 to 1000 characters.
        reference_images: up to 3 pictures to follow. HeyGen's reference says that they work with an
            ``avatar_group_id`` only, other texts of HeyGen's that none is needed.
        avatar_id: an existing look to follow.
        avatar_group_id: an existing group to add the look to; a new group without it.
    """

    name: str = attrs.field(validator=Text(1))
    prompt: str = attrs.field(validator=Text(1, 1000))
    reference_images: Sequence[AssetInput] | None = optional(Count(0, 3))
    avatar_id: str | None = optional(ID)
    avatar_group_id: str | None = optional(ID)
    type: str = tag("prompt")


CreateAvatarRequest = (
    CreatePromptAvatarRequest | CreateDigitalTwinRequest | CreatePhotoAvatarRequest
)
"""An avatar from words, from a video of somebody, or from a photo."""


@attrs.frozen(kw_only=True)
class CreateAvatarConsentRequest(Request):
    """Ask the person behind a digital twin for consent, or prove it with a recording.

    Attributes:
        reroute_url: where the person's browser goes afterwards.
        consent_text: what the person agrees to; no angle brackets.
        consent_video: a recording of the consent; then neither of the others applies.
    """

    reroute_url: str | None = optional(URL)
    consent_text: str | None = optional(Matches(r"[^<>]*", "text without < and >"))
    consent_video: AssetInput | None = optional()

    def _cohere(self) -> None:
        if self.consent_video is not None and (self.reroute_url or self.consent_text):
            raise InvalidInputError.of(
                "CreateAvatarConsentRequest.consent_video",
                "excludes reroute_url and consent_text",
                "both",
            )


@attrs.frozen
class UpdateAvatarLookRequest(Request):
    """Rename a look."""

    name: str | None = optional(Text(1))


# --- answers -------------------------------------------------------------------------------------


@attrs.frozen
class AvatarError(Resource):
    """Why an avatar could not be made, such as ``training_failed``."""

    code: str
    message: str


@attrs.frozen
class AvatarLookItem(Resource):
    """One look of an avatar; its id is what videos call ``avatar_id``.

    Attributes:
        id: the look's id; public looks may have readable ones.
        name: for display.
        avatar_type: how it came to be.
        group_id: of the group it belongs to.
        preview_image_url: a still; None until it is made.
        preview_video_url: a clip, where there is one.
        gender: as HeyGen classed it.
        tags: for search.
        default_voice_id: the voice a video uses if it names none.
        supported_api_engines: such as ``avatar_iv``; may be empty while training.
        image_width: pixels, 0 or None until the picture is made.
        image_height: pixels, likewise.
        preferred_orientation: the shape it suits best.
        status: None on public looks, which are always ready.
        error: why it failed.
    """

    id: str
    name: str
    avatar_type: AvatarLookType
    group_id: str | None = None
    preview_image_url: str | None = signed()
    preview_video_url: str | None = signed()
    gender: str | None = None
    tags: tuple[str, ...] = ()
    default_voice_id: str | None = None
    supported_api_engines: tuple[str, ...] = ()
    image_width: int | None = None
    image_height: int | None = None
    preferred_orientation: LookOrientation | None = None
    status: AvatarStatus | None = None
    error: AvatarError | None = None

    @property
    def state(self) -> JobState:
        """Whether the look can speak in a video yet.

        A private look is ready when it is completed and its preview exists, for a photo avatar
        with its size: a video made before that fails [HeyGen's own skill, see behaviour notes
        6.2, read 2026-11-20]. ``pending_consent`` goes on as long as the person does not answer.
        """
        state = _avatar_state(self.status, self.error)
        if state.progress is not Progress.DONE or self.status is None:
            return state
        sized = bool(self.image_width and self.image_height)
        ready = bool(self.preview_image_url) and (
            sized or self.avatar_type != AvatarLookType.PHOTO_AVATAR
        )
        return state if ready else JobState(Progress.RUNNING, state.status)


@attrs.frozen
class AvatarGroupItem(Resource):
    """An avatar: a person with all their looks.

    Attributes:
        id: the group's id; videos do not take it, they take a look's.
        name: for display.
        created_at: unix seconds.
        looks_count: how many looks it has; deleting the last one deletes the group.
        preview_image_url: a still.
        preview_video_url: a clip.
        gender: as HeyGen classed it.
        default_voice_id: the voice a video uses if it names none.
        consent_status: for digital twins: ``pending``, ``approved``, ``rejected``, ``skipped``.
        status: None on public groups.
        error: why it failed.
    """

    id: str
    name: str
    created_at: int
    looks_count: int
    preview_image_url: str | None = signed()
    preview_video_url: str | None = signed()
    gender: str | None = None
    default_voice_id: str | None = None
    consent_status: str | None = None
    status: AvatarStatus | None = None
    error: AvatarError | None = None

    @property
    def state(self) -> JobState:
        """What the status means; a group without one is public and ready."""
        return _avatar_state(self.status, self.error)


@attrs.frozen
class CreatedAvatar(Resource):
    """An avatar that began to train.

    Attributes:
        avatar_item: the new look; its id is the one to wait for and to make videos with.
        avatar_group: the group it went to.
    """

    avatar_item: AvatarLookItem | None = None
    avatar_group: AvatarGroupItem | None = None


@attrs.frozen
class AvatarConsent(Resource):
    """A consent that was asked for.

    Attributes:
        avatar_group: whose ``consent_status`` tells the outcome.
        url: to be opened in the person's browser within 24 hours; None after a consent video.
    """

    avatar_group: AvatarGroupItem
    url: str | None = signed()


_WORDS = Words.of({"completed": Progress.DONE, "failed": Progress.FAILED})


def _avatar_state(status: AvatarStatus | None, error: AvatarError | None) -> JobState:
    if status is None:
        return JobState(Progress.DONE)
    code, reason = (None, None) if error is None else (error.code, error.message)
    return _WORDS.read(status, code=code, reason=reason)
