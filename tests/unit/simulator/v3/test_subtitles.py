from __future__ import annotations

from typing import Any

from heygen_async.simulator.media import speech_seconds, srt
from heygen_async.simulator.v3 import subtitles

TEXT = "Good day everybody. It is 20 past 8."


def test_what_cues_say_is_read_without_numbers_and_times() -> None:
    assert subtitles.spoken(srt(TEXT, 10.0)) == TEXT


def test_webvtt_has_a_header_and_points_in_its_times() -> None:
    text = subtitles.webvtt("1\n00:00:00,000 --> 00:00:02,500\nEins, zwei.\n")

    assert text == "WEBVTT\n\n1\n00:00:00.000 --> 00:00:02.500\nEins, zwei.\n"


def test_invented_words_take_about_as_long_as_they_should() -> None:
    text = subtitles.invented("One two three four five.", 60.0)

    assert speech_seconds(text) == 60.0


def test_subtitles_at_a_foreign_address_are_stood_for_by_their_address(box: Any) -> None:
    asked = {"type": "url", "url": "https://cdn.example.org/de.srt"}

    text = subtitles.given(box.world, box.account, asked)

    assert "https://cdn.example.org/de.srt" in text


def test_subtitles_that_are_not_utf8_are_refused(box: Any) -> None:
    latin = "1\n00:00:00,000 --> 00:00:02,500\nSchön.\n".encode("latin-1")
    created = box.call("uploadAsset", upload=latin)
    body = {
        "video": {"type": "url", "url": "https://cdn.example.org/ines.mp4"},
        "output_languages": ["German"],
        "srt": {"type": "asset_id", "asset_id": created["asset_id"]},
        "srt_role": "output",
    }

    assert box.refused("createVideoTranslation", body).param == "srt"
