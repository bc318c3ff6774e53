from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.media import sniff, srt
from heygen_async.simulator.world.faults import Fault

FILM = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
ITEM = {"video": FILM, "output_languages": ["German"]}


def _translations(box: Any, *languages: str, **options: Any) -> list[str]:
    body = {"video": FILM, "output_languages": list(languages or ("German",))} | options
    ids: list[str] = box.call("createVideoTranslation", body)["video_translation_ids"]
    return ids


def _get(box: Any, translation_id: str) -> Any:
    return box.call("getVideoTranslation", video_translation_id=translation_id)


def _statuses(box: Any, ids: list[str]) -> list[str]:
    return [_get(box, it)["status"] for it in ids]


def _read(box: Any, url: str) -> bytes:
    file = box.world.files[box.world.links.own(url).removeprefix("/_files/")]
    content: bytes = file.read()
    return content


def test_each_language_is_a_translation_of_its_own(box: Any) -> None:
    ids = _translations(box, "German", "Japanese", title="Tour", callback_id="mine")

    shown = [_get(box, it) for it in ids]

    assert len(set(ids)) == 2
    assert [it["output_language"] for it in shown] == ["German", "Japanese"]
    assert {(it["title"], it["callback_id"]) for it in shown} == {("Tour", "mine")}


def test_a_translation_pends_runs_and_completes(box: Any) -> None:
    [translation_id] = _translations(box)

    seen = _statuses(box, [translation_id])
    for seconds in (3.0, 296.9, 0.1):
        box.wait(seconds)
        seen += _statuses(box, [translation_id])

    assert seen == ["pending", "running", "running", "completed"]


def test_captions_come_only_if_they_were_asked_for(box: Any) -> None:
    [plain], [captioned] = _translations(box), _translations(box, enable_caption=True)
    running = _get(box, captioned)

    box.wait(300.0)

    first, second = _get(box, plain), _get(box, captioned)
    links = ("video_url", "audio_url", "srt_caption_url", "vtt_caption_url")
    assert {running[it] for it in links} == {None}
    assert [it for it in links if first[it]] == ["video_url", "audio_url"]
    assert [it for it in links if second[it]] == list(links)


def test_the_files_of_a_translation_are_what_they_are_called(box: Any) -> None:
    [translation_id] = _translations(box, enable_caption=True, start_time=1.0, end_time=3.0)
    box.wait(300.0)
    shown = _get(box, translation_id)

    film, sound, subtitles, captions = (
        _read(box, shown[it])
        for it in ("video_url", "audio_url", "srt_caption_url", "vtt_caption_url")
    )

    assert (sniff(film), sniff(sound)) == ("video/mp4", "audio/wav")
    assert sniff(subtitles) == "application/x-subrip"
    assert captions.startswith(b"WEBVTT\n\n1\n00:00:00.000 --> ")
    assert b"German" in subtitles
    assert shown["duration"] == 2.0


def test_output_subtitles_are_spoken_and_shown_as_they_are(box: Any) -> None:
    text = srt("Guten Tag zusammen.", 10.0)
    asset = {
        "type": "asset_id",
        "asset_id": box.call("uploadAsset", upload=text.encode())["asset_id"],
    }
    [translation_id] = _translations(box, srt=asset, srt_role="output", enable_caption=True)
    box.wait(300.0)

    shown = _get(box, translation_id)

    assert _read(box, shown["srt_caption_url"]).decode() == text
    recipe = box.world.files[f"video-translations/{translation_id}.mp4"].make()
    assert recipe.text == "Guten Tag zusammen."


@pytest.mark.parametrize(
    ("options", "code", "param"),
    [
        ({"output_languages": ["German", "Elvish"]}, "invalid_parameter", "output_languages.1"),
        ({"output_languages": ["German", "German"]}, "invalid_parameter", "output_languages.1"),
        ({"video": {"type": "asset_id", "asset_id": "no"}}, "asset_not_found", "video.asset_id"),
        ({"video": {"type": "url", "url": "https://x.org/a.png"}}, "invalid_parameter", "video"),
        ({"srt_role": "input"}, "invalid_parameter", "srt_role"),
        ({"srt": FILM, "srt_role": "input"}, "invalid_parameter", "srt"),
        ({"srt": {"type": "asset_id", "asset_id": "no"}}, "asset_not_found", "srt.asset_id"),
        ({"speaker_num": -1}, "invalid_parameter", "speaker_num"),
        ({"end_time": 0}, "invalid_parameter", "end_time"),
        (
            {"stock_voice_config": {"preferred_stock_voice_ids": ["no"]}},
            "voice_not_found",
            "stock_voice_config.preferred_stock_voice_ids.0",
        ),
    ],
)
def test_a_translation_that_cannot_be_made_is_refused_and_costs_nothing(
    box: Any, options: dict[str, Any], code: str, param: str
) -> None:
    refusal = box.refused("createVideoTranslation", ITEM | options)

    assert (refusal.code, refusal.param) == (code, param)
    assert box.account.balance == 1000.0
    assert box.call("listVideoTranslations") == []


def test_each_language_is_charged_by_the_second_of_its_mode(box: Any) -> None:
    _translations(box, "German", "French")
    _translations(box, mode="precision")
    _translations(box, translate_audio_only=True)

    assert [it.credits for it in box.world.ledger.charges] == [0.333, 0.333, 0.667, 0.167]


def test_languages_are_accepted_all_or_none_when_credits_do_not_reach(
    new_box: Callable[..., Any],
) -> None:
    box = new_box(credits=0.5)

    refusal = box.refused("createVideoTranslation", ITEM | {"output_languages": ["German", "Thai"]})

    assert refusal.code == "insufficient_credit"
    assert (box.account.balance, box.world.ledger.charges) == (0.5, [])


def test_translations_and_videos_share_the_slots(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=2)
    box.video()
    _translations(box)

    refusal = box.refused("createVideoTranslation", ITEM)
    video = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}

    assert (refusal.code, refusal.message) == ("rate_limit_exceeded", "2 jobs already running")
    assert refusal.retry_after == 20
    assert box.refused("createVideo", video).code == "rate_limit_exceeded"
    assert box.world.ledger.peak_renders == 2


def test_languages_beyond_the_free_slots_pend_until_one_is_free(
    new_box: Callable[..., Any],
) -> None:
    box = new_box(render_slots=2)
    ids = _translations(box, "German", "French", "Thai")

    seen = []
    for seconds in (10.0, 290.0, 299.9, 0.1):
        box.wait(seconds)
        seen.append(_statuses(box, ids))

    assert seen == [
        ["running", "running", "pending"],
        ["completed", "completed", "pending"],
        ["completed", "completed", "running"],
        ["completed"] * 3,
    ]
    assert box.world.ledger.peak_renders == 2


def test_one_language_can_fail_alone_and_is_refunded(box: Any) -> None:
    box.world.faults.add(
        Fault("failed_without_reason", operation="createVideoTranslation", times=1)
    )
    ids = _translations(box, "German", "French")

    box.wait(300.0)

    assert _statuses(box, ids) == ["failed", "completed"]
    assert _get(box, ids[0])["failure_message"] is None
    assert [it.refunded for it in box.world.ledger.charges] == [True, False]


def test_an_unknown_status_word_passes(box: Any) -> None:
    box.world.faults.add(Fault("unknown_status", word="simmering", seconds=10.0))
    [translation_id] = _translations(box)

    word = box.account.translations[translation_id].status(box.world.now())
    box.wait(10.0)

    assert word == "simmering"
    assert _statuses(box, [translation_id]) == ["running"]


def test_a_translation_is_renamed_listed_and_deleted_but_keeps_its_slot(
    new_box: Callable[..., Any],
) -> None:
    box = new_box(render_slots=2)
    first, second = _translations(box, "German", "French")

    renamed = box.call("updateVideoTranslation", {"title": "New"}, video_translation_id=first)
    listed = box.call("listVideoTranslations")
    deleted = box.call("deleteVideoTranslation", video_translation_id=first)

    gone = box.refused("getVideoTranslation", video_translation_id=first)
    assert renamed["title"] == "New"
    assert [it["id"] for it in listed] == [second, first]
    assert (deleted, gone.code) == ({"id": first}, "resource_not_found")
    assert box.account.farm.full
    box.wait(300.0)
    assert not box.account.farm.full
    assert not [path for path in box.world.files if first in path]


def test_a_batch_has_an_item_for_each_language_in_the_order_named(box: Any) -> None:
    wanted = [ITEM | {"output_languages": ["German", "Elvish", "French"]}, ITEM]

    created = box.call("createVideoTranslationBatch", {"video_translations": wanted})

    batch = box.call("getVideoTranslationBatch", batch_id=created["batch_id"])
    items = batch["items"]
    assert created["total_items"] == batch["total_items"] == 4
    assert [it["status"] for it in items] == ["processing", "failed", "processing", "processing"]
    assert items[1]["error"]["code"] == "invalid_parameter"
    languages = [_get(box, items[it]["video_id"])["output_language"] for it in (0, 2, 3)]
    assert languages == ["German", "French", "German"]


def test_a_hundred_items_after_fan_out_are_enough(box: Any) -> None:
    many = [ITEM | {"output_languages": ["German", "French"]}] * 50

    created = box.call("createVideoTranslationBatch", {"video_translations": many})
    refusal = box.refused("createVideoTranslationBatch", {"video_translations": [*many, ITEM]})

    assert created["total_items"] == 100
    assert (refusal.status, refusal.param) == (400, "video_translations")
    assert len(box.world.ledger.charges) == 100


def test_items_wait_for_a_slot_and_have_no_id_until_then(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)
    body = {"video_translations": [ITEM | {"output_languages": ["German", "French"]}]}
    batch_id = box.call("createVideoTranslationBatch", body)["batch_id"]
    queued = list(box.account.translations)[1]

    first, second = box.call("getVideoTranslationBatch", batch_id=batch_id)["items"]
    rows = box.call("bulkVideoTranslationStatuses", query={"batch_ids": batch_id})
    [unknown] = box.call("bulkVideoTranslationStatuses", query={"video_translation_ids": queued})
    hidden = box.refused("getVideoTranslation", video_translation_id=queued)

    assert (first["status"], second["status"]) == ("processing", "queued")
    assert second["video_id"] is None
    assert [it["status"] for it in rows] == ["processing", "queued"]
    assert (unknown["status"], hidden.code) == ("not_found", "resource_not_found")
    assert len(box.call("listVideoTranslations")) == 1
    box.wait(600.0)
    assert box.call("getVideoTranslationBatch", batch_id=batch_id)["status"] == "completed"


def test_a_batch_of_one_family_is_unknown_to_another(box: Any) -> None:
    created = box.call("createVideoTranslationBatch", {"video_translations": [ITEM]})

    refusal = box.refused("getLipsyncBatch", batch_id=created["batch_id"])

    assert refusal.code == "resource_not_found"


def test_a_callback_hears_of_each_translation_and_of_the_batch_as_a_whole(box: Any) -> None:
    url = "http://127.0.0.1:9/"
    item = ITEM | {"callback_url": f"{url}one", "callback_id": "mine"}
    body = {"video_translations": [item], "callback_url": f"{url}all"}
    box.call("createVideoTranslationBatch", body)
    box.wait(300.0)

    events = [it.event for it in box.world.postbox.take(box.world.now())]

    assert [it.type for it in events] == ["video_translate.success", "batch.finished"]
    assert events[0].data["output_language"] == "German"
    assert events[0].data["callback_id"] == "mine"


def test_every_language_offered_can_be_translated_into(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=100)
    offered = box.call("listVideoTranslationLanguages")["languages"]

    ids = _translations(box, *offered)

    assert len(ids) == len(set(offered)) > 30
