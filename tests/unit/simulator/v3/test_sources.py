from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.media import RenderRequest, image_size, render_video
from heygen_async.simulator.v3 import sources
from heygen_async.simulator.wire.refusals import RefusedError


def _asset(box: Any, content: bytes) -> dict[str, str]:
    created = box.call("uploadAsset", upload=content)
    return {"type": "asset_id", "asset_id": created["asset_id"]}


def test_an_uploaded_video_is_as_long_and_looks_as_it_says(
    box: Any, new_picture: Callable[..., bytes]
) -> None:
    film = render_video(RenderRequest(image=new_picture((128, 256)), seconds=2.0, frame=(128, 256)))

    source = sources.video(box.world, box.account, _asset(box, film))

    width, height = image_size(source.picture.read())
    assert source.known
    assert source.seconds == pytest.approx(2.0, abs=0.1)
    assert height == 2 * width


def test_a_video_at_a_foreign_address_is_believed_to_have_some_length(box: Any) -> None:
    given = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}

    source = sources.video(box.world, box.account, given)

    assert (source.known, source.seconds) == (False, sources.BELIEVED)


def test_a_file_that_only_begins_like_a_video_is_refused(box: Any) -> None:
    asset = _asset(box, b"\x00\x00\x00\x18ftypisom" + b"\x00" * 64)

    with pytest.raises(RefusedError) as caught:
        sources.video(box.world, box.account, asset)

    assert caught.value.param == "video"


def test_a_link_of_our_own_to_something_else_is_no_video(box: Any) -> None:
    video_id = box.video()
    box.wait(20.0)
    still = box.call("getVideo", video_id=video_id)["thumbnail_url"]

    with pytest.raises(RefusedError) as caught:
        sources.video(box.world, box.account, {"type": "url", "url": still})

    assert caught.value.code == "invalid_parameter"


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({}, 10.0),
        ({"start_time": 4.0}, 6.0),
        ({"end_time": 4.0}, 4.0),
        ({"start_time": 1.0, "end_time": 4.0}, 3.0),
        ({"start_time": None, "end_time": None}, 10.0),
    ],
)
def test_a_part_lies_between_its_times(box: Any, body: dict[str, Any], seconds: float) -> None:
    film = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
    known = sources.Source(
        seconds=10.0,
        picture=sources.video(box.world, box.account, film).picture,
        known=True,
    )

    assert sources.part(known, body) == seconds


def test_a_part_that_begins_at_the_end_is_refused(box: Any) -> None:
    film = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
    source = sources.video(box.world, box.account, film)
    known = sources.Source(seconds=10.0, picture=source.picture, known=True)

    with pytest.raises(RefusedError) as caught:
        sources.part(known, {"start_time": 10.0})

    assert caught.value.param == "start_time"
