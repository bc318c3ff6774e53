from __future__ import annotations

from typing import Any


def test_all_voices_come_on_one_page_in_every_spelling(box: Any) -> None:
    voices = box.call("list-voices-v2")["voices"]

    assert {"sim-voice-anna", "sim-voice-ben"} <= {it["voice_id"] for it in voices}
    assert len(voices) == len(box.world.voices)
    assert {it["gender"] for it in voices} == {"Female", "Male", "female", "male"}
    assert {bool(it["preview_audio"]) for it in voices} == {True, False}


def test_a_voice_of_v3_is_a_voice_of_v2_once_it_is_ready(box: Any) -> None:
    sample = {"type": "url", "url": "https://cdn.example.org/ines.mp3"}
    body = {"audio": sample, "voice_name": "Ines"}
    voice_id = box.call("cloneVoice", body)["voice_clone_id"]
    before = {it["voice_id"] for it in box.call("list-voices-v2")["voices"]}

    box.wait(20.0)

    after = {it["voice_id"] for it in box.call("list-voices-v2")["voices"]}
    assert after - before == {voice_id}


def test_a_dollar_is_sixty_units_of_quota(box: Any) -> None:
    before = box.call("get-remaining-quota-v2")

    box.account.balance = 12.05

    after = box.call("get-remaining-quota-v2")
    assert (before["remaining_quota"], before["details"]["api"]) == (60_000, 60_000)
    assert after["remaining_quota"] == 723
