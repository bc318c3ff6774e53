"""Voices: the catalogue, clones, designs, and speech."""

from __future__ import annotations

import re
from typing import Any

from heygen_async.simulator.media import speech_seconds, tone
from heygen_async.simulator.v3 import inputs
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.records import Voice
from heygen_async.simulator.world.world import File, World

MAX_CLONES = 10
"""Clones one account may have (behaviour notes §11, 2026-07-28)."""

_DESIGNS = 3


def find(world: World, account: Account, voice_id: str, param: str | None = None) -> Voice:
    """A voice the account may use, ready or not."""
    voice = account.voices.get(voice_id) or world.voices.get(voice_id)
    if voice is None:
        raise RefusedError("voice_not_found", f"Voice {voice_id} not found", param)
    return voice


def ready(world: World, account: Account, voice_id: str, param: str) -> Voice:
    """A voice that can speak now.

    Raises:
        RefusedError: unknown, still being cloned, or failed.
    """
    voice = find(world, account, voice_id, param)
    match voice.status(world.now()):
        case None | "complete":
            return voice
        case "failed":
            raise RefusedError("voice_unavailable", f"Voice {voice_id} failed to clone", param)
        case status:
            raise RefusedError("resource_not_ready", f"Voice {voice_id} is {status}", param)


def _list(world: World, call: Call) -> dict[str, Any]:
    query = call.query
    voices = world.voices if query["type"] == "public" else call.account.voices
    wanted = {it: query[it] for it in ("engine", "language", "gender") if query[it] is not None}
    rows = [
        voice
        for voice in voices.values()
        if all(getattr(voice, name).lower() == word.lower() for name, word in wanted.items())
    ]
    page, cursor = paginate(rows, lambda it: it.number, query["limit"], query["token"])
    return data([_item(world, it) for it in page]) | cursor


def _get(world: World, call: Call) -> dict[str, Any]:
    voice = find(world, call.account, call.path["voice_id"])
    status, failure = voice.status(world.now()), voice.fate.failure
    done = status in {None, "complete"}
    return data(
        {
            "voice_id": voice.id,
            "name": voice.name,
            "language": voice.language,
            "gender": voice.gender,
            "status": status,
            "support_pause": voice.engine == "starfish",
            "support_interactive_avatar": False,
            "preview_audio_url": sample(world, voice) if done else None,
            "failure_message": failure.message if failure and status == "failed" else None,
            "created_at": int(voice.created_at) if voice.clone else None,
        }
    )


def _delete(world: World, call: Call) -> dict[str, Any]:
    voice = find(world, call.account, call.path["voice_id"])
    if voice.public:
        raise RefusedError("forbidden", "Public voices cannot be deleted")
    if voice.status(world.now()) == "processing":
        raise RefusedError("conflict", f"Voice {voice.id} is still being cloned")
    del call.account.voices[voice.id]
    world.files.pop(f"voices/{voice.id}.wav", None)
    return data({"voice_id": voice.id})


def _clone(world: World, call: Call) -> dict[str, Any]:
    if sum(it.clone for it in call.account.voices.values()) >= MAX_CLONES:
        raise RefusedError("resource_limit_reached", f"All {MAX_CLONES} voice clones are used up")
    inputs.resolve(world, call.account, call.body["audio"], "audio", "audio", "video")
    now, fate = world.now(), world.faults.fate(call.operation)
    language = call.body.get("language") or "English"
    voice = _own(world, call.account, call.body["voice_name"], language, "female")
    voice.clone, voice.created_at, voice.fate = True, now, fate
    voice.ready_at = fate.end(now, world.timing.voice_clone)
    return data({"voice_clone_id": voice.id})


def _design(world: World, call: Call) -> dict[str, Any]:
    if not call.body["prompt"].strip():
        raise invalid("prompt must not be empty", "prompt")
    name = call.body["prompt"].strip()[:40]
    gender = call.body.get("gender") or "female"
    voices = [
        _own(world, call.account, f"{name} {number}", "English", gender)
        for number in range(1, _DESIGNS + 1)
    ]
    seed = call.body.get("seed", 0)
    return data({"seed": seed, "voices": [_item(world, it) for it in voices]})


def _speech(world: World, call: Call) -> dict[str, Any]:
    body = call.body
    voice = ready(world, call.account, body["voice_id"], "voice_id")
    if voice.engine != "starfish":
        raise invalid(f"Voice {voice.id} does not belong to the starfish engine", "voice_id")
    text = body["text"]
    if body.get("input_type") == "ssml":
        text = re.sub(r"<[^<>]*>", " ", text)
    if not text.strip():
        raise RefusedError("tts_text_invalid", "There is nothing to speak", "text")
    speed = body.get("speed", 1.0)
    seconds = speech_seconds(text, speed)
    number = world.number("speech")
    identifier = world.identify("speech", number)
    price = prices.SPEECH_PER_SECOND * seconds
    world.charge(call.account, call.operation, call.key, price, identifier)
    path = f"speech/{identifier}.wav"
    world.files[path] = File(mime="audio/wav", make=lambda: tone(text, speed, pitch=voice.pitch))
    words = text.split()
    each = seconds / len(words)
    timestamps = [
        {"word": word, "start": round(each * place, 3), "end": round(each * (place + 1), 3)}
        for place, word in enumerate(words)
    ]
    return data(
        {
            "audio_url": world.link(path),
            "duration": round(seconds, 3),
            "request_id": identifier,
            "word_timestamps": timestamps,
        }
    )


def _own(world: World, account: Account, name: str, language: str, gender: str) -> Voice:
    number = world.number("voice")
    voice = Voice(
        id=world.identify("voice", number),
        number=number,
        name=name,
        language=language,
        gender=gender,
        public=False,
    )
    account.voices[voice.id] = voice
    return voice


def _item(world: World, voice: Voice) -> dict[str, Any]:
    return {
        "voice_id": voice.id,
        "name": voice.name,
        "language": voice.language,
        "gender": voice.gender,
        "type": "public" if voice.public else "private",
        "preview_audio_url": sample(world, voice),
        "support_pause": voice.engine == "starfish",
        "support_locale": voice.language == "English",
    }


def sample(world: World, voice: Voice) -> str:
    """A long-lived link to a few words in a voice."""
    path = f"voices/{voice.id}.wav"
    text = f"Hello, my name is {voice.name}."
    world.files.setdefault(path, File(mime="audio/wav", make=lambda: tone(text, pitch=voice.pitch)))
    return world.link(path, world.timing.asset_link_lifetime)


HANDLERS: dict[str, Handler] = {
    "cloneVoice": _clone,
    "createSpeech": _speech,
    "deleteVoice": _delete,
    "designVoice": _design,
    "getVoice": _get,
    "listVoices": _list,
}
