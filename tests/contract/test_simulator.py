"""Does the simulator speak as the contract says? Every operation it handles, over real HTTP."""

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
from heygen_async.simulator.handlers import HANDLERS

SAMPLES = Path(__file__).parents[1] / "samples"
EXAMPLES: dict[str, Any] = {
    name: example
    for name, example in json.loads((SAMPLES / "heygen-v3.examples.json").read_text())[
        "examples"
    ].items()
    if "operationId" in example
}


@attrs.define
class Clock:
    """Simulated time that passes only when told to."""

    time: float = 1_783_958_400.0

    def __call__(self) -> float:
        return self.time


@attrs.define
class Witness:
    """Asks the simulator, and checks each answer against the contract."""

    session: aiohttp.ClientSession
    url: str
    clock: Clock
    simulator: Simulator
    seen: set[str] = attrs.field(factory=set)

    async def ask(self, method: str, path: str, *, expect: int = 200, **options: Any) -> Any:
        contract = Contract.load()
        operation = contract.operation(method, path.partition("?")[0])
        assert operation is not None
        async with self.session.request(
            method, self.url + path, headers={"x-api-key": "a-key"}, **options
        ) as answer:
            body = await answer.json()
        assert answer.status == expect, body
        assert contract.check_answer(operation.id, answer.status, body) == [], body
        if expect < 300:
            self.seen.add(operation.id)
        return body.get("data")

    def wait(self) -> None:
        self.clock.time += 3_600.0


@pytest.fixture
async def witness() -> AsyncIterator[Witness]:
    clock = Clock()
    async with (
        Simulator(now=clock, timing=Timing(), render_slots=3) as simulator,
        aiohttp.ClientSession() as session,
    ):
        yield Witness(session, simulator.url, clock, simulator)


async def _assets(witness: Witness) -> str:
    ask, photo = witness.ask, (SAMPLES / "portrait.jpg").read_bytes()
    form = aiohttp.FormData()
    form.add_field("file", photo, filename="ada.jpg")
    asset_id: str = (await ask("POST", "/v3/assets", data=form))["asset_id"]
    file = {"filename": "a.jpg", "content_type": "image/jpeg", "size_bytes": len(photo)}
    slot = await ask("POST", "/v3/assets/direct-uploads", json=file)
    batch = await ask("POST", "/v3/assets/direct-uploads/batches", json={"files": [file]})
    for it in (slot, *batch["items"]):
        put = await witness.session.put(it["upload_url"], data=photo, headers=it["upload_headers"])
        assert put.status == 200
    await ask("POST", f"/v3/assets/{slot['asset_id']}/complete", json={})
    whole = {"batch_id": batch["batch_id"]}
    await ask("POST", "/v3/assets/complete/batches", json=whole, expect=202)
    await ask("GET", f"/v3/assets/batches/{batch['batch_id']}")
    await ask("GET", f"/v3/assets/statuses?asset_ids={asset_id},no&batch_ids={batch['batch_id']}")
    await ask("GET", f"/v3/assets/{asset_id}")
    me = await ask("GET", "/v3/users/me")
    await ask("GET", f"/v3/assets?username={me['username']}")
    await ask("GET", "/v3/assets/search?query=photo coffee&type=image")
    await ask("GET", "/v3/assets/search?query=ada&type=icon&scope=personal")
    await ask("DELETE", f"/v3/assets/{slot['asset_id']}")
    return asset_id


async def _avatars(witness: Witness, asset_id: str) -> str:
    ask, file = witness.ask, {"type": "asset_id", "asset_id": asset_id}
    film = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
    prompt = {"type": "prompt", "name": "Orrin", "prompt": "A potter"}
    made = [
        await ask("POST", "/v3/avatars", json=body)
        for body in (
            {"type": "photo", "name": "Ada", "file": file},
            {"type": "digital_twin", "name": "Ines", "file": film},
            prompt,
        )
    ]
    witness.simulator.add_fault(Fault("failed", operation="createAvatar", times=1))
    failing = await ask("POST", "/v3/avatars", json=prompt)
    for _ in ("in training", "trained"):
        for it in (*made, failing):
            await ask("GET", f"/v3/avatars/looks/{it['avatar_item']['id']}")
            await ask("GET", f"/v3/avatars/{it['avatar_group']['id']}")
        witness.wait()
    twin = made[1]["avatar_group"]["id"]
    await ask("POST", f"/v3/avatars/{twin}/consent", json={})
    await ask("GET", "/v3/avatars")
    await ask("GET", "/v3/avatars/looks")
    look_id: str = made[0]["avatar_item"]["id"]
    await ask("PATCH", f"/v3/avatars/looks/{look_id}", json={"name": "Grace"})
    await ask("DELETE", f"/v3/avatars/looks/{failing['avatar_item']['id']}")
    await ask("DELETE", f"/v3/avatars/{twin}")
    return look_id


async def _videos(witness: Witness, look_id: str) -> None:
    ask = witness.ask
    said = {"script": "Hello.", "voice_id": "sim-voice-anna"}
    bodies: list[dict[str, Any]] = [
        {"type": "avatar", "avatar_id": look_id, "caption": {"style": "default"}} | said,
        {"type": "image", "image": {"type": "url", "url": "https://x.org/a.png"}} | said,
        {"type": "cinematic_avatar", "avatar_id": ["sim-look-leo"], "prompt": "A walk"},
    ]
    scene = {"type": "avatar_video", "input": {"type": "avatar", "avatar_id": look_id} | said}
    bodies.append({"type": "studio", "scenes": [scene]})
    witness.simulator.add_fault(Fault("failed_without_reason", operation="createVideo", times=1))
    ids = [(await ask("POST", "/v3/videos", json=it))["video_id"] for it in bodies[:3]]
    await ask("POST", "/v3/videos", json=bodies[3], expect=429)
    many = {"title": "run", "videos": [*bodies, bodies[0] | {"avatar_id": "no"}]}
    batch = await ask("POST", "/v3/videos/batches", json=many, expect=202)
    for _ in ("running", "settled"):
        for it in ids:
            await ask("GET", f"/v3/videos/{it}")
        await ask("GET", f"/v3/videos/batches/{batch['batch_id']}")
        await ask("GET", f"/v3/videos/statuses?video_ids={ids[0]}&batch_ids={batch['batch_id']}")
        await ask("GET", "/v3/videos?limit=2")
        witness.wait()
    await ask("DELETE", f"/v3/videos/{ids[0]}")
    await ask("GET", f"/v3/videos/{ids[0]}", expect=404)


async def _voices(witness: Witness) -> None:
    ask, sample = witness.ask, {"type": "url", "url": "https://cdn.example.org/ines.mp3"}
    await ask("GET", "/v3/voices")
    await ask("POST", "/v3/voices", json={"prompt": "Warm and slow"})
    await ask("POST", "/v3/voices/speech", json={"text": "Hi.", "voice_id": "sim-voice-ben"})
    clone = {"audio": sample, "voice_name": "Ines"}
    voice_id = (await ask("POST", "/v3/voices/clone", json=clone))["voice_clone_id"]
    await ask("GET", f"/v3/voices/{voice_id}")
    await ask("DELETE", f"/v3/voices/{voice_id}", expect=409)
    witness.wait()
    await ask("GET", f"/v3/voices/{voice_id}")
    await ask("DELETE", f"/v3/voices/{voice_id}")
    await ask("GET", "/v3/voices/sim-voice-anna")
    await ask("GET", "/v3/voices?type=private")


async def _agents(witness: Witness, look_id: str) -> None:
    ask = witness.ask
    await ask("GET", "/v3/video-agents/styles?tag=calm&limit=2")
    photo = {"type": "url", "url": "https://cdn.example.org/ines.jpg"}
    wish = {"prompt": "10 seconds about bees", "style_id": "sim-style-2", "files": [photo]}
    went = await ask("POST", "/v3/video-agents", json=wish | {"avatar_id": look_id})
    witness.simulator.add_fault(Fault("failed", operation="createVideoAgentSession", times=1))
    failing = await ask("POST", "/v3/video-agents", json=wish)
    talked = await ask("POST", "/v3/video-agents", json={"prompt": "Bees", "mode": "chat"})
    path = f"/v3/video-agents/{talked['session_id']}"
    for _ in ("thinking", "waiting for input", "reviewing", "completed"):
        for it in (went, failing, talked):
            await ask("GET", f"/v3/video-agents/{it['session_id']}")
            await ask("GET", f"/v3/video-agents/{it['session_id']}/videos")
        witness.wait()
        await ask("POST", path, json={"message": "Yes, please."})
    await ask("POST", f"{path}/stop", json={})
    talk = await ask("GET", path)
    assert {it["type"] for it in talk["messages"]} == {"text", "resource"}
    for it in talk["messages"]:
        for resource_id in it["resource_ids"] or ():
            await ask("GET", f"{path}/resources/{resource_id}")
    await ask("GET", f"{path}/resources/no", expect=404)
    await ask("POST", f"/v3/video-agents/{went['session_id']}", json={"message": "?"}, expect=400)
    await ask("GET", "/v3/video-agents?limit=2")


async def _templates(witness: Witness) -> None:
    ask = witness.ask
    for it in await ask("GET", "/v3/templates"):
        template = await ask("GET", f"/v3/templates/{it['id']}")
        texts = {
            name: {"type": "text", "properties": {"content": "Ada"}}
            for name, variable in template["variables"].items()
            if variable["type"] == "text"
        }
        await ask("POST", f"/v3/templates/{it['id']}", json={"variables": texts})
    await ask("GET", "/v3/templates/no", expect=404)
    witness.wait()


async def _catalogues(witness: Witness) -> None:
    ask = witness.ask
    assert await ask("GET", "/v3/audio/sounds?query=calm piano")
    assert await ask("GET", "/v3/audio/sounds?query=rain&type=sound_effects&min_score=0.5")
    await ask("GET", "/v3/audio/sounds", expect=400)
    assert await ask("GET", "/v3/brand-kits")
    assert await ask("GET", "/v3/brand-glossaries")


async def _webhooks(witness: Witness) -> None:
    ask, path = witness.ask, "/v3/webhooks/endpoints"
    assert len(await ask("GET", "/v3/webhooks/event-types")) == 30
    body = {"url": "https://ops.example.org/heygen", "events": ["avatar_video.success"]}
    endpoint_id = (await ask("POST", path, json=body))["endpoint_id"]
    await ask("GET", path)
    await ask("PATCH", f"{path}/{endpoint_id}", json={"events": None})
    await ask("POST", f"{path}/{endpoint_id}/rotate-secret")
    video = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}
    await ask("POST", "/v3/videos", json=video)
    witness.wait()
    assert await ask("GET", "/v3/webhooks/events?event_type=avatar_video.success")
    await ask("DELETE", f"{path}/{endpoint_id}")
    await ask("DELETE", f"{path}/{endpoint_id}", expect=404)


FILM = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
SPEECH = {"type": "url", "url": "https://cdn.example.org/ines.mp3"}


async def _lipsyncs(witness: Witness) -> None:
    ask, body = witness.ask, {"video": FILM, "audio": SPEECH, "enable_caption": True}
    witness.simulator.add_fault(Fault("failed", operation="createLipsync", times=1))
    ids = [(await ask("POST", "/v3/lipsyncs", json=body))["lipsync_id"] for _ in range(2)]
    many = {"title": "run", "lipsyncs": [body, body | {"audio": FILM}]}
    batch = await ask("POST", "/v3/lipsyncs/batches", json=many, expect=202)
    for _ in ("running", "settled"):
        for it in ids:
            await ask("GET", f"/v3/lipsyncs/{it}")
        await ask("GET", f"/v3/lipsyncs/batches/{batch['batch_id']}")
        named = f"lipsync_ids={ids[0]},no&batch_ids={batch['batch_id']}"
        await ask("GET", f"/v3/lipsyncs/statuses?{named}")
        await ask("GET", "/v3/lipsyncs?limit=2")
        witness.wait()
    await ask("PATCH", f"/v3/lipsyncs/{ids[1]}", json={"title": "New"})
    await ask("DELETE", f"/v3/lipsyncs/{ids[1]}")
    await ask("GET", f"/v3/lipsyncs/{ids[1]}", expect=404)


async def _translations(witness: Witness) -> None:
    ask, path = witness.ask, "/v3/video-translations"
    body = {"video": FILM, "output_languages": ["German", "Thai"], "enable_caption": True}
    await ask("GET", f"{path}/languages")
    witness.simulator.add_fault(Fault("failed", operation="createVideoTranslation", times=1))
    ids = (await ask("POST", path, json=body))["video_translation_ids"]
    many = {"video_translations": [body, body | {"output_languages": ["Elvish"]}]}
    batch = await ask("POST", f"{path}/batches", json=many, expect=202)
    await ask("POST", path, json=body, expect=429)
    for _ in ("running", "settled"):
        for it in ids:
            await ask("GET", f"{path}/{it}")
        await ask("GET", f"{path}/batches/{batch['batch_id']}")
        named = f"video_translation_ids={ids[0]},no&batch_ids={batch['batch_id']}"
        await ask("GET", f"{path}/statuses?{named}")
        await ask("GET", f"{path}?limit=2")
        witness.wait()
    await ask("PATCH", f"{path}/{ids[1]}", json={"title": "New"})
    await ask("DELETE", f"{path}/{ids[1]}")
    await ask("GET", f"{path}/{ids[1]}", expect=404)


async def _proofreads(witness: Witness) -> None:
    ask, path = witness.ask, "/v3/video-translations/proofreads"
    body = {"video": FILM, "output_languages": ["German", "Thai"], "title": "Tour"}
    witness.simulator.add_fault(Fault("failed", operation="createProofread", times=1))
    failing, one = (await ask("POST", path, json=body))["proofread_ids"]
    subtitles = {"srt": {"type": "url", "url": "https://cdn.example.org/de.srt"}}
    await ask("GET", f"{path}/{one}/srt", expect=400)
    await ask("PUT", f"{path}/{one}/srt", json=subtitles, expect=400)
    await ask("POST", f"{path}/{one}/generate", expect=409)
    for _ in ("processing", "settled"):
        await ask("GET", f"{path}/{failing}")
        await ask("GET", f"{path}/{one}")
        witness.wait()
    await ask("PUT", f"{path}/{one}/srt", json=subtitles)
    links = await ask("GET", f"{path}/{one}/srt")
    for link in links.values():
        async with witness.session.get(link) as file:
            assert (file.status, file.content_type) == (200, "application/x-subrip")
    made = await ask("POST", f"{path}/{one}/generate", json={"captions": True})
    witness.wait()
    await ask("GET", f"/v3/video-translations/{made['video_translation_id']}")


async def _clippings(witness: Witness) -> None:
    ask, path = witness.ask, "/v3/ai-clipping"
    witness.simulator.add_fault(Fault("failed", operation="createAiClipping", times=1))
    made = [await ask("POST", path, json={"video": FILM}, expect=202) for _ in range(2)]
    ids = [it["ai_clipping_id"] for it in made]
    for seconds in (0.0, 100.0, 3_600.0):
        witness.clock.time += seconds
        for it in ids:
            await ask("GET", f"{path}/{it}")
        await ask("GET", f"{path}?limit=1")
    await ask("DELETE", f"{path}/{ids[1]}")
    await ask("GET", f"{path}/{ids[1]}", expect=404)


async def _removals(witness: Witness) -> None:
    ask, path = witness.ask, "/v3/background-removals"
    witness.simulator.add_fault(Fault("failed", operation="createBackgroundRemoval", times=1))
    made = [await ask("POST", path, json={"video": FILM, "request_id": it}) for it in "aab"]
    assert made[0]["id"] == made[1]["id"] != made[2]["id"]
    for _ in ("running", "settled"):
        for it in made:
            await ask("GET", f"{path}/{it['id']}")
        await ask("GET", f"{path}?limit=1")
        witness.wait()
    await ask("DELETE", f"{path}/{made[2]['id']}")
    await ask("GET", f"{path}/{made[2]['id']}")


async def test_every_answer_of_every_handled_operation_keeps_to_the_contract(
    witness: Witness,
) -> None:
    asset_id = await _assets(witness)
    witness.wait()
    look_id = await _avatars(witness, asset_id)
    await _videos(witness, look_id)
    await _voices(witness)
    await _lipsyncs(witness)
    await _translations(witness)
    await _proofreads(witness)
    await _clippings(witness)
    await _removals(witness)
    await _agents(witness, look_id)
    await _templates(witness)
    await _catalogues(witness)
    await _webhooks(witness)

    assert witness.seen == set(HANDLERS)


async def test_what_is_not_handled_is_refused_as_the_contract_says(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(HANDLERS, "listTemplates")

    await witness.ask("GET", "/v3/templates", expect=501)
    await witness.ask("GET", "/v3/videos?limit=0", expect=400)


def test_every_operation_of_the_contract_is_simulated() -> None:
    assert set(HANDLERS) == {it.id for it in Contract.load().operations}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_published_examples_pass_the_contract(name: str) -> None:
    contract, example = Contract.load(), EXAMPLES[name]
    asked, answered = example["request"], example["response"]
    operation = contract.operation(asked["method"], asked["path"])

    assert operation is not None
    assert operation.id == example["operationId"]
    query = {key: str(value) for key, value in asked.get("query", {}).items()}
    contract.check_request(operation, query=query, headers=asked["headers"])
    if "body" in asked and answered["status"] < 300:
        contract.check_body(operation, asked["body"])
    if isinstance(answered["body"], dict):
        assert contract.check_answer(operation.id, answered["status"], answered["body"]) == []
