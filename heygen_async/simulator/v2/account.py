"""What v2 tells of voices, and of what is left to spend."""

from __future__ import annotations

from typing import Any

from heygen_async.simulator.v2.envelopes import v2
from heygen_async.simulator.v3.voices import sample
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.records import Voice
from heygen_async.simulator.world.world import World

_POOL = "api_pool_empty"

# Every so many voices has nothing to listen to, and its gender in another case (v2 notes §5).
_SILENT, _LOWER = 9, 7


def _voices(world: World, call: Call) -> dict[str, Any]:
    """All voices on one page: the account's own, then the public ones."""
    now = world.now()
    own = [it for it in call.account.voices.values() if it.status(now) in {None, "complete"}]
    return v2({"voices": [_voice(world, it) for it in [*own, *world.voices.values()]]})


def _voice(world: World, voice: Voice) -> dict[str, Any]:
    lower = voice.number % _LOWER == 0
    return {
        "voice_id": voice.id,
        "language": voice.language,
        "gender": voice.gender if lower else voice.gender.capitalize(),
        "name": voice.name,
        "preview_audio": "" if voice.number % _SILENT == 0 else sample(world, voice),
        "support_pause": voice.engine == "starfish",
        "emotion_support": voice.engine == "elevenlabs",
        "support_interactive_avatar": False,
        "support_locale": voice.language == "English",
    }


def pool_empty(world: World, call: Call) -> bool:
    """Whether a fault has put all credits where the API cannot spend them (v2 notes §7, §13)."""
    return world.faults.trap(_POOL, call.operation) is not None


def check_pool(world: World, call: Call) -> None:
    """Let a call pass that is paid at once.

    Raises:
        RefusedError: the account has credits, and none of them is for the API.
    """
    if pool_empty(world, call):
        raise RefusedError("insufficient_credit", "No credits for the API")


def _quota(world: World, call: Call) -> dict[str, Any]:
    """What is left, in units: 60 of them are a credit, or a dollar (v2 notes §7)."""
    units, empty = int(call.account.balance * prices.UNITS), pool_empty(world, call)
    return v2(
        {
            "remaining_quota": units,
            "details": {
                "api": 0 if empty else units,
                "seat": 1,
                "avatar_iv_free_credit": 0,
                "generative_element_free_image_credit": 0,
                "generative_element_free_video_credit": 0,
                "video_agent_quality_mode_credit": 0,
                "plan_credit": units if empty else 0,
            },
        }
    )


HANDLERS: dict[str, Handler] = {"get-remaining-quota-v2": _quota, "list-voices-v2": _voices}
