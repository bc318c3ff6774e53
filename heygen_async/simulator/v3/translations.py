"""Translations: a video that speaks another language, one for each language asked for.

A request for several languages is granted as soon as one slot is free; the languages beyond the
free slots are `pending` until one is. HeyGen does not say what it does (behaviour notes §3 and §7,
2026-10): refusing them all would make a request with more languages than slots impossible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs

from heygen_async.simulator.v3 import dubs, jobs, languages, sources, subtitles, voices
from heygen_async.simulator.v3.job_batches import TRANSLATIONS, open_batch
from heygen_async.simulator.v3.job_records import Translation
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.callbacks import tell
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.records import Batch, Plan
from heygen_async.simulator.world.slots import require_slot
from heygen_async.simulator.world.world import World

SPOKEN = "English"
"""What the simulator hears in every video whose language nobody names."""


@attrs.frozen(kw_only=True)
class Wanted:
    """What all languages of one request have in common.

    Attributes:
        plan: without words; its credits are those of one language.
        srt: subtitles to be spoken as they are; None to translate what is said.
    """

    plan: Plan
    srt: str | None = None
    input_language: str | None
    audio_only: bool


def _create(world: World, call: Call) -> dict[str, Any]:
    account, named = call.account, call.body["output_languages"]
    languages.known(named)
    wanted = _wanted(world, account, call.body)
    require_slot(world, account)
    jobs.require_credits(account, wanted.plan.credits * len(named))
    made = [accept(world, call, wanted, it, call.body) for it in named]
    return data({"video_translation_ids": [it.id for it in made]})


def _create_batch(world: World, call: Call) -> dict[str, Any]:
    items: list[Callable[[Batch], Translation]] = [
        partial(_enqueue, world, call, body, language)
        for body in call.body[TRANSLATIONS]
        for language in body["output_languages"]
    ]
    return open_batch(world, call, TRANSLATIONS, items)


def _enqueue(
    world: World, call: Call, body: Mapping[str, Any], language: str, batch: Batch
) -> Translation:
    languages.known([language])
    wanted = _wanted(world, call.account, body)
    return accept(world, call, wanted, language, body, batch)


def accept(
    world: World,
    call: Call,
    wanted: Wanted,
    language: str,
    body: Mapping[str, Any],
    batch: Batch | None = None,
) -> Translation:
    """Take the money for one language, and let it run as soon as a slot is free."""
    seconds = wanted.plan.seconds
    sentence = f"This is what the video says in {language}."
    srt = wanted.srt or subtitles.written(sentence, seconds)
    facts = jobs.accept(
        world,
        call,
        "translation",
        price=wanted.plan.credits,
        base=world.timing.translation,
        seconds=seconds,
        body=body,
        batch=batch,
    )
    translation = Translation(
        **facts,
        plan=attrs.evolve(wanted.plan, text=subtitles.spoken(srt)),
        srt=srt,
        input_language=wanted.input_language,
        output_language=language,
        audio_only=wanted.audio_only,
    )
    account = call.account
    account.translations[translation.id] = translation
    render = jobs.course(
        world,
        account,
        translation,
        partial(_publish, world, translation),
        partial(_tell, world, account, translation),
    )
    account.farm.enqueue(render, world.now())
    return translation


def price(mode: str, *, audio_only: bool) -> float:
    """Credits for a second of video in one language."""
    return prices.TRANSLATION_PER_SECOND["audio_only" if audio_only else mode]


def _wanted(world: World, account: Account, body: Mapping[str, Any]) -> Wanted:
    source = sources.video(world, account, body["video"])
    seconds = sources.part(source, body)
    if body.get("audio") is not None:
        recording = sources.recording(world, account, body["audio"])
        seconds = recording.seconds if body.get("enable_dynamic_duration", True) else seconds
    role, srt = body.get("srt_role"), None
    if body.get("srt") is not None:
        srt = subtitles.given(world, account, body["srt"])
    elif role is not None:
        raise invalid("srt_role needs srt", "srt_role")
    if (body.get("speaker_num") or 1) < 1:
        raise invalid("speaker_num must be at least 1", "speaker_num")
    _check_voices(world, account, body.get("stock_voice_config") or {})
    audio_only = body.get("translate_audio_only", False)
    plan = Plan(
        kind="translation",
        title=body.get("title"),
        seconds=seconds,
        credits=price(body.get("mode", "speed"), audio_only=audio_only) * seconds,
        picture=source.picture,
        captions=body.get("enable_caption", False),
        resolution="720p",
        aspect_ratio="auto",
    )
    return Wanted(
        plan=plan,
        srt=srt if role == "output" else None,
        input_language=body.get("input_language"),
        audio_only=audio_only,
    )


def _check_voices(world: World, account: Account, config: Mapping[str, Any]) -> None:
    for index, voice_id in enumerate(config.get("preferred_stock_voice_ids") or ()):
        param = f"stock_voice_config.preferred_stock_voice_ids.{index}"
        voices.ready(world, account, voice_id, param)


def _publish(world: World, translation: Translation) -> None:
    dubs.publish(world, _path(translation), translation)


def _tell(world: World, account: Account, translation: Translation, moment: float) -> None:
    facts: dict[str, Any] = {
        "video_translate_id": translation.id,
        "output_language": translation.output_language,
    }
    if translation.done:
        facts |= {"url": dubs.link(world, _path(translation), translation, "mp4")}
    else:
        facts |= {"message": translation.failure_message}
    event = "video_translate.success" if translation.done else "video_translate.fail"
    tell(world, account, moment, event, facts, translation.callback)


def _path(translation: Translation) -> str:
    return f"video-translations/{translation.id}"


def _find(world: World, call: Call) -> Translation:
    identifier = call.path["video_translation_id"]
    return jobs.find(call.account.translations, identifier, "Video translation", world.now())


def _view(world: World, translation: Translation) -> dict[str, Any]:
    link = partial(dubs.link, world, _path(translation), translation)
    plan, done = translation.plan, translation.done
    return {
        "id": translation.id,
        "title": translation.title,
        "status": translation.status(world.now()),
        "created_at": int(translation.created_at),
        "input_language": translation.input_language or (SPOKEN if done else None),
        "output_language": translation.output_language,
        "translate_audio_only": translation.audio_only,
        "duration": round(plan.seconds, 3) if done else None,
        "video_url": link("mp4"),
        "audio_url": link("wav"),
        "srt_caption_url": link("srt", wanted=plan.captions),
        "vtt_caption_url": link("vtt", wanted=plan.captions),
        "callback_id": translation.callback.id,
        "failure_message": translation.failure_message,
    }


def _get(world: World, call: Call) -> dict[str, Any]:
    return data(_view(world, _find(world, call)))


def _list(world: World, call: Call) -> dict[str, Any]:
    rows = jobs.known(call.account.translations, world.now())
    page, cursor = paginate(rows, lambda it: -it.number, call.query["limit"], call.query["token"])
    return data([_view(world, it) for it in page]) | cursor


def _update(world: World, call: Call) -> dict[str, Any]:
    translation = _find(world, call)
    translation.title = call.body["title"]
    return data(_view(world, translation))


def _delete(world: World, call: Call) -> dict[str, Any]:
    translation = _find(world, call)
    translation.deleted = True
    dubs.withdraw(world, _path(translation))
    del call.account.translations[translation.id]
    return data({"id": translation.id})


def _languages(world: World, call: Call) -> dict[str, Any]:
    return data({"languages": list(languages.LANGUAGES)})


HANDLERS: dict[str, Handler] = {
    "createVideoTranslation": _create,
    "createVideoTranslationBatch": _create_batch,
    "deleteVideoTranslation": _delete,
    "getVideoTranslation": _get,
    "listVideoTranslationLanguages": _languages,
    "listVideoTranslations": _list,
    "updateVideoTranslation": _update,
}
