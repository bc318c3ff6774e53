"""Proofreads: the text of a translation, corrected before its video is made.

The round trip: ask for one per language; once it is completed, fetch its subtitles, send them back
corrected as often as need be, and have the video made, which then says what they say.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs

from heygen_async.simulator.v3 import jobs, languages, sources, subtitles, translations
from heygen_async.simulator.v3.job_records import Proofread
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.callbacks import tell
from heygen_async.simulator.world.records import Plan
from heygen_async.simulator.world.slots import require_slot
from heygen_async.simulator.world.world import File, World


def _create(world: World, call: Call) -> dict[str, Any]:
    account, body = call.account, call.body
    languages.known(body["output_languages"])
    source = sources.video(world, account, body["video"])
    if (body.get("speaker_num") or 1) < 1:
        raise invalid("speaker_num must be at least 1", "speaker_num")
    if body.get("srt") is not None:
        original = subtitles.given(world, account, body["srt"])
    else:
        sentence = f"This is what the video says in {translations.SPOKEN}."
        original = subtitles.written(sentence, source.seconds)
    plan = Plan(
        kind="proofread",
        title=body["title"],
        seconds=source.seconds,
        credits=prices.PROOFREAD_PER_SECOND * source.seconds,
        picture=source.picture,
        resolution="720p",
        aspect_ratio="auto",
    )
    jobs.require_credits(account, plan.credits * len(body["output_languages"]))
    made = [_accept(world, call, plan, it, original) for it in body["output_languages"]]
    return data({"proofread_ids": [it.id for it in made], "status": "processing"})


def _accept(world: World, call: Call, plan: Plan, language: str, original: str) -> Proofread:
    facts = jobs.accept(
        world,
        call,
        "proofread",
        price=plan.credits,
        base=world.timing.proofread,
        seconds=plan.seconds,
        body=call.body,
    )
    sentence = f"This is what the video says in {language}."
    proofread = Proofread(
        **facts | {"pending": 0.0},
        plan=plan,
        mode=call.body.get("mode", "speed"),
        output_language=language,
        original=original,
        srt=subtitles.written(sentence, plan.seconds),
    )
    account = call.account
    account.proofreads[proofread.id] = proofread
    finish = partial(_publish, world, proofread)
    told = partial(_tell, world, account, proofread)
    jobs.start(world, jobs.course(world, account, proofread, finish, told))
    return proofread


def _publish(world: World, proofread: Proofread) -> None:
    original, srt = proofread.original, proofread.srt
    path = _path(proofread)
    world.files[f"{path}.original.srt"] = File(mime=subtitles.MIME, make=original.encode)
    world.files[f"{path}.srt"] = File(mime=subtitles.MIME, make=srt.encode)


def _tell(world: World, account: Account, proofread: Proofread, moment: float) -> None:
    facts: dict[str, Any] = {
        "proofread_id": proofread.id,
        "output_language": proofread.output_language,
    }
    if not proofread.done:
        facts |= {"message": proofread.failure_message}
    event = "proofread_creation.success" if proofread.done else "proofread_creation.fail"
    tell(world, account, moment, event, facts, proofread.callback)


def _path(proofread: Proofread) -> str:
    return f"proofreads/{proofread.id}"


def _find(world: World, call: Call) -> Proofread:
    identifier = call.path["proofread_id"]
    return jobs.find(call.account.proofreads, identifier, "Proofread", world.now())


def _completed(world: World, call: Call, *, status: int | None = None) -> Proofread:
    """A proofread whose text is there.

    Raises:
        RefusedError: `resource_not_ready`, as `status` if that is given: the contract has no 409
            for the subtitles.
    """
    proofread = _find(world, call)
    if proofread.done:
        return proofread
    message = f"Proofread {proofread.id} is {proofread.status(world.now())}"
    if proofread.settled:
        raise invalid(message, "proofread_id")
    raise RefusedError("resource_not_ready", message, "proofread_id", status=status)


def _view(world: World, proofread: Proofread) -> dict[str, Any]:
    return {
        "id": proofread.id,
        "title": proofread.title,
        "status": proofread.status(world.now()),
        "created_at": int(proofread.created_at),
        "input_language": translations.SPOKEN if proofread.done else None,
        "output_language": proofread.output_language,
        "submitted_for_review": False,
        "failure_message": proofread.failure_message,
    }


def _get(world: World, call: Call) -> dict[str, Any]:
    return data(_view(world, _find(world, call)))


def _download(world: World, call: Call) -> dict[str, Any]:
    path = _path(_completed(world, call, status=400))
    urls = {"srt_url": f"{path}.srt", "original_srt_url": f"{path}.original.srt"}
    return data({name: world.link(it) for name, it in urls.items()})


def _upload(world: World, call: Call) -> dict[str, Any]:
    proofread = _completed(world, call, status=400)
    proofread.srt = subtitles.given(world, call.account, call.body["srt"])
    _publish(world, proofread)
    return data(_view(world, proofread))


def _generate(world: World, call: Call) -> dict[str, Any]:
    proofread, body = _completed(world, call), call.body
    require_slot(world, call.account)
    audio_only, plan = body.get("translate_audio_only", False), proofread.plan
    price = translations.price(proofread.mode, audio_only=audio_only) * plan.seconds
    wanted = translations.Wanted(
        plan=attrs.evolve(plan, credits=price, captions=body.get("captions", False)),
        srt=proofread.srt,
        input_language=translations.SPOKEN,
        audio_only=audio_only,
    )
    titled = {**body, "title": proofread.title}
    translation = translations.accept(world, call, wanted, proofread.output_language, titled)
    return data({"status": "processing", "video_translation_id": translation.id})


HANDLERS: dict[str, Handler] = {
    "createProofread": _create,
    "downloadProofreadSrt": _download,
    "generateFromProofread": _generate,
    "getProofread": _get,
    "uploadProofreadSrt": _upload,
}
