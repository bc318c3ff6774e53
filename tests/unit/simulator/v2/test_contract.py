"""Does the simulator speak v1 and v2 as the contract says? Every operation, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import pytest

from heygen_async.simulator import Fault, Simulator, Timing
from heygen_async.simulator.contract import Contract
from heygen_async.simulator.handlers import HANDLERS, HANDLERS_V2

PHOTO = (Path(__file__).parents[3] / "samples" / "portrait.jpg").read_bytes()
PERSON = {
    "name": "Nadia",
    "age": "Early Middle Age",
    "gender": "Woman",
    "ethnicity": "South Asian",
    "orientation": "vertical",
    "pose": "half_body",
    "style": "Realistic",
    "appearance": "navy blazer",
}


@attrs.define
class Clock:
    time: float = 1_783_958_400.0

    def __call__(self) -> float:
        return self.time


@attrs.define
class Witness:
    """Asks the simulator, and checks each answer against the contract."""

    session: aiohttp.ClientSession
    clock: Clock
    simulator: Simulator
    seen: set[str] = attrs.field(factory=set)

    async def ask(self, method: str, path: str, *, expect: int = 200, **options: Any) -> Any:
        contract = Contract.load("v2")
        operation = contract.operation(method, path.partition("?")[0])
        assert operation is not None, path
        headers = {"X-Api-Key": "a-key"} | options.pop("headers", {})
        async with self.session.request(
            method, self.simulator.url + path, headers=headers, **options
        ) as answer:
            body = await answer.json()
        assert answer.status == expect, body
        assert contract.check_answer(operation.id, answer.status, body) == [], body
        assert answer.headers["Deprecation"] == "true"
        if expect < 300:
            self.seen.add(operation.id)
        return body["data"]

    async def upload(self, path: str, content: bytes, mime: str = "image/jpeg", **more: Any) -> Any:
        return await self.ask("POST", path, data=content, headers={"Content-Type": mime}, **more)

    def wait(self) -> None:
        self.clock.time += 3_600.0


@pytest.fixture
async def witness() -> AsyncIterator[Witness]:
    clock = Clock()
    async with (
        Simulator(now=clock, timing=Timing(), render_slots=3) as simulator,
        aiohttp.ClientSession() as session,
    ):
        yield Witness(session, clock, simulator)


async def _assets(witness: Witness) -> str:
    asset = await witness.upload("/v1/asset", PHOTO)
    await witness.upload("/v1/asset", PHOTO, "image/png", expect=400)
    await witness.upload("/v1/asset", PHOTO, "image/webp", expect=400)
    assert (await witness.ask("GET", "/v1/asset/list?file_type=image&limit=1"))["assets"]
    other = await witness.upload("/v1/asset", PHOTO)
    await witness.ask("POST", f"/v1/asset/{other['id']}/delete")
    await witness.ask("POST", f"/v1/asset/{other['id']}/delete", expect=404)
    photo = await witness.upload("/v1/talking_photo", PHOTO)
    assert len(await witness.ask("GET", "/v1/talking_photo.list")) == 1
    await witness.ask("DELETE", f"/v2/talking_photo/{photo['talking_photo_id']}")
    key: str = asset["image_key"]
    return key


async def _group(witness: Witness, key: str) -> str:
    ask, root = witness.ask, "/v2/photo_avatar"
    made = await ask("POST", f"{root}/photo/generate", json=PERSON)
    path = f"{root}/generation/{made['generation_id']}"
    assert (await ask("GET", path))["image_key_list"] is None
    witness.wait()
    keys = (await ask("GET", path))["image_key_list"]
    named = {"name": "Nadia", "generation_id": made["generation_id"]}
    body = named | {"image_key": keys[0]}
    group_id: str = (await ask("POST", f"{root}/avatar_group/create", json=body))["group_id"]
    await ask("GET", f"{root}/{group_id}")
    witness.simulator.add_fault(
        Fault("moderation_rejected", operation="add-looks-to-photo-avatar-group", times=1)
    )
    more = named | {"group_id": group_id, "image_keys": keys[1:]}
    await ask("POST", f"{root}/avatar_group/add", json=more)
    uploaded = {"name": "Ada", "image_key": key}
    other = (await ask("POST", f"{root}/avatar_group/create", json=uploaded))["group_id"]
    await ask("POST", f"{root}/train", json={"group_id": group_id}, expect=400)
    await ask("GET", f"{root}/train/status/{group_id}", expect=404)
    witness.wait()
    for look in (await ask("GET", f"/v2/avatar_group/{group_id}/avatars"))["avatar_list"]:
        await ask("GET", f"{root}/{look['id']}")
    await ask("POST", f"{root}/train", json={"group_id": group_id})
    await ask("POST", f"{root}/train", json={"group_id": group_id}, expect=400)
    await ask("GET", f"{root}/train/status/{group_id}")
    witness.wait()
    await ask("GET", f"{root}/train/status/{group_id}")
    await ask("GET", "/v2/avatar_group.list?include_public=true")
    prompt = {
        "group_id": group_id,
        "prompt": "in a kitchen",
        "orientation": "horizontal",
        "pose": "half_body",
        "style": "Noir",
    }
    await ask("POST", f"{root}/look/generate", json=prompt)
    await ask("POST", f"{root}/look/generate", json=prompt | {"group_id": other}, expect=400)
    await ask("DELETE", f"/v2/photo_avatar_group/{other}")
    return group_id


async def _changes(witness: Witness, look_id: str) -> str:
    ask, root = witness.ask, "/v2/photo_avatar"
    wish = {"id": look_id, "prompt": "a nod"}
    moving: str = (await ask("POST", f"{root}/add_motion", json=wish))["id"]
    large = (await ask("POST", f"{root}/upscale", json={"id": look_id}))["id"]
    await ask("POST", f"{root}/add_sound_effect", json={"id": moving}, expect=400)
    witness.wait()
    await ask("POST", f"{root}/add_sound_effect", json={"id": moving})
    await ask("GET", f"{root}/{moving}")
    witness.wait()
    assert (await ask("GET", f"{root}/{moving}"))["background_sound_effect"]
    await ask("DELETE", f"{root}/{large}")
    await ask("GET", f"{root}/{large}", expect=404)
    return moving


async def _videos(witness: Witness, look_id: str, key: str) -> None:
    ask, said = witness.ask, {"script": "Hello.", "voice_id": "sim-voice-ben"}
    scene = {
        "character": {"type": "talking_photo", "talking_photo_id": look_id},
        "voice": {"type": "text", "voice_id": "sim-voice-anna", "input_text": "Hello."},
        "background": {"type": "color", "value": "#FAFAFA"},
    }
    whole = {"video_inputs": [scene], "caption": True, "callback_id": "job-42"}
    one = (await ask("POST", "/v2/video/generate", json=whole))["video_id"]
    direct = {"image_key": key, "video_title": "Clip"} | said
    two = (await ask("POST", "/v2/video/av4/generate", json=direct))["video_id"]
    witness.simulator.add_fault(Fault("credits_at_poll", operation="create-video-1"))
    three = (await ask("POST", "/v2/videos", json={"avatar_id": look_id} | said))["video_id"]
    await ask("POST", "/v2/videos", json={"avatar_id": look_id} | said, expect=429)
    ids = (one, two, three)
    for _ in ("waiting", "settled"):
        for it in ids:
            await ask("GET", f"/v1/video_status.get?video_id={it}")
            await ask("GET", f"/v2/videos/{it}")
        witness.wait()
    await ask("GET", "/v1/video_status.get", expect=400)
    await ask("GET", "/v1/video_status.get?video_id=", expect=424)
    await ask("GET", "/v1/video_status.get?video_id=no", expect=404)
    await ask("GET", "/v1/video.list?limit=2")
    await ask("GET", "/v2/videos?limit=2")
    await ask("DELETE", f"/v1/video.delete?video_id={one}")
    await ask("DELETE", f"/v2/videos/{two}")
    await ask("GET", f"/v2/videos/{two}", expect=404)


async def _rest(witness: Witness, look_id: str) -> None:
    ask, path = witness.ask, "/v1/webhook/endpoint"
    assert (await ask("GET", "/v2/avatars"))["talking_photos"]
    await ask("GET", "/v2/avatar/sim-look-mia/details")
    await ask("GET", f"/v2/avatar/{look_id}/details")
    await ask("GET", "/v2/avatar/no/details", expect=404)
    await ask("GET", "/v2/voices")
    await ask("GET", "/v2/user/remaining_quota")
    assert len(await ask("GET", "/v1/webhook/webhook.list")) == 23
    url = "https://ops.example.org/heygen"
    added = await ask("POST", f"{path}.add", json={"url": url})
    await ask("POST", f"{path}.add", json={"url": "ftp://no"}, expect=400)
    change = {"endpoint_id": added["endpoint_id"], "events": ["avatar_video.fail"]}
    await ask("PATCH", f"{path}.update", json=change)
    await ask("GET", f"{path}.list")
    await ask("DELETE", f"{path}.delete?endpoint_id={added['endpoint_id']}")
    await ask("DELETE", f"{path}.delete?endpoint_id={added['endpoint_id']}", expect=404)


async def test_every_answer_of_every_operation_keeps_to_the_contract(witness: Witness) -> None:
    key = await _assets(witness)
    look_id = await _group(witness, key)
    moving = await _changes(witness, look_id)
    await _videos(witness, moving, key)
    await _rest(witness, moving)

    assert witness.seen == set(HANDLERS_V2)


def test_every_operation_of_the_contract_is_simulated_and_none_is_called_like_one_of_v3() -> None:
    operations = {it.id for it in Contract.load("v2").operations}

    assert set(HANDLERS_V2) == operations
    assert len(operations) == 39
    assert operations.isdisjoint(HANDLERS)


@pytest.mark.parametrize("refused", ["/v2/talking_photo", "/v1/nothing"])
async def test_a_route_that_is_not_there_answers_a_page(witness: Witness, refused: str) -> None:
    async with witness.session.post(witness.simulator.url + refused) as answer:
        text = await answer.text()

    assert (answer.status, answer.content_type) == (404, "text/html")
    assert text.startswith("<html>")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/video.list", {"code": 400112, "data": None, "message": "Unauthorized"}),
        (
            "GET",
            "/v2/voices",
            {"data": None, "error": {"code": "unauthorized", "message": "Unauthorized"}},
        ),
    ],
)
async def test_who_says_no_key_is_refused_in_the_envelope_of_the_path(
    witness: Witness, method: str, path: str, body: Any
) -> None:
    async with witness.session.request(method, witness.simulator.url + path) as answer:
        found = json.loads(await answer.read())

    assert (answer.status, found) == (401, body)
