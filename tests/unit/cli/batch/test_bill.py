from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heygen_async.api.converter import structure
from heygen_async.api.v3.account import UserInfo
from heygen_async.batch.manifest.manifest import Checked
from heygen_async.cli.batch.bill import Bill, Due, balance
from heygen_async.cli.batch.pricing import take
from heygen_async.models.job import Audio, Job, Look, Photo, Script
from heygen_async.models.prices import PriceTable
from heygen_async.pipeline.media_store import recorded
from heygen_async.simulator.media import tone

PRICES = PriceTable(avatar=2.0, photo_second=0.1, studio_second=0.5)


def checked(**changes: Any) -> Checked:
    plain = {"rows": 2, "jobs": 2, "photos": 1, "avatars": 1, "seconds": 4.0, "recordings": 0}
    return Checked(**{**plain, "found": 0, "errors": (), **changes})


def test_avatars_and_videos_are_summed() -> None:
    due = Due(PRICES)

    due.avatar()
    due.video(Job(avatar=Photo("a.jpg"), speech=Script("one two three four five", voice_id="v")))
    due.video(Job(avatar=Look("l"), speech=Script("one two three four five")))
    bill = Bill(checked(), due)

    # Five words take two seconds.
    assert bill.total == pytest.approx(2.0 + 2 * 0.1 + 2 * 0.5)
    assert bill.counts() == "2 jobs, 1 distinct photo, 1 avatar to make, about 0:04 of video"
    assert str(bill) == "about $3.20 ($2.00 for avatars, $1.20 for videos)"
    assert bill.plain()["estimated_usd"] == bill.total


def test_where_all_is_done_the_bill_is_no_sum_of_nothings() -> None:
    assert str(Bill(checked(), Due(PRICES))) == "nothing more"


def test_what_is_done_is_not_on_the_bill() -> None:
    due = Due(PRICES)

    due.video(Job(avatar=Look("l"), speech=Script("one two three four five")))
    bill = Bill(checked(jobs=4), due, failed=1)

    assert bill.counts() == (
        "4 jobs (2 done already, 1 failed for good), 1 distinct photo, 0 avatars to make,"
        " about 0:02 of video"
    )
    assert (bill.total, bill.plain()["done"]) == (1.0, 2)


def test_what_is_under_way_is_told_within_the_price() -> None:
    due = Due(PRICES)

    due.avatar(begun=True)
    due.video(Job(avatar=Look("l"), speech=Script("one two three four five")), begun=True)
    due.video(Job(avatar=Look("l"), speech=Script("one two three four five")))
    bill = Bill(checked(), due)

    assert str(bill) == (
        "about $4.00 ($2.00 for avatars, $2.00 for videos), of which $3.00 is under way already"
    )
    assert bill.plain()["under_way_usd"] == 3.0


def test_a_recording_whose_length_is_known_counts_like_a_script(tmp_path: Path) -> None:
    due = Due(PRICES)
    file = tmp_path / "a.wav"
    file.write_bytes(tone("Hello", 1.0))
    seconds = recorded(Audio(file))
    assert seconds is not None

    take(Job(avatar=Look("l"), speech=Audio(file)), due, "v3")
    bill = Bill(checked(avatars=0), due)

    assert due.recordings == 0
    assert due.seconds == seconds
    assert bill.total == pytest.approx(0.5 * seconds, abs=0.01)
    assert due.least == pytest.approx(0.5 * (seconds + 1), abs=0.01)


def test_recordings_are_told_apart_where_nobody_knows_their_length() -> None:
    due = Due(PRICES)

    due.video(Job(avatar=Look("l"), speech=Audio("a.mp3")))
    bill = Bill(checked(avatars=0, recordings=1), due)

    assert bill.total == 0
    assert str(bill).endswith(", and for 1 recording $300.00 at the most")


@pytest.mark.parametrize(
    ("billing", "words", "left"),
    [
        ({"wallet": {"currency": "usd", "remaining_balance": 12.5}}, "$12.50", 12.5),
        ({"wallet": {"currency": "credits", "remaining_balance": 9.0}}, "9 credits", None),
        (
            {
                "wallet": {
                    "currency": "usd",
                    "remaining_balance": 1.0,
                    "auto_reload": {"enabled": True},
                }
            },
            "$1.00, refilled by itself",
            None,
        ),
        (
            {"usage_based": {"spending_current_usd": 40.0, "spending_cap_usd": 100.0}},
            "$60.00 until the spending cap",
            60.0,
        ),
        (
            {
                "subscription": {
                    "plan": "pro",
                    "credits": {"premium_credits": {"remaining": 5}, "add_on_credits": None},
                }
            },
            "5 credits of the plan",
            None,
        ),
        ({}, "not told by HeyGen", None),
    ],
)
def test_each_way_to_pay_has_its_balance(
    billing: dict[str, Any], words: str, left: float | None
) -> None:
    plain = {"username": "u", "email": None, "first_name": None, "last_name": None}
    answer = {**plain, "billing_type": "wallet", **billing}
    me = structure(UserInfo, answer, operation="getCurrentUser")

    assert balance(me) == (words, left)
