"""``avatars create`` and ``avatars train`` at work.

There is no journal here: one thing is asked for, and its ids are told as soon as they are known, so
that they can be used however the wait ends.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import attrs

from heygen_async.api.agentai.schemas import AgentAIAvatarRequest
from heygen_async.api.v2.photo_requests import (
    GroupAddRequest,
    GroupCreateRequest,
    PhotoGenerateRequest,
)
from heygen_async.api.v3.avatars_schemas import CreatePhotoAvatarRequest, CreatePromptAvatarRequest
from heygen_async.api.v3.inputs import AssetId, AssetInput, AssetUrl
from heygen_async.backends.generated import for_agentai, for_v2, for_v3
from heygen_async.cli import narrowing
from heygen_async.cli.connecting import connected, reaching
from heygen_async.cli.console import clean, put_json, put_text, say
from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings
from heygen_async.cli.progress import reporting
from heygen_async.cli.spelling import as_typed
from heygen_async.cli.wanted import media, one_of, person
from heygen_async.dialects import Clients
from heygen_async.errors import InvalidInputError, ProtocolError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Photo, Prompt
from heygen_async.models.loss import Loss
from heygen_async.models.source import Origin
from heygen_async.transport.credentials import KEY_VARIABLE

__all__ = ["Creation", "trained"]


@attrs.frozen
class Begun:
    """An avatar that is being made; ``look_id`` is None where only its group is known yet."""

    group_id: str | None
    look_id: str | None
    losses: tuple[Loss, ...] = ()


@attrs.frozen(kw_only=True)
class Creation:
    """One call of ``avatars create``.

    Attributes:
        settings: how to report.
        dialect: in which it is made.
        agentai_key: a file with agent.ai's token; None for the environment's.
        photo: a file, an address, or ``asset:ID``.
        generate: a description.
        strict: refuse what cannot be said exactly.
        prompt: words.
        name: of the avatar; None takes the file's, or the description's.
        group: an existing group that it joins.
        pick: which photo of a v2 generation.
        timeout: seconds to wait, None for as long as it takes, 0 for not at all.
    """

    settings: Settings
    dialect: str
    agentai_key: str | None
    photo: str | None
    generate: str | None
    strict: bool
    prompt: str | None
    name: str | None
    group: str | None
    pick: int | None
    timeout: float | None

    async def run(self) -> Exit:
        """Make it, and wait until it can speak.

        Raises:
            HeyGenError: why there is none.
        """
        one_of({"PHOTO": self.photo, "--generate": self.generate, "--prompt": self.prompt})
        make, wait = _DIALECTS[self.dialect]
        with as_typed():
            source = self._source()
        with reporting(self.settings) as report:
            async with reaching(
                self.settings,
                report,
                # agent.ai makes it without HeyGen's key; only HeyGen can say when it is ready.
                heygen=self.dialect != "agentai" or KEY_VARIABLE in os.environ,
                agentai=self.dialect == "agentai",
                agentai_key=self.agentai_key,
            ) as clients:
                if not self.strict:  # Which refuses what would be lost.
                    narrowing.warn(narrowing.losses_in(source, self.dialect))
                begun = await make(self, clients, source)
                say(f"making avatar group {clean(begun.group_id)}")
                look_id, status = begun.look_id, "processing"
                if clients.heygen is None:
                    say(f"Without {KEY_VARIABLE} nobody can tell when it is ready.")
                elif self.timeout != 0:
                    look_id = await wait(clients, begun, self.timeout)
                    status = "completed"
        if self.settings.as_json:
            known = {"look_id": look_id, "group_id": begun.group_id, "status": status}
            put_json(known | {"dialect": self.dialect, "losses": narrowing.plain(begun.losses)})
        elif look_id is None:
            put_text(f"avatar group {begun.group_id} ({status})")
        else:
            put_text(f"look {look_id} of avatar group {begun.group_id} ({status})")
        return Exit.DONE

    def _source(self) -> Photo | GeneratedPhoto | Prompt:
        if self.photo is not None:
            photo = media(Photo, self.photo)
            name = photo.path.stem if photo.origin is Origin.FILE else "Photo avatar"
            return attrs.evolve(photo, name=self.name or name)
        if self.generate is not None:
            described = person(self.generate, strict=self.strict)
            return attrs.evolve(described, name=self.name or described.name)
        prompt = Prompt(str(self.prompt))
        return attrs.evolve(prompt, name=self.name or prompt.name)


Source = Photo | GeneratedPhoto | Prompt
_Make = Callable[[Creation, Clients, Source], Awaitable[Begun]]
_Wait = Callable[[Clients, Begun, float | None], Awaitable[str]]


# --- HeyGen v3 -----------------------------------------------------------------------------------


async def _make_v3(wanted: Creation, clients: Clients, source: Source) -> Begun:
    heygen = clients.heygen
    assert heygen is not None
    request: CreatePhotoAvatarRequest | CreatePromptAvatarRequest
    if isinstance(source, Photo):
        file: AssetInput
        match source.origin:
            case Origin.ASSET:
                file = AssetId(str(source.asset_id))
            case Origin.URL:
                file = AssetUrl(str(source.source))
            case _:
                file = AssetId((await heygen.assets.upload(source.path)).asset_id)
        request = CreatePhotoAvatarRequest(
            name=str(source.name), file=file, avatar_group_id=wanted.group
        )
    else:
        text = source.text if isinstance(source, Prompt) else for_v3(source).value
        request = CreatePromptAvatarRequest(
            name=source.name, prompt=text, avatar_group_id=wanted.group
        )
    look = (await heygen.avatars.create(request)).avatar_item
    if look is None:
        raise ProtocolError("HeyGen did not say which look it makes", operation="createAvatar")
    return Begun(look.group_id, look.id)


async def _wait_v3(clients: Clients, begun: Begun, timeout: float | None) -> str:
    assert clients.heygen is not None
    return (await clients.heygen.avatars.wait(str(begun.look_id), timeout=timeout)).id


# --- HeyGen v2 -----------------------------------------------------------------------------------


async def _make_v2(wanted: Creation, clients: Clients, source: Source) -> Begun:
    assert clients.heygen is not None
    photos = clients.heygen.v2.photo_avatars
    losses: tuple[Loss, ...] = ()
    generation_id = None
    if isinstance(source, GeneratedPhoto):
        narrowed = for_v2(source)
        losses = narrowed.losses
        started = await photos.generate(PhotoGenerateRequest(**narrowed.value))
        generation_id = started.generation_id
        say(f"generating photos {clean(generation_id)}")
        done = await photos.wait_generation(generation_id, timeout=wanted.timeout or None)
        keys = done.image_key_list or ()
        pick = wanted.pick or 0
        if pick >= len(keys):
            raise InvalidInputError(
                f"--pick: there are only {len(keys)} photos in generation {generation_id}",
                field="--pick",
                value=str(pick),
            )
        key = keys[pick]
    else:
        asset = await clients.heygen.v2.assets.upload(_file(source))
        key = str(asset.image_key)
    if wanted.group is None:
        made = await photos.create_group(
            GroupCreateRequest(name=str(source.name), image_key=key, generation_id=generation_id)
        )
        return Begun(made.group_id, made.id, losses)
    added = GroupAddRequest(
        group_id=wanted.group,
        image_keys=[key],
        name=str(source.name),
        generation_id=generation_id,
    )
    (look,) = await photos.add_looks(added)
    return Begun(wanted.group, look.id, losses)


async def _wait_v2(clients: Clients, begun: Begun, timeout: float | None) -> str:
    assert clients.heygen is not None
    waited = await clients.heygen.v2.photo_avatars.wait(str(begun.look_id), timeout=timeout)
    return waited.id


# --- agent.ai ------------------------------------------------------------------------------------


async def _make_agentai(wanted: Creation, clients: Clients, source: Source) -> Begun:
    assert clients.agentai is not None
    if wanted.group is not None:
        raise InvalidInputError("--group cannot be said in agent.ai", field="--group")
    if isinstance(source, GeneratedPhoto):
        narrowed = for_agentai(source)
        request = AgentAIAvatarRequest(source_type="generate", **narrowed.value)
        created = await clients.agentai.create_avatar(request)
        return Begun(created.group_id, None, narrowed.losses)
    request = AgentAIAvatarRequest(source_type="upload", name=source.name)
    created = await clients.agentai.create_avatar(request, photos=[_file(source)])
    return Begun(created.group_id, None)


async def _wait_agentai(
    clients: Clients,
    begun: Begun,
    timeout: float | None,
) -> str:
    assert clients.heygen is not None
    avatars = clients.heygen.avatars
    await avatars.wait_group(str(begun.group_id), timeout=timeout)
    first, *_ = await avatars.list(group_id=begun.group_id).collect()
    return first.id


_DIALECTS: Mapping[str, tuple[_Make, _Wait]] = {
    "v3": (_make_v3, _wait_v3),
    "v2": (_make_v2, _wait_v2),
    "agentai": (_make_agentai, _wait_agentai),
}


def _file(source: Source) -> Path:
    if isinstance(source, Photo) and source.origin is Origin.FILE:
        return source.path
    if isinstance(source, Photo):
        raise InvalidInputError("PHOTO must be a file in this dialect", field="PHOTO")
    raise InvalidInputError(
        "--prompt can only be said in HeyGen v3; describe the person with --generate",
        field="--prompt",
    )


async def trained(settings: Settings, group_id: str, seconds: float | None) -> Exit:
    """Train a group in v2, and wait until it is ready; with 0 seconds, only begin."""
    with reporting(settings) as report:
        async with connected(settings, report) as heygen:
            photos = heygen.v2.photo_avatars
            await photos.train(group_id)
            status = str((await photos.training(group_id)).status)
            say(f"training avatar group {clean(group_id)}; the same id can be waited for again")
            if seconds != 0:
                status = str((await photos.wait_training(group_id, timeout=seconds)).status)
    if settings.as_json:
        put_json({"group_id": group_id, "status": status, "dialect": "v2"})
    else:
        put_text(f"avatar group {group_id} ({status})")
    return Exit.DONE
