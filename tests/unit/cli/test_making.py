"""``avatars create`` with a server whose answers leave out what they should name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from heygen_async.cli.making import Creation
from heygen_async.cli.options import Settings
from heygen_async.errors import ProtocolError, UncertainError

GROUP = {"id": "g", "name": "Ada", "created_at": 1, "looks_count": 1, "status": "completed"}
ANSWERS: dict[str, Any] = {
    "/v1/asset": {"code": 100, "data": {"id": "a", "image_key": "image/a/original"}},
    "/v2/photo_avatar/avatar_group/add": {"error": None, "data": {"photo_avatar_list": []}},
    "/agentai/v1/action/heygen_photo_avatar_create_avatar_action": {
        "status": 200,
        "response": {"group_id": "g"},
    },
    "/v3/assets": {
        "data": {"asset_id": "a", "url": "https://x", "mime_type": "image/jpeg", "size_bytes": 1}
    },
    "/v3/avatars": {"data": {"avatar_item": None, "avatar_group": GROUP}},
    "/v3/avatars/g": {"data": GROUP},
    "/v3/avatars/looks": {"data": [], "has_more": False, "next_token": None},
}


@pytest.fixture
async def answers(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[dict[str, Any]]:
    told = dict(ANSWERS)

    async def answer(request: web.Request) -> web.Response:
        return web.json_response(told[request.path])

    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{tail:.*}", answer)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        for name in ("HEYGEN_API_KEY", "AGENTAI_API_KEY"):
            monkeypatch.setenv(name, "k")
        monkeypatch.setenv("HEYGEN_BASE_URL", url)
        monkeypatch.setenv("AGENTAI_BASE_URL", f"{url}/agentai/v1")
        yield told


def creation(dialect: str, photo: Path, group: str | None = None) -> Creation:
    usual: dict[str, Any] = dict.fromkeys(
        ("agentai_key", "generate", "prompt", "generation", "name", "pick", "timeout")
    )
    return Creation(
        settings=Settings(), dialect=dialect, photo=str(photo), group=group, strict=False, **usual
    )


@pytest.mark.filterwarnings("ignore::heygen_async.errors.HeyGenV2Warning")
@pytest.mark.parametrize(("dialect", "group"), [("v2", "g"), ("agentai", None)])
async def test_looks_that_heygen_does_not_name_are_said_to_be_missing(
    answers: dict[str, Any], portrait: Path, dialect: str, group: str | None
) -> None:
    with pytest.raises(ProtocolError, match="avatars looks --group g"):
        await creation(dialect, portrait, group).run()


@pytest.mark.filterwarnings("ignore::heygen_async.errors.HeyGenV2Warning")
async def test_a_picture_without_a_key_is_not_sent_on_as_none(
    answers: dict[str, Any], portrait: Path
) -> None:
    answers["/v1/asset"] = {"code": 100, "data": {"id": "a", "image_key": None}}

    with pytest.raises(ProtocolError, match="no image_key"):
        await creation("v2", portrait, "g").run()


async def test_an_avatar_that_was_charged_and_has_no_look_is_uncertain_with_its_key(
    answers: dict[str, Any], portrait: Path
) -> None:
    with pytest.raises(UncertainError, match="avatar_item") as caught:
        await creation("v3", portrait).run()

    assert caught.value.key
    assert caught.value.key in str(caught.value)
    assert isinstance(caught.value.__cause__, ProtocolError)
