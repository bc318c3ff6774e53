"""Voices: find one, clone or design one, let one speak."""

from __future__ import annotations

from collections.abc import Sequence

from heygen_async.api.calls import deletes, posts, reads
from heygen_async.api.family import Family, request_of
from heygen_async.api.looking import looking, state_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import page_size, word
from heygen_async.api.v3.voices_schemas import (
    CloneVoiceRequest,
    CreatedVoiceClone,
    CreateSpeechRequest,
    DeletedVoice,
    DesignedVoices,
    DesignVoiceRequest,
    Speech,
    VoiceDetail,
    VoiceItem,
    VoiceType,
)
from heygen_async.api.watch import BulkLook
from heygen_async.models.state import JobState
from heygen_async.transport.endpoint import Replay

__all__ = ["Voices"]

LIST_VOICES = reads("/v3/voices", "listVoices")
GET_VOICE = reads("/v3/voices/{voice_id}", "getVoice")
DELETE_VOICE = deletes("/v3/voices/{voice_id}", "deleteVoice")
# None of the three is known to take an idempotency key [behaviour notes 4, read 2026-11-20].
DESIGN_VOICE = posts("/v3/voices", "designVoice", Replay.UNSAFE)
CLONE_VOICE = posts("/v3/voices/clone", "cloneVoice", Replay.UNSAFE)
CREATE_SPEECH = posts("/v3/voices/speech", "createSpeech", Replay.UNSAFE)

ENDPOINTS = (LIST_VOICES, GET_VOICE, DELETE_VOICE, DESIGN_VOICE, CLONE_VOICE, CREATE_SPEECH)


class Voices(Family):
    """Voices, public ones and the account's own."""

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """See ``Family``."""
        return {"voice_clone": self.look}

    def list(
        self,
        *,
        type: VoiceType | str | None = None,  # noqa: A002 - the server's own word for it
        engine: str | None = None,
        language: str | None = None,
        gender: str | None = None,
        limit: int | None = None,
        token: str | None = None,
    ) -> Pages[VoiceItem]:
        """Voices.

        Args:
            type: ``public``, which is the server's default, or ``private``.
            engine: only those of this engine, such as ``starfish``.
            language: only those that speak this, such as ``English``.
            gender: only these.
            limit: items a page, 1 to 100; the server's default is 20.
            token: where to go on.
        """
        query = {
            "type": word(VoiceType, "type", type),
            "engine": engine,
            "language": language,
            "gender": gender,
            "limit": page_size(limit, 100),
        }
        return self._list(VoiceItem, LIST_VOICES, query=query, token=token)

    async def get(self, voice_id: str) -> VoiceDetail:
        """One voice; of a clone also how far it is."""
        return await self._call(VoiceDetail, GET_VOICE, ids={"voice_id": voice_id})

    async def delete(self, voice_id: str) -> DeletedVoice:
        """Delete a voice of one's own.

        Raises:
            NotFoundError: it does not exist; after a lost answer that means it is done.
        """
        return await self._call(DeletedVoice, DELETE_VOICE, ids={"voice_id": voice_id})

    async def clone(self, request: CloneVoiceRequest) -> CreatedVoiceClone:
        """Begin to clone a voice from a recording and return its id.

        Takes a place among the account's clones (10 were seen). There is no idempotency key: a
        lost answer is never repeated.

        Raises:
            PlanLimitError: all places are taken; delete a clone.
            UncertainError: the answer was lost; look among the private voices for the name.
        """
        request_of(CloneVoiceRequest, request, "request")
        return await self._call(CreatedVoiceClone, CLONE_VOICE, body=request)

    async def wait(self, voice_id: str, *, timeout: float | None = 1800.0) -> VoiceDetail:
        """The cloned voice, once it can speak.

        Args:
            voice_id: the ``voice_clone_id`` that ``clone`` gave.
            timeout: seconds, None to wait for ever.

        Raises:
            JobFailedError: it could not be cloned; with ``reason``.
            NotFoundError: it does not exist any more.
            DeadlineError: not ready in time; wait again with its id.
        """
        return await self._settled("voice_clone", voice_id, self.get, state_of, timeout=timeout)

    async def look(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of clones, one request each."""
        return await looking(self.get)(ids)

    async def design(self, request: DesignVoiceRequest) -> DesignedVoices:
        """Up to three new voices after a description; the answer comes when they are made.

        There is no idempotency key: a lost answer is never repeated.

        Raises:
            UncertainError: the answer was lost.
        """
        request_of(DesignVoiceRequest, request, "request")
        return await self._call(DesignedVoices, DESIGN_VOICE, body=request)

    async def speak(self, request: CreateSpeechRequest) -> Speech:
        """Speech from text; the answer comes when it is made.

        Charged by the second of speech. There is no idempotency key: a lost answer is never
        repeated. Only Starfish voices speak here.

        Raises:
            UncertainError: the answer was lost, and the speech perhaps charged.
        """
        request_of(CreateSpeechRequest, request, "request")
        return await self._call(Speech, CREATE_SPEECH, body=request)
