"""Voices of v2.

Source: HeyGen v2 contract and behaviour notes section 5, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.calls import reads
from heygen_async.api.paging import Pages
from heygen_async.api.v2.legacy import LegacyFamily, legacy
from heygen_async.api.values import Resource, signed

__all__ = ["VoiceItemV2", "VoicesV2"]

LIST_VOICES = legacy(reads("/v2/voices", "list-voices-v2"), "GET /v3/voices")

ENDPOINTS = (LIST_VOICES,)


@attrs.frozen
class VoiceItemV2(Resource):
    """A voice.

    Attributes:
        voice_id: its id.
        name: as shown.
        language: such as ``English``.
        gender: spelt ``Female``, ``female`` or ``unknown``.
        preview_audio: where to listen to it; may be empty.
        support_pause: whether it knows pauses.
        emotion_support: whether it takes an ``emotion``.
        support_interactive_avatar: whether it speaks live.
        support_locale: whether it takes a ``locale``.
    """

    voice_id: str
    name: str | None = None
    language: str | None = None
    gender: str | None = None
    preview_audio: str | None = signed()
    support_pause: bool = False
    emotion_support: bool = False
    support_interactive_avatar: bool = False
    support_locale: bool = False


class VoicesV2(LegacyFamily):
    """Voices, public ones and the account's own."""

    def list(self) -> Pages[VoiceItemV2]:
        """All voices, in one large page."""
        return self._pages(VoiceItemV2, LIST_VOICES, "voices")
