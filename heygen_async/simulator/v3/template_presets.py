"""The templates every account sees.

HeyGen's are prepared in its app. What stands in `variables` is not published for v3; the fields
here are those of v2: a name, a type, and properties that depend on the type (read in the public
guides to v2 templates, 2026-11-20).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs


@attrs.frozen
class Variable:
    """Something to fill in.

    Attributes:
        name: its key.
        type: text, image, voice or character.
        properties: what it holds until somebody fills it in.
    """

    name: str
    type: str
    properties: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The variable as it is shown, and as it is given back filled in."""
        return {"name": self.name, "type": self.type, "properties": dict(self.properties)}


@attrs.frozen
class Scene:
    """A part of a template; variables stand in its script as `{{name}}`."""

    id: str
    script: str
    uses: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Template:
    """A prepared video.

    Attributes:
        number: its place in the list.
        look_id, voice_id: who appears and speaks if no variable says otherwise.
    """

    id: str
    number: int
    name: str
    aspect_ratio: str
    look_id: str
    voice_id: str
    scenes: tuple[Scene, ...]
    variables: Mapping[str, Variable]
    created_at: int = 1_780_000_000


def _text(name: str, content: str) -> Variable:
    return Variable(name, "text", {"content": content})


def _named(*variables: Variable) -> dict[str, Variable]:
    return {it.name: it for it in variables}


_WELCOME = Template(
    id="sim-template-welcome",
    number=1,
    name="Welcome aboard",
    aspect_ratio="16:9",
    look_id="sim-look-mia",
    voice_id="sim-voice-anna",
    scenes=(
        Scene(
            "greeting",
            "Hello {{first_name}}, and welcome to {{company}}.",
            ("first_name", "company"),
        ),
        Scene("outlook", "Your first day is going to be a good one.", ()),
    ),
    variables=_named(
        _text("first_name", "there"),
        _text("company", "our company"),
        Variable("voice", "voice", {"voice_id": "sim-voice-anna"}),
    ),
)

_PRODUCT = Template(
    id="sim-template-product",
    number=2,
    name="Product of the week",
    aspect_ratio="9:16",
    look_id="sim-look-leo",
    voice_id="sim-voice-ben",
    scenes=(
        Scene("hook", "Have you seen {{product}}?", ("product", "photo")),
        Scene("price", "This week it is yours for {{price}}.", ("price",)),
        Scene("close", "Come by, or order it from home.", ()),
    ),
    variables=_named(
        _text("product", "our new lamp"),
        _text("price", "twenty dollars"),
        Variable("photo", "image", {"url": None, "asset_id": None, "fit": "contain"}),
    ),
)

_LESSON = Template(
    id="sim-template-lesson",
    number=3,
    name="Short lesson",
    aspect_ratio="16:9",
    look_id="sim-look-leo",
    voice_id="sim-voice-ben",
    scenes=(
        Scene("intro", "Today we talk about {{topic}}.", ("topic", "presenter")),
        Scene("core", "{{lesson}}", ("lesson", "presenter")),
    ),
    variables=_named(
        _text("topic", "how plants drink"),
        _text("lesson", "Water climbs from the roots to the leaves, and leaves through them."),
        Variable("presenter", "character", {"character_id": "sim-look-leo", "type": "avatar"}),
    ),
)

TEMPLATES = {it.id: it for it in (_WELCOME, _PRODUCT, _LESSON)}
