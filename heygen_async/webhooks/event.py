"""What all events have in common, and how a field finds its value in what HeyGen sent.

HeyGen documents the data of two events out of thirty, and spells a field differently from one
document to the next. So an event is read with good will: a field lists the names it has been seen
under, takes the first that has a value of its type, and is None otherwise; nothing an event lacks
makes it unreadable. All that came stays in ``raw``.

An event concerns jobs, and which ones is read from the names of the ids in it, whatever its type.
So an event that HeyGen adds tomorrow wakes those who wait for its job, too.

Source: HeyGen v3 behaviour notes section 10, and section 9 of those on v1/v2, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

import attrs

from heygen_async.transport.redact import redact_text, redact_url

__all__ = ["Event", "Failure", "JobName", "Success", "address", "mapping", "number", "read", "text"]

E = TypeVar("E", bound="Event")

JobName = tuple[str, str]
"""The kind of a job and its id, as ``HeyGen.watch`` and ``HeyGen.nudge`` take them."""

_SPELLINGS = "spellings"
_READ = "read"

_BATCHES = ("video_batch", "lipsync_batch", "translation_batch")

# Names of ids, and the kinds of jobs they may be the id of; the first found is an event's own job.
# Only some are documented for events; the others are the API's names for the same resources. A
# batch event does not say of what. An asset batch never emits one.
_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("session_id", ("video_agent",)),
    ("video_agent_id", ("video_agent",)),
    ("video_translate_id", ("translation",)),
    ("video_translation_id", ("translation",)),
    ("proofread_id", ("proofread",)),
    ("ai_clipping_id", ("clipping",)),
    ("lipsync_id", ("lipsync",)),
    ("background_removal_id", ("background_removal",)),
    ("voice_clone_id", ("voice_clone",)),
    ("video_id", ("video",)),
    ("look_id", ("avatar_look",)),
    ("avatar_id", ("avatar_look",)),
    ("group_id", ("avatar_group",)),
    ("avatar_group_id", ("avatar_group",)),
    ("batch_id", _BATCHES),
)


@attrs.frozen(kw_only=True)
class Event:
    """Something that happened at HeyGen.

    Attributes:
        event_type: HeyGen's word for it, such as ``avatar_video.success``.
        event_id: the same in every delivery of the event; None where HeyGen named none.
        created_at: unix seconds, None where HeyGen said nothing.
        callback_id: what the caller gave when the job was created.
        verified: whether a signature proved that it comes from HeyGen.
        data: its ``event_data`` as it came; empty if that was no object.
        raw: the whole body as it came.
    """

    kind: ClassVar[str | None] = None
    """What a bare ``id`` in the data is the id of."""

    event_type: str
    event_id: str | None = None
    created_at: float | None = None
    verified: bool = False
    callback_id: str | None = attrs.field(default=None, metadata={_SPELLINGS: ("callback_id",)})
    data: Mapping[str, Any] = attrs.field(factory=dict, repr=False, hash=False)
    raw: Mapping[str, Any] = attrs.field(factory=dict, repr=False, hash=False)

    @property
    def job(self) -> JobName | None:
        """The job it is about, as kind and id; None where it names none that can be looked at.

        A batch event does not say of what its batch is; of videos is assumed. See ``jobs``.
        """
        return next(iter(self.jobs), None)

    @property
    def jobs(self) -> tuple[JobName, ...]:
        """All jobs it may concern, the likeliest first, as kinds and ids."""
        named = [
            (kind, id_)
            for name, kinds in _KINDS
            if (id_ := _text(self.data.get(name))) is not None
            for kind in kinds
        ]
        bare = _text(self.data.get("id"))
        if self.kind is not None and bare is not None:
            named.append((self.kind, bare))
        # A sort is stable: what the type is about goes before what it merely mentions.
        return tuple(sorted(dict.fromkeys(named), key=lambda job: job[0] != self.kind))


@attrs.frozen(kw_only=True)
class Success(Event):
    """Something went well; look at the job before you rely on it."""


@attrs.frozen(kw_only=True)
class Failure(Event):
    """Something went wrong; look at the job before you rely on it.

    Attributes:
        code: HeyGen's word for the reason, often None.
        message: HeyGen's sentence about it, often None.
    """

    code: str | None = attrs.field(
        default=None,
        metadata={_SPELLINGS: ("failure_code", "error_code", "code", "error.code")},
    )
    message: str | None = attrs.field(
        default=None,
        repr=lambda message: repr(message and redact_text(message)),
        metadata={
            _SPELLINGS: (
                *("failure_message", "error_message", "msg", "message"),
                *("error.message", "error", "reason"),
            )
        },
    )


def text(*spellings: str) -> Any:
    """A text field; empty text counts as none."""
    return attrs.field(default=None, metadata={_SPELLINGS: spellings})


def address(*spellings: str) -> Any:
    """An address, which is shown without its signature: whoever reads that could fetch the file."""
    return attrs.field(default=None, repr=_shown, metadata={_SPELLINGS: spellings})


def number(*spellings: str) -> Any:
    """A whole number."""
    return attrs.field(default=None, metadata={_SPELLINGS: spellings, _READ: _whole})


def mapping(*spellings: str) -> Any:
    """An object, as it came; empty where there is none."""
    return attrs.field(factory=dict, hash=False, metadata={_SPELLINGS: spellings, _READ: _object})


def read(cls: type[E], data: Mapping[str, Any], **known: Any) -> E:
    """An event of the class, its fields filled from the data under any of their spellings."""
    for field in attrs.fields(cls):
        take = field.metadata.get(_READ, _text)
        for spelling in field.metadata.get(_SPELLINGS, ()):
            value = take(_at(data, spelling))
            if value is not None:
                known[field.name] = value
                break
    return cls(data=data, **known)


def _at(data: Mapping[str, Any], spelling: str) -> Any:
    value: Any = data
    for name in spelling.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _object(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None


def _shown(value: object) -> str:
    return repr(redact_url(value)) if isinstance(value, str) else repr(value)
