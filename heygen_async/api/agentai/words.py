"""The words of agent.ai's actions.

Source: source document 000 and the agent.ai behaviour notes §12, read 2026-11-20.
"""

from __future__ import annotations

from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import Progress, Words

__all__ = [
    "AgentAIAge",
    "AgentAIAspectRatio",
    "AgentAIAvatarName",
    "AgentAIAvatarSource",
    "AgentAIContentType",
    "AgentAIEthnicity",
    "AgentAIExpression",
    "AgentAIGender",
    "AgentAIOrientation",
    "AgentAIPose",
    "AgentAIStyle",
    "AgentAIVideoSource",
    "AgentAIVideoState",
]


class AgentAIAvatarSource(OpenWord):
    """What an avatar is made of: photos, or a description."""

    UPLOAD = "upload"
    GENERATE = "generate"


class AgentAIAge(OpenWord):
    """How old a generated person looks; there is no way to leave it open."""

    YOUNG_ADULT = "Young Adult"
    MIDDLE_AGED = "Middle-Aged"
    SENIOR = "Senior"


class AgentAIGender(OpenWord):
    """The gender of a generated person."""

    UNSPECIFIED = "Unspecified"
    MALE = "Male"
    FEMALE = "Female"
    NON_BINARY = "Non-Binary"


class AgentAIEthnicity(OpenWord):
    """The ethnicity of a generated person."""

    UNSPECIFIED = "Unspecified"
    ASIAN = "Asian"
    BLACK = "Black"
    CAUCASIAN = "Caucasian"
    HISPANIC = "Hispanic"
    MIDDLE_EASTERN = "Middle Eastern"
    MIXED = "Mixed"


class AgentAIOrientation(OpenWord):
    """The shape of a generated photo."""

    SQUARE = "square"
    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


class AgentAIPose(OpenWord):
    """How much of a generated person is shown."""

    HALF_BODY = "half_body"
    CLOSE_UP = "close_up"
    FULL_BODY = "full_body"


class AgentAIStyle(OpenWord):
    """What kind of picture is generated."""

    REALISTIC = "Realistic"
    ARTISTIC = "Artistic"
    PROFESSIONAL = "Professional"


class AgentAIVideoSource(OpenWord):
    """What a video is about: an article at an address, or a topic or script."""

    BLOG_URL = "blog_url"
    TOPIC_OR_SCRIPT = "topic_or_script"


class AgentAIAspectRatio(OpenWord):
    """The shape of a video."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"


class AgentAIAvatarName(OpenWord):
    """The ten stock avatars; there is no way to name one's own."""

    SAWYER = "sawyer"
    GABRIELLE = "gabrielle"
    DENYSE = "denyse"
    KAITLYN = "kaitlyn"
    ASHER = "asher"
    CHUKWU = "chukwu"
    ARAJ = "araj"
    DECLAN = "declan"
    NEVAEH = "nevaeh"
    YOUSSEF = "youssef"


class AgentAIContentType(OpenWord):
    """What is made of an article."""

    BLOG_SUMMARY = "blog_summary"
    BLOG_PROMOTION = "blog_promotion"


class AgentAIExpression(OpenWord):
    """How the avatar looks while it speaks."""

    DEFAULT = "default"
    HAPPY = "happy"


class AgentAIVideoState(OpenWord):
    """How far a video is."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


VIDEO_WORDS = Words.of(
    {AgentAIVideoState.COMPLETED: Progress.DONE, AgentAIVideoState.FAILED: Progress.FAILED}
)
