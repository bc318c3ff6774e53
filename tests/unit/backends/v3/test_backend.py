from __future__ import annotations

from typing import Any

from heygen_async.backends.base import Step
from heygen_async.backends.v3.backend import V3Backend
from heygen_async.models.job import Job, Photo, Script
from heygen_async.models.policies import Policies
from heygen_async.models.prices import PriceTable

DIGEST = "a" * 64


async def avatar_of(backend: V3Backend, job_id: str, photo: Photo) -> Step:
    job = Job(avatar=photo, speech=Script("Hello"), id=job_id)
    plan = await backend.plan(job, {str(photo.source): DIGEST})
    return plan.goal.needs["avatar"]


async def test_jobs_of_one_photo_share_its_steps_and_each_name_keeps_its_own_file() -> None:
    nothing: Any = object()
    backend = V3Backend(nothing, nothing, nothing, nothing, nothing, Policies(), PriceTable(), None)

    first = await avatar_of(backend, "1", Photo("ada.jpg"))
    second = await avatar_of(backend, "2", Photo("ada.jpg"))
    renamed = await avatar_of(backend, "3", Photo("copy of ada.jpg"))

    assert second is first
    assert renamed is not first
    assert renamed.stream == first.stream
    assert list(renamed.needs) == ["copy of ada.jpg"]
