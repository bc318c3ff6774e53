from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.media import srt
from heygen_async.simulator.world.faults import Fault

FILM = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
BODY = {"video": FILM, "output_languages": ["German"], "title": "Tour"}


def _proofread(box: Any, **options: Any) -> str:
    [proofread_id] = box.call("createProofread", BODY | options)["proofread_ids"]
    return str(proofread_id)


def _get(box: Any, proofread_id: str) -> Any:
    return box.call("getProofread", proofread_id=proofread_id)


def _text(box: Any, url: str) -> str:
    file = box.world.files[box.world.links.own(url).removeprefix("/_files/")]
    content: bytes = file.read()
    return content.decode()


def _asset(box: Any, text: str) -> dict[str, str]:
    created = box.call("uploadAsset", upload=text.encode())
    return {"type": "asset_id", "asset_id": created["asset_id"]}


def test_a_proofread_is_processed_and_completes_one_for_each_language(box: Any) -> None:
    created = box.call("createProofread", BODY | {"output_languages": ["German", "French"]})
    ids = created["proofread_ids"]
    before = [_get(box, it) for it in ids]

    box.wait(120.0)

    after = [_get(box, it) for it in ids]
    assert created["status"] == "processing"
    assert [it["status"] for it in before] == ["processing"] * 2
    assert [(it["status"], it["output_language"]) for it in after] == [
        ("completed", "German"),
        ("completed", "French"),
    ]
    assert {it["title"] for it in after} == {"Tour"}


def test_corrected_subtitles_come_back_and_are_what_the_video_says(box: Any) -> None:
    proofread_id = _proofread(box)
    box.wait(120.0)
    first = box.call("downloadProofreadSrt", proofread_id=proofread_id)
    corrected = srt("Guten Tag zusammen.", 10.0)

    box.call("uploadProofreadSrt", {"srt": _asset(box, corrected)}, proofread_id=proofread_id)
    second = box.call("downloadProofreadSrt", proofread_id=proofread_id)
    made = box.call("generateFromProofread", {"captions": True}, proofread_id=proofread_id)
    box.wait(300.0)

    translation_id = made["video_translation_id"]
    video = box.call("getVideoTranslation", video_translation_id=translation_id)
    recipe = box.world.files[f"video-translations/{translation_id}.mp4"].make()
    assert _text(box, second["srt_url"]) == _text(box, video["srt_caption_url"]) == corrected
    assert _text(box, first["original_srt_url"]) == _text(box, second["original_srt_url"])
    assert "English" in _text(box, first["original_srt_url"])
    assert (video["status"], video["output_language"], video["title"]) == (
        "completed",
        "German",
        "Tour",
    )
    assert recipe.text == "Guten Tag zusammen."


def test_the_translated_subtitles_are_there_before_anybody_corrects_them(box: Any) -> None:
    proofread_id = _proofread(box)
    box.wait(120.0)

    links = box.call("downloadProofreadSrt", proofread_id=proofread_id)

    assert "German" in _text(box, links["srt_url"])


def test_the_callers_subtitles_are_the_original(box: Any) -> None:
    text = srt("Good day everybody.", 10.0)
    proofread_id = _proofread(box, srt=_asset(box, text))
    box.wait(120.0)

    links = box.call("downloadProofreadSrt", proofread_id=proofread_id)

    assert _text(box, links["original_srt_url"]) == text


def test_nothing_can_be_done_with_a_proofread_before_it_is_completed(box: Any) -> None:
    proofread_id = _proofread(box)
    body = {"srt": {"type": "url", "url": "https://x.org/a.srt"}}

    early = [
        box.refused("downloadProofreadSrt", proofread_id=proofread_id),
        box.refused("uploadProofreadSrt", body, proofread_id=proofread_id),
        box.refused("generateFromProofread", proofread_id=proofread_id),
    ]

    assert {it.code for it in early} == {"resource_not_ready"}
    assert [it.status for it in early] == [400, 400, 409]


def test_a_failed_proofread_says_why_is_refunded_and_leads_nowhere(box: Any) -> None:
    box.world.faults.add(Fault("failed", operation="createProofread", message="No speech"))
    proofread_id = _proofread(box)
    box.wait(120.0)

    shown = _get(box, proofread_id)

    assert (shown["status"], shown["failure_message"]) == ("failed", "No speech")
    assert box.account.balance == 1000.0
    refusal = box.refused("generateFromProofread", proofread_id=proofread_id)
    assert (refusal.status, refusal.code) == (400, "invalid_parameter")


def test_the_text_is_charged_at_once_and_the_video_when_it_is_made(box: Any) -> None:
    proofread_id = _proofread(box, mode="precision")
    box.wait(120.0)
    first = box.call("generateFromProofread", {}, proofread_id=proofread_id, key="make-1")
    box.call("generateFromProofread", {"translate_audio_only": True}, proofread_id=proofread_id)

    charges = box.world.ledger.charges
    assert [it.credits for it in charges] == [0.083, 0.667, 0.167]
    assert (charges[1].idempotency_key, charges[1].resource_id) == (
        "make-1",
        first["video_translation_id"],
    )


def test_a_proofread_needs_no_slot_and_its_video_does(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)
    proofread_id = _proofread(box)
    box.wait(120.0)
    box.video()

    refusal = box.refused("generateFromProofread", proofread_id=proofread_id)

    assert (refusal.status, refusal.code) == (429, "rate_limit_exceeded")
    assert [it.operation for it in box.world.ledger.charges] == ["createProofread", "createVideo"]


@pytest.mark.parametrize(
    ("options", "code", "param"),
    [
        ({"output_languages": []}, "invalid_parameter", "output_languages"),
        ({"output_languages": ["Elvish"]}, "invalid_parameter", "output_languages.0"),
        ({"srt": FILM}, "invalid_parameter", "srt"),
        ({"speaker_num": -2}, "invalid_parameter", "speaker_num"),
    ],
)
def test_a_proofread_that_cannot_be_made_is_refused(
    box: Any, options: dict[str, Any], code: str, param: str
) -> None:
    refusal = box.refused("createProofread", BODY | options)

    assert (refusal.code, refusal.param) == (code, param)


def test_another_account_sees_no_proofreads(box: Any) -> None:
    proofread_id = _proofread(box)
    box.credential = "another-key"

    assert box.refused("getProofread", proofread_id=proofread_id).code == "resource_not_found"
