from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator.v3.voices import MAX_CLONES
from heygen_async.simulator.world.faults import Fault

SAMPLE = {"type": "url", "url": "https://cdn.example.org/ines.mp3"}


def _clone(box: Any) -> str:
    body = {"audio": SAMPLE, "voice_name": "Ines"}
    voice_id: str = box.call("cloneVoice", body)["voice_clone_id"]
    return voice_id


def test_the_promised_voices_come_first_and_need_more_than_a_page(box: Any) -> None:
    page = box.answer("listVoices")

    assert [it["voice_id"] for it in page["data"][:2]] == ["sim-voice-anna", "sim-voice-ben"]
    assert [it["gender"] for it in page["data"][:2]] == ["female", "male"]
    assert page["has_more"]


def test_all_pages_together_hold_every_voice_once(box: Any) -> None:
    found, token = [], None
    while True:
        query = {"limit": "7"} | ({"token": token} if token else {})
        page = box.answer("listVoices", query=query)
        found += [it["voice_id"] for it in page["data"]]
        token = page["next_token"]
        if token is None:
            break

    assert found == list(box.world.voices)


def test_voices_are_filtered_by_language_gender_and_engine(box: Any) -> None:
    query = {"language": "german", "gender": "male", "engine": "starfish"}

    voices = box.call("listVoices", query=query)

    assert [it["name"] for it in voices] == ["Jonas"]


def test_a_clone_is_complete_after_a_while_and_can_be_deleted(box: Any) -> None:
    voice_id = _clone(box)
    before = box.call("getVoice", voice_id=voice_id)["status"]
    deleting = box.refused("deleteVoice", voice_id=voice_id)
    box.wait(box.world.timing.voice_clone)

    after = box.call("getVoice", voice_id=voice_id)
    box.call("deleteVoice", voice_id=voice_id)

    assert (before, after["status"]) == ("processing", "complete")
    assert deleting.code == "conflict"
    assert box.refused("getVoice", voice_id=voice_id).code == "voice_not_found"


def test_a_clone_that_fails_says_why_and_cannot_speak(box: Any) -> None:
    box.world.faults.add(Fault("failed", operation="cloneVoice", message="Too noisy"))
    voice_id = _clone(box)
    box.wait(box.world.timing.voice_clone)

    voice = box.call("getVoice", voice_id=voice_id)

    assert (voice["status"], voice["failure_message"]) == ("failed", "Too noisy")
    refusal = box.refused("createSpeech", {"text": "Hi.", "voice_id": voice_id})
    assert refusal.code == "voice_unavailable"


def test_clones_run_out(box: Any) -> None:
    for _ in range(MAX_CLONES):
        _clone(box)

    refusal = box.refused("cloneVoice", {"audio": SAMPLE, "voice_name": "Ines"})

    assert refusal.code == "resource_limit_reached"


def test_a_design_gives_three_private_voices(box: Any) -> None:
    designed = box.call("designVoice", {"prompt": "Warm and slow", "seed": 3})

    private = box.call("listVoices", query={"type": "private"})
    assert designed["seed"] == 3
    assert [it["voice_id"] for it in private] == [it["voice_id"] for it in designed["voices"]]


def test_speech_is_a_real_recording_with_words_in_time(box: Any) -> None:
    speech = box.call(
        "createSpeech", {"text": "One two three four five.", "voice_id": "sim-voice-anna"}
    )

    path = speech["audio_url"].partition("/_files/")[2].partition("?")[0]
    words = speech["word_timestamps"]
    assert speech["duration"] == 2.0
    assert [it["word"] for it in words] == ["One", "two", "three", "four", "five."]
    assert words[-1]["end"] == speech["duration"]
    assert box.world.files[path].read().startswith(b"RIFF")
    assert [it.operation for it in box.world.ledger.charges] == ["createSpeech"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "Hi.", "voice_id": "no"}, "voice_not_found"),
        (
            {"text": "<break/>", "voice_id": "sim-voice-anna", "input_type": "ssml"},
            "tts_text_invalid",
        ),
        ({"text": "Hi.", "voice_id": "sim-voice-english-3"}, "invalid_parameter"),
    ],
)
def test_speech_that_cannot_be_spoken_is_refused(box: Any, body: dict[str, Any], code: str) -> None:
    refusal = box.refused("createSpeech", body)

    assert refusal.code == code


def test_a_public_voice_cannot_be_deleted(box: Any) -> None:
    refusal = box.refused("deleteVoice", voice_id="sim-voice-anna")

    assert refusal.status == 403


def test_every_voice_sounds_like_itself(box: Any) -> None:
    paths = [f"voices/sim-voice-{it}.wav" for it in ("anna", "ben", "english-1")]
    box.call("listVoices", query={"limit": "100"})

    heard = {box.world.files[it].read()[:4000] for it in paths}

    assert len(heard) == 3
    voices = box.world.voices.values()
    lowest_woman = min(it.pitch for it in voices if it.gender == "female")
    assert max(it.pitch for it in voices if it.gender == "male") < lowest_woman


def test_a_script_is_said_by_the_voice_that_was_asked_for(box: Any) -> None:
    anna, ben, higher = (
        box.account.videos[box.video(**it)].plan.pitch
        for it in (
            {"voice_id": "sim-voice-anna"},
            {"voice_id": "sim-voice-ben"},
            {"voice_id": "sim-voice-ben", "voice_settings": {"pitch": 50}},
        )
    )

    assert ben < anna
    assert higher == pytest.approx(1.5 * ben)
