"""Videos that speak anew: what a lipsync or a translation leaves behind."""

from __future__ import annotations

from heygen_async.simulator.media import speech_seconds, tone
from heygen_async.simulator.v3 import films, subtitles
from heygen_async.simulator.v3.job_records import Dub
from heygen_async.simulator.world.records import Plan
from heygen_async.simulator.world.world import File, World


def publish(world: World, path: str, dub: Dub) -> None:
    """Put the files of a finished dub where the links to `path` lead."""
    plan, text, seed = dub.plan, dub.srt, world.seed
    world.files[f"{path}.mp4"] = File(
        mime="video/mp4", make=lambda: films.request(plan, seed, captions=False)
    )
    world.files[f"{path}.wav"] = File(mime="audio/wav", make=lambda: _speech(plan))
    world.files[f"{path}.srt"] = File(mime=subtitles.MIME, make=text.encode)
    world.files[f"{path}.vtt"] = File(mime="text/vtt", make=lambda: subtitles.webvtt(text).encode())


def withdraw(world: World, path: str) -> None:
    """Take them away again."""
    for ending in ("mp4", "wav", "srt", "vtt"):
        world.files.pop(f"{path}.{ending}", None)


def link(world: World, path: str, dub: Dub, ending: str, *, wanted: bool = True) -> str | None:
    """A fresh link to one of a dub's files, None as long as there is none."""
    return world.link(f"{path}.{ending}") if dub.done and wanted else None


def _speech(plan: Plan) -> bytes:
    text = plan.text or ""
    natural = speech_seconds(text)
    return tone(text, natural / plan.seconds)
