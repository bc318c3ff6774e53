from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator.media import audio_seconds


def _search(box: Any, query: str, **options: str) -> Any:
    return box.call("searchAudioSounds", query={"query": query} | options)


def test_the_best_match_comes_first(box: Any) -> None:
    found = _search(box, "calm piano", min_score="0.6")

    scores = [it["score"] for it in found]
    assert found[0]["name"] == "Calm piano"
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.9 > scores[1]


def test_what_matches_less_than_was_asked_for_is_left_out(box: Any) -> None:
    strict, lax = _search(box, "calm piano"), _search(box, "calm piano", min_score="0")

    assert [it["name"] for it in strict] == ["Calm piano"]
    assert len(lax) == 10


def test_music_and_effects_are_searched_apart(box: Any) -> None:
    assert _search(box, "rain") == []
    [rain] = _search(box, "Rain on a window", type="sound_effects")

    assert (rain["type"], rain["placement"]) == ("sound_effects", "bed")
    assert 0.0 < rain["peak_offset"] < rain["duration"]


def test_a_search_goes_on_where_its_page_ended(box: Any) -> None:
    query, names = {"query": "music", "limit": "8"}, []
    while True:
        page = box.answer("searchAudioSounds", query=query)
        names += [it["name"] for it in page["data"]]
        if not page["has_more"]:
            break
        query["token"] = page["next_token"]

    assert len(names) == len(set(names)) == 20


def test_a_sound_can_be_heard_for_as_long_as_it_says(box: Any) -> None:
    [found] = _search(box, "calm piano")

    path = box.world.links.own(found["audio_url"]).removeprefix("/_files/")
    sound = box.world.files[path].read()

    assert audio_seconds(sound) == pytest.approx(found["duration"], abs=0.05)


@pytest.mark.parametrize("query", ["", "!", "of the"])
def test_a_search_for_no_word_is_refused(box: Any, query: str) -> None:
    assert box.refused("searchAudioSounds", query={"query": query}).param == "query"
