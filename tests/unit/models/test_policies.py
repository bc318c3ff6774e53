from __future__ import annotations

from typing import Any

import pytest

from heygen_async.errors import HeyGenError, InvalidInputError, VideoFailedError
from heygen_async.models.job import Job, Look, Script
from heygen_async.models.outcome import Outcome, Video
from heygen_async.models.policies import Policies, PollPolicy

JOB = Job(avatar=Look("l"), speech=Script("Hello"), id="j")


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        (PollPolicy, {"price": 0}, "PollPolicy.price must be a number from 0.001 to 3600, not 0"),
        (PollPolicy, {"floor": -1}, "PollPolicy.floor must be a number from 0.001 to 3600, not -1"),
        (
            PollPolicy,
            {"ceiling": float("inf")},
            "PollPolicy.ceiling must be a number from 0.001 to 86400, not inf",
        ),
        (PollPolicy, {"pace": 0}, "PollPolicy.pace must be a number from 1e-06 to 1e+06, not 0"),
        (Policies, {"poll": 10}, "Policies.poll must be one of PollPolicy, not 10"),
        (
            Policies,
            {"avatar_timeout": 0},
            "Policies.avatar_timeout must be a number from 0.001 to 604800, not 0",
        ),
        (
            Policies,
            {"video_timeout": None},
            "Policies.video_timeout must be a number from 0.001 to 604800, not None",
        ),
        (Policies, {"resubmits": -1}, "Policies.resubmits must be a number from 0 to 100, not -1"),
        (
            Policies,
            {"on_cancel": "forget"},
            "Policies.on_cancel must be one of 'keep', 'delete', not 'forget'",
        ),
        (
            Policies,
            {"lookahead": 0.5},
            "Policies.lookahead must be a number from 1 to 100, not 0.5",
        ),
        (
            Policies,
            {"submit_in_batches": True, "marker": False},
            "Policies.submit_in_batches must have the marker, to be found by, not 'no marker'",
        ),
        (
            Policies,
            {"callback_url": "http://example.org"},
            "Policies.callback_url must be a public https:// address, not 'http://example.org'",
        ),
    ],
)
def test_a_bad_choice_is_refused_with_its_rule(
    kind: Any, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        kind(**fields)

    assert str(caught.value) == message


@pytest.mark.parametrize("speed", [1.0, 60.0, 2000.0, 1e5])
def test_a_faster_server_is_looked_at_more_often_within_what_is_allowed(speed: float) -> None:
    policy = PollPolicy().faster(speed)

    assert policy.pace == pytest.approx(1 / speed)
    assert policy.price <= 1.0
    assert 0.001 <= policy.floor <= policy.ceiling <= 60.0


def test_the_same_speed_changes_nothing() -> None:
    assert PollPolicy().faster(1.0) == PollPolicy()


def test_an_outcome_gives_its_video_or_raises_its_error() -> None:
    video = Video(id="v")
    error: HeyGenError = VideoFailedError("no", id="v")

    assert Outcome(job=JOB, video=video).unwrap() is video
    assert Outcome(job=JOB, video=video).done
    assert not Outcome(job=JOB, error=error).done
    with pytest.raises(VideoFailedError) as caught:
        Outcome(job=JOB, error=error).unwrap()
    assert caught.value is error


def test_a_video_does_not_show_its_signed_addresses() -> None:
    signed = "https://files.example.com/a.mp4?Signature=secret"
    video = Video(
        id="v",
        video_url=signed,
        captioned_video_url=signed,
        subtitle_url=signed,
        thumbnail_url=signed,
        gif_url=signed,
    )

    assert "secret" not in repr(video)
    assert "secret" not in repr(Outcome(job=JOB, video=video))
