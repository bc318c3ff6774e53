"""Every operation of the contract can be called, and is called as the contract wants it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from heygen_async import api
from heygen_async.api.paging import Pages
from heygen_async.api.v3.assets_schemas import (
    CreateAssetUploadBatchRequest,
    CreateAssetUploadRequest,
)
from heygen_async.api.v3.avatars_schemas import CreateAvatarConsentRequest, CreatePhotoAvatarRequest
from heygen_async.api.v3.background_removals import CreateBackgroundRemovalRequest
from heygen_async.api.v3.clippings import CreateAiClippingRequest
from heygen_async.api.v3.inputs import AssetId, AssetUrl
from heygen_async.api.v3.lipsyncs import CreateLipsyncBatchRequest, CreateLipsyncRequest
from heygen_async.api.v3.proofreads import CreateProofreadRequest, GenerateFromProofreadRequest
from heygen_async.api.v3.templates import GenerateFromTemplateRequest
from heygen_async.api.v3.translations_schemas import (
    CreateVideoTranslationBatchRequest,
    CreateVideoTranslationRequest,
)
from heygen_async.api.v3.video_agents_schemas import (
    CreateVideoAgentRequest,
    SendVideoAgentMessageRequest,
)
from heygen_async.api.v3.videos_schemas import CreateVideoBatchRequest, CreateVideoFromAvatar
from heygen_async.api.v3.voices_schemas import (
    CloneVoiceRequest,
    CreateSpeechRequest,
    DesignVoiceRequest,
)
from heygen_async.api.v3.webhooks import CreateWebhookEndpointRequest, UpdateWebhookEndpointRequest

ROOT = Path(__file__).parents[2]
CONTRACT = "heygen-v3.openapi.json"
FAMILIES = api.FAMILIES

ASSET = AssetId("a1")
ADDRESS = AssetUrl("https://example.org/a.mp4")
VIDEO = CreateVideoFromAvatar(avatar_id="l1", script="Hello.")
LIPSYNC = CreateLipsyncRequest(video=ASSET, audio=ADDRESS)
TRANSLATION = CreateVideoTranslationRequest(video=ASSET, output_languages=["Spanish"])
FILE = CreateAssetUploadRequest(filename="a.mp4", content_type="video/mp4", size_bytes=1000)
PAGE: dict[str, Any] = {"limit": 2, "token": "t1"}

#: One call for every operation, with every parameter the contract has for it.
CALLS: dict[str, Callable[[Any], Awaitable[Any] | Pages[Any]]] = {
    # account
    "getCurrentUser": lambda h: h.account.me(),
    # assets
    "uploadAsset": lambda h: h.assets.upload(ROOT / "tests/samples/portrait.jpg"),
    "listAssets": lambda h: h.assets.list("ada", folder_id="f1", **PAGE),
    "getAsset": lambda h: h.assets.get("a1"),
    "deleteAsset": lambda h: h.assets.delete("a1"),
    "searchAssets": lambda h: h.assets.search("sea", "image", scope="personal", **PAGE),
    "bulkAssetStatuses": lambda h: h.assets.statuses(["a1", "a2"], batch_ids=["b1"]),
    "createAssetUpload": lambda h: h.assets.create_upload(FILE),
    "createAssetUploadBatch": lambda h: h.assets.create_upload_batch(
        CreateAssetUploadBatchRequest(files=[FILE])
    ),
    "completeAssetUpload": lambda h: h.assets.complete_upload("a1"),
    "completeAssetBatch": lambda h: h.assets.complete_upload_batch("b1"),
    "getAssetBatch": lambda h: h.assets.get_batch("b1", **PAGE),
    # audio
    "searchAudioSounds": lambda h: h.audio.search(
        "rain", type="sound_effects", min_score=0.5, **PAGE
    ),
    # avatars
    "createAvatar": lambda h: h.avatars.create(CreatePhotoAvatarRequest(name="Ada", file=ASSET)),
    "listAvatarGroups": lambda h: h.avatars.groups(ownership="private", **PAGE),
    "getAvatarGroup": lambda h: h.avatars.get_group("g1"),
    "deleteAvatarGroup": lambda h: h.avatars.delete_group("g1"),
    "createAvatarConsent": lambda h: h.avatars.consent("g1", CreateAvatarConsentRequest()),
    "listAvatarLooks": lambda h: h.avatars.list(
        group_id="g1", avatar_type="photo_avatar", ownership="private", **PAGE
    ),
    "getAvatarLook": lambda h: h.avatars.get("l1"),
    "updateAvatarLook": lambda h: h.avatars.rename("l1", "Ada"),
    "deleteAvatarLook": lambda h: h.avatars.delete("l1"),
    # background removals
    "createBackgroundRemoval": lambda h: h.background_removals.create(
        CreateBackgroundRemovalRequest(video=ASSET)
    ),
    "listBackgroundRemovals": lambda h: h.background_removals.list(**PAGE),
    "getBackgroundRemoval": lambda h: h.background_removals.get("j1"),
    "deleteBackgroundRemoval": lambda h: h.background_removals.delete("j1"),
    # brand
    "listBrandKits": lambda h: h.brand.kits(**PAGE),
    "listBrandGlossaries": lambda h: h.brand.glossaries(**PAGE),
    # clippings
    "createAiClipping": lambda h: h.clippings.create(CreateAiClippingRequest(video=ASSET)),
    "listAiClippings": lambda h: h.clippings.list(**PAGE),
    "getAiClipping": lambda h: h.clippings.get("j1"),
    "deleteAiClipping": lambda h: h.clippings.delete("j1"),
    # lipsyncs
    "createLipsync": lambda h: h.lipsyncs.create(LIPSYNC),
    "listLipsyncs": lambda h: h.lipsyncs.list(**PAGE),
    "getLipsync": lambda h: h.lipsyncs.get("s1"),
    "updateLipsync": lambda h: h.lipsyncs.rename("s1", "Greeting"),
    "deleteLipsync": lambda h: h.lipsyncs.delete("s1"),
    "bulkLipsyncStatuses": lambda h: h.lipsyncs.statuses(["s1"], batch_ids=["b1"]),
    "createLipsyncBatch": lambda h: h.lipsyncs.create_batch(
        CreateLipsyncBatchRequest(lipsyncs=[LIPSYNC])
    ),
    "getLipsyncBatch": lambda h: h.lipsyncs.get_batch("b1", **PAGE),
    # templates
    "listTemplates": lambda h: h.templates.list(**PAGE),
    "getTemplate": lambda h: h.templates.get("t1"),
    "generateFromTemplate": lambda h: h.templates.generate(
        "t1", GenerateFromTemplateRequest(variables={"name": {"text": "Ada"}})
    ),
    # translations and proofreads
    "createVideoTranslation": lambda h: h.translations.create(TRANSLATION),
    "listVideoTranslations": lambda h: h.translations.list(**PAGE),
    "getVideoTranslation": lambda h: h.translations.get("t1"),
    "updateVideoTranslation": lambda h: h.translations.rename("t1", "Saludo"),
    "deleteVideoTranslation": lambda h: h.translations.delete("t1"),
    "listVideoTranslationLanguages": lambda h: h.translations.languages(),
    "bulkVideoTranslationStatuses": lambda h: h.translations.statuses(["t1"], batch_ids=["b1"]),
    "createVideoTranslationBatch": lambda h: h.translations.create_batch(
        CreateVideoTranslationBatchRequest(video_translations=[TRANSLATION])
    ),
    "getVideoTranslationBatch": lambda h: h.translations.get_batch("b1", **PAGE),
    "createProofread": lambda h: h.translations.proofreads.create(
        CreateProofreadRequest(video=ASSET, output_languages=["Spanish"], title="Saludo")
    ),
    "getProofread": lambda h: h.translations.proofreads.get("p1"),
    "generateFromProofread": lambda h: h.translations.proofreads.generate(
        "p1", GenerateFromProofreadRequest(captions=True)
    ),
    "downloadProofreadSrt": lambda h: h.translations.proofreads.srt("p1"),
    "uploadProofreadSrt": lambda h: h.translations.proofreads.update_srt("p1", ASSET),
    # video agents
    "createVideoAgentSession": lambda h: h.video_agents.create(
        CreateVideoAgentRequest(prompt="Composting in 20 seconds")
    ),
    "sendVideoAgentMessage": lambda h: h.video_agents.send(
        "s1", SendVideoAgentMessageRequest(message="Shorter")
    ),
    "listVideoAgentSessions": lambda h: h.video_agents.list(**PAGE),
    "getVideoAgentSession": lambda h: h.video_agents.get("s1"),
    "listVideoAgentSessionVideos": lambda h: h.video_agents.videos("s1"),
    "getVideoAgentResource": lambda h: h.video_agents.resource("s1", "r1"),
    "listVideoAgentStyles": lambda h: h.video_agents.styles(tag="calm", **PAGE),
    "stopVideoAgentSession": lambda h: h.video_agents.stop("s1"),
    # videos
    "createVideo": lambda h: h.videos.create(VIDEO),
    "listVideos": lambda h: h.videos.list(title="promo", folder_id="f1", **PAGE),
    "getVideo": lambda h: h.videos.get("v1"),
    "deleteVideo": lambda h: h.videos.delete("v1"),
    "bulkVideoStatuses": lambda h: h.videos.statuses(["v1"], batch_ids=["b1"]),
    "createVideoBatch": lambda h: h.videos.create_batch(CreateVideoBatchRequest(videos=[VIDEO])),
    "getVideoBatch": lambda h: h.videos.get_batch("b1", **PAGE),
    # voices
    "listVoices": lambda h: h.voices.list(
        type="private", engine="starfish", language="English", gender="female", **PAGE
    ),
    "getVoice": lambda h: h.voices.get("v1"),
    "deleteVoice": lambda h: h.voices.delete("v1"),
    "designVoice": lambda h: h.voices.design(DesignVoiceRequest(prompt="Warm")),
    "cloneVoice": lambda h: h.voices.clone(CloneVoiceRequest(audio=ASSET, voice_name="Ada")),
    "createSpeech": lambda h: h.voices.speak(CreateSpeechRequest(text="Hello.", voice_id="v1")),
    # webhooks
    "createWebhookEndpoint": lambda h: h.webhooks.create(
        CreateWebhookEndpointRequest(url="https://example.org/hook")
    ),
    "listWebhookEndpoints": lambda h: h.webhooks.list(**PAGE),
    "updateWebhookEndpoint": lambda h: h.webhooks.update(
        "e1", UpdateWebhookEndpointRequest(events=["batch.finished"])
    ),
    "deleteWebhookEndpoint": lambda h: h.webhooks.delete("e1"),
    "rotateWebhookEndpointSecret": lambda h: h.webhooks.rotate_secret("e1"),
    "listWebhookEventTypes": lambda h: h.webhooks.event_types(),
    "listWebhookEvents": lambda h: h.webhooks.events(
        event_type="batch.finished", entity_id="b1", **PAGE
    ),
}


def test_there_is_a_call_for_every_operation(contract_server: Any) -> None:
    assert set(CALLS) == set(contract_server.operations)
    assert len(CALLS) == 85


@pytest.mark.parametrize("operation", sorted(CALLS))
async def test_a_call_is_what_the_contract_wants_and_its_answer_is_understood(
    operation: str, contract_server: Any, families: Any
) -> None:
    called = CALLS[operation](families)

    result = await (called.page("t1") if isinstance(called, Pages) else called)

    assert contract_server.called == [operation]
    assert contract_server.wrong == []
    assert contract_server.missing == set()
    assert result is not None or operation == "deleteWebhookEndpoint"
