"""Everything a journal may hold comes back as it was, and nothing else is let in."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

import attrs
import hypothesis.strategies as st
import orjson
import pytest
from hypothesis import given

from heygen_async.errors import JournalError, JournalFormatError
from heygen_async.journal.codec import decode, encode, job_from_plain, job_to_plain, kind_of
from heygen_async.models import events, job
from heygen_async.models.events import Event, Intended, Settled
from heygen_async.models.generated import Age, Ethnicity, GeneratedPhoto, Style
from heygen_async.models.job import (
    AnimatedImage,
    Audio,
    Background,
    Captions,
    Job,
    Look,
    Photo,
    Prompt,
    Script,
    VideoOptions,
    Watermark,
)
from heygen_async.models.source import Media

# --- strategies ----------------------------------------------------------------------------------

# JSON in UTF-8 has no lone surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FILLED = TEXT.filter(lambda text: bool(text.strip()))
PATH = FILLED.filter(lambda text: "\0" not in text)
# Control characters cannot be said, and something has to be.
SAID = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n"), max_size=20
).map("a{}".format)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MAPPING = st.dictionaries(TEXT, PLAIN, max_size=4)

FIELDS: dict[Any, st.SearchStrategy[Any]] = {
    float: NUMBER,
    int: st.integers(0, 10**6),
    str: TEXT,
    bool: st.booleans(),
    str | None: st.none() | TEXT,
    Mapping[str, Any]: MAPPING,
}
KINDS = typing.get_args(Event)
EVENTS = st.one_of(
    *(
        st.builds(
            kind,
            **{field.name: FIELDS[field.type] for field in attrs.fields(attrs.resolve_types(kind))},
        )
        for kind in KINDS
    )
)


def media(kind: type[Media], **own: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    path = PATH.filter(lambda text: "://" not in text)
    url = PATH.map(lambda text: f"https://example.com/{text}")
    kept = st.binary(min_size=32, max_size=32).map(lambda digest: f"sha256:{digest.hex()}")
    return st.builds(kind, path | url | kept, **own) | st.builds(kind, asset_id=FILLED, **own)


OPTIONAL = st.none() | FILLED
PLAIN_MEDIA = media(Media)
AVATARS = st.one_of(
    media(Photo, name=OPTIONAL, group_id=OPTIONAL),
    media(AnimatedImage),
    st.builds(
        Prompt,
        FILLED,
        name=FILLED,
        references=st.lists(PLAIN_MEDIA, max_size=3),
        group_id=OPTIONAL,
        look_id=OPTIONAL,
    ),
    st.builds(
        GeneratedPhoto,
        FILLED,
        age=st.sampled_from(Age),
        ethnicity=st.sampled_from(Ethnicity),
        style=st.sampled_from(Style),
        appearance=OPTIONAL,
        strict=st.booleans(),
    ),
    st.builds(Look, FILLED),
)
SPEECHES = media(Audio) | st.builds(
    Script,
    SAID,
    voice_id=FILLED,
    speed=st.none() | st.floats(0.5, 1.5),
    pitch=st.none() | st.floats(-50, 50),
    volume=st.none() | st.floats(0, 1),
    locale=OPTIONAL,
    engine_settings=st.none() | MAPPING,
)
COLOR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
OPTIONS = st.builds(
    VideoOptions,
    title=OPTIONAL,
    resolution=st.none() | st.sampled_from(job.RESOLUTIONS),
    aspect_ratio=st.none() | st.sampled_from(job.ASPECT_RATIOS),
    fit=st.none() | st.sampled_from(job.FITS),
    background=st.none() | st.builds(Background, COLOR) | st.builds(Background, image=PLAIN_MEDIA),
    remove_background=st.none() | st.booleans(),
    captions=st.none() | st.builds(Captions, st.booleans()),
    expressiveness=st.none() | st.sampled_from(job.EXPRESSIVENESS),
    motion_prompt=OPTIONAL,
    watermark=st.none()
    | st.builds(
        Watermark,
        PLAIN_MEDIA,
        opacity=st.floats(0, 1),
        scale=st.floats(0.001, 2),
        position=st.sampled_from(job.CORNERS),
        offset_x=st.none() | st.floats(-1, 1),
        offset_y=st.none() | st.floats(-1, 1),
    ),
    callback_id=OPTIONAL,
)
JOBS = st.builds(
    Job, avatar=AVATARS, speech=SPEECHES, options=OPTIONS, output=st.none() | PATH, id=OPTIONAL
)


def test_the_strategies_know_every_event() -> None:
    defined = {
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and attrs.has(kind) and kind.__module__ == events.__name__
    }

    assert set(KINDS) == defined


# --- there and back ------------------------------------------------------------------------------


@given(event=EVENTS)
def test_every_event_comes_back_as_it_was(event: Event) -> None:
    assert decode(kind_of(event), encode(event)) == event


@given(event=EVENTS)
def test_an_event_is_written_whole(event: Event) -> None:
    written = orjson.loads(encode(event))

    assert set(written) == {field.name for field in attrs.fields(type(event))}


@given(job=JOBS)
def test_every_job_comes_back_as_it_was(job: Job) -> None:
    plain = orjson.loads(orjson.dumps(job_to_plain(job)))

    assert job_from_plain(plain) == job


@given(job=JOBS)
def test_a_job_is_the_same_plain_value_before_and_after_it_was_written(job: Job) -> None:
    plain = job_to_plain(job)

    assert orjson.loads(orjson.dumps(plain)) == plain
    assert job_to_plain(job_from_plain(plain)) == plain


@pytest.mark.parametrize("kind", [Photo, AnimatedImage])
def test_a_photo_that_stands_where_any_media_may_comes_back_as_media(kind: type[Media]) -> None:
    options = VideoOptions(background=Background(image=kind("a.jpg")))
    plain = job_to_plain(Job(avatar=Look("l"), speech=Script("Hi"), options=options))

    again = job_from_plain(orjson.loads(orjson.dumps(plain)))

    assert again.options.background == Background(image=Media("a.jpg"))


def test_strictness_is_remembered() -> None:
    job = Job(avatar=GeneratedPhoto(strict=True), speech=Script("Hi"))

    again = job_from_plain(orjson.loads(orjson.dumps(job_to_plain(job))))

    assert isinstance(again.avatar, GeneratedPhoto)
    assert again.avatar.strict


# --- strict --------------------------------------------------------------------------------------


@given(event=EVENTS, name=TEXT)
def test_an_unknown_field_is_a_format_error(event: Event, name: str) -> None:
    fields = orjson.loads(encode(event))
    if name in fields:
        return
    body = orjson.dumps({**fields, name: 1})

    with pytest.raises(JournalFormatError, match=repr(kind_of(event))):
        decode(kind_of(event), body)


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_field_is_a_format_error(kind: type[Any]) -> None:
    with pytest.raises(JournalFormatError, match="newer"):
        decode(kind.__name__.lower(), b"{}")


@pytest.mark.parametrize("kind", ["", "exploded", "Intended", "event"])
def test_an_unknown_kind_is_a_format_error(kind: str) -> None:
    with pytest.raises(JournalFormatError, match="cannot read"):
        decode(kind, encode(Intended(at=0.0, key="k", attempt=1)))


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'"x"', b"7", b"\xff", b"{}"])
def test_a_body_that_is_none_is_a_format_error(body: bytes) -> None:
    with pytest.raises(JournalFormatError):
        decode("intended", body)


@pytest.mark.parametrize(
    "change",
    [
        {"at": None},
        {"at": "1.5"},
        {"at": True},
        {"key": None},
        {"key": 7},
        {"attempt": 1.5},
        {"attempt": True},
        {"attempt": "1"},
        {"price": None},
    ],
)
def test_a_field_of_another_type_is_a_format_error_and_not_made_to_fit(
    change: dict[str, Any],
) -> None:
    fields = orjson.loads(encode(Intended(at=1.5, key="k", attempt=1)))

    with pytest.raises(JournalFormatError):
        decode("intended", orjson.dumps({**fields, **change}))


@pytest.mark.parametrize(
    "change",
    [
        {"avatar": {"kind": "ghost"}},
        {"avatar": {}},
        {"avatar": None},
        {"avatar": []},
        {"avatar": {"kind": "look", "id": ""}},
        {"avatar": {"kind": "generated", "age": "Ancient"}},
        {"avatar": {"kind": "generated", "gender": "Male"}},
        {"avatar": {"kind": "generated", "mood": "glad"}},
        {"avatar": {"kind": "generated", "strict": 1}},
        {"speech": {"kind": "song", "text": "la"}},
        {"speech": {"kind": "script", "text": "Hi", "mood": "glad"}},
        {"options": {"resolution": "8k"}},
        {"options": {"shape": "round"}},
        {"more": 1},
    ],
)
def test_a_job_of_another_version_is_a_format_error(change: dict[str, Any]) -> None:
    plain = job_to_plain(Job(avatar=Look("l"), speech=Script("Hi")))

    with pytest.raises(JournalFormatError, match="newer"):
        job_from_plain({**plain, **change})


@pytest.mark.parametrize("plain", [None, [], "job", 7])
def test_what_is_no_job_at_all_is_a_format_error(plain: Any) -> None:
    with pytest.raises(JournalFormatError):
        job_from_plain(plain)


def test_an_event_that_is_no_json_cannot_be_written() -> None:
    with pytest.raises(JournalError, match="settled"):
        encode(Settled(at=0.0, result={"bytes": b"\xff"}))
