from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from heygen_async.backends.base import Step
from heygen_async.backends.v3.backend import V3Backend
from heygen_async.backends.v3.steps import CreateAvatar
from heygen_async.client import HeyGen
from heygen_async.errors import ProtocolError, UncertainError
from heygen_async.models.job import Job, Photo, Prompt, Script
from heygen_async.models.outcome import Stage
from heygen_async.models.policies import Policies
from heygen_async.models.prices import PriceTable

DIGEST = "a" * 64


async def goal_of(backend: V3Backend, job_id: str, photo: Photo) -> Step:
    job = Job(avatar=photo, speech=Script("Hello"), id=job_id)
    plan = await backend.plan(job, {str(photo.source): DIGEST})
    return plan.goal


async def test_jobs_of_one_photo_share_its_steps_and_each_name_keeps_its_own_file() -> None:
    nothing: Any = object()
    backend = V3Backend(nothing, nothing, nothing, nothing, nothing, Policies(), PriceTable(), None)

    first = await goal_of(backend, "1", Photo("ada.jpg"))
    second = await goal_of(backend, "2", Photo("ada.jpg"))
    renamed = await goal_of(backend, "3", Photo("copy of ada.jpg"))

    # One mapping too: ten thousand of them would be two megabytes.
    assert second.needs is first.needs
    assert renamed.needs["avatar"].stream == first.needs["avatar"].stream
    assert list(first.needs["avatar"].needs) == ["ada.jpg"]
    assert list(renamed.needs["avatar"].needs) == ["copy of ada.jpg"]


async def test_an_avatar_that_was_charged_and_has_no_look_is_uncertain_with_its_key() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"data": {"avatar_item": None, "avatar_group": None}})

    app = web.Application()
    app.router.add_post("/v3/avatars", answer)
    async with (
        TestServer(app) as server,
        HeyGen("any", base_url=str(server.make_url("/"))) as heygen,
    ):
        step = CreateAvatar(
            stream="avatar", stage=Stage.TRAINING, api=heygen.avatars, avatar=Prompt("A potter")
        )
        with pytest.raises(UncertainError) as caught:
            await step.submit({}, key="key-1")

    assert caught.value.key == "key-1"
    assert isinstance(caught.value.__cause__, ProtocolError)
    assert caught.value.__cause__.path == "data.avatar_item"
