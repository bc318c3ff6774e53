"""``avatars create`` at work.

There is no journal here: one thing is asked for, and its ids are told as soon as they are known, so
that they can be used however the wait ends.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs

from heygen_async.api.agentai.schemas import AgentAIAvatarRequest
from heygen_async.api.family import raise_nameless
from heygen_async.api.v2.assets import AssetsV2
from heygen_async.api.v2.photo_avatars import PhotoAvatars
from heygen_async.api.v2.photo_requests import (
    GroupAddRequest,
    GroupCreateRequest,
    PhotoGenerateRequest,
)
from heygen_async.api.v3.avatars import CREATE_AVATAR
from heygen_async.api.v3.avatars_schemas import CreatePhotoAvatarRequest, CreatePromptAvatarRequest
from heygen_async.api.v3.inputs import AssetId, AssetInput, AssetUrl
from heygen_async.backends.generated import for_agentai, for_v2, for_v3
from heygen_async.cli import narrowing
from heygen_async.cli.connecting import reaching
from heygen_async.cli.console import clean, put_json, put_text, say
from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings
from heygen_async.cli.progress import reporting
from heygen_async.cli.spelling import as_typed
from heygen_async.cli.wanted import media, one_of, person
from heygen_async.dialects import Clients
from heygen_async.errors import (
    DeadlineError,
    InvalidInputError,
    ProtocolError,
)
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Photo, Prompt
from heygen_async.models.loss import Loss
from heygen_async.models.source import Origin
from heygen_async.models.state import Progress
from heygen_async.transport.credentials import KEY_VARIABLE
from heygen_async.transport.request import request_key

__all__ = ["Creation", "going_on"]


_UNNAMED = "Photo avatar"


@attrs.frozen
class Begun:
    """An avatar that is being made; what has no id yet is None.

    Attributes:
        group_id: None where not even the photos are there.
        look_id: None where only its group is known.
        losses: what of the description could not be said exactly.
        generation_id: of the photos that it is made from, in v2.
        waited: seconds spent waiting for them.
    """

    group_id: str | None
    look_id: str | None
    losses: tuple[Loss, ...] = ()
    generation_id: str | None = None
    waited: float = 0.0


@attrs.frozen
class Generation:
    """Photos that v2 has generated, or is generating, and that are paid."""

    id: str
    name: str


Source = Photo | GeneratedPhoto | Prompt | Generation


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
        generation: the id of photos that v2 generated earlier.
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
    generation: str | None
    name: str | None
    group: str | None
    pick: int | None
    timeout: float | None

    async def run(self) -> Exit:
        """Make it, and wait until it can speak.

        Raises:
            HeyGenError: why there is none.
        """
        who = {"PHOTO": self.photo, "--generate": self.generate, "--prompt": self.prompt}
        one_of(who | {"--generation": self.generation})
        self._go_together()
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
                look_id, status = begun.look_id, "processing"
                if begun.group_id is not None:
                    say(f"making avatar group {clean(begun.group_id)}")
                if clients.heygen is None:
                    say(f"Without {KEY_VARIABLE} nobody can tell when it is ready.")
                elif self.timeout != 0:
                    left = None if self.timeout is None else max(0.0, self.timeout - begun.waited)
                    shown = f"`heygen-async avatars looks --group {clean(begun.group_id)}`"
                    with going_on(f"{shown} shows when it is ready"):
                        look_id = await wait(clients, begun, left)
                    status = "completed"
        self._tell(attrs.evolve(begun, look_id=look_id), status)
        return Exit.DONE

    def _tell(self, begun: Begun, status: str) -> None:
        if self.settings.as_json:
            known = {"look_id": begun.look_id, "group_id": begun.group_id, "status": status}
            known |= {"generation_id": begun.generation_id, "dialect": self.dialect}
            put_json({**known, "losses": narrowing.plain(begun.losses)})
        elif begun.group_id is None:
            put_text(f"generation {begun.generation_id} ({status})")
        elif begun.look_id is None:
            put_text(f"avatar group {begun.group_id} ({status})")
        else:
            put_text(f"look {begun.look_id} of avatar group {begun.group_id} ({status})")

    def _go_together(self) -> None:
        """Refuse options that would mean nothing here."""
        if self.strict and self.generate is None:
            raise InvalidInputError("--strict needs --generate", field="--strict")
        if self.generation is not None and self.dialect != "v2":
            raise InvalidInputError("--generation needs --dialect v2", field="--generation")
        generated = self.generate is not None or self.generation is not None
        if self.pick is not None and not (generated and self.dialect == "v2"):
            raise InvalidInputError(
                "--pick needs --generate or --generation, and --dialect v2", field="--pick"
            )

    def _source(self) -> Source:
        if self.generation is not None:
            return Generation(self.generation, self.name or _UNNAMED)
        if self.photo is not None:
            photo = media(Photo, self.photo)
            name = photo.path.stem if photo.origin is Origin.FILE else _UNNAMED
            return attrs.evolve(photo, name=self.name or name)
        if self.generate is not None:
            described = person(self.generate, strict=self.strict)
            return attrs.evolve(described, name=self.name or described.name)
        prompt = Prompt(str(self.prompt))
        return attrs.evolve(prompt, name=self.name or prompt.name)


@contextmanager
def going_on(how: str) -> Iterator[None]:
    """Say of a wait that took too long how to go on: there is no journal to resume.

    Raises:
        DeadlineError: the same, in other words.
    """
    try:
        yield
    except DeadlineError as error:
        if error.id is None:  # It was a single request that took too long.
            raise
        raise DeadlineError(
            f"{error.kind} {clean(error.id)} has not settled after {error.waited:g} s; its last"
            f" status was {clean(error.last_status or 'never seen')}. It goes on at HeyGen: {how}",
            kind=error.kind,
            id=error.id,
            last_status=error.last_status,
            waited=error.waited,
        ) from error


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
        assert not isinstance(source, Generation)
        text = source.text if isinstance(source, Prompt) else for_v3(source).value
        request = CreatePromptAvatarRequest(
            name=source.name, prompt=text, avatar_group_id=wanted.group
        )
    key = request_key(CREATE_AVATAR, None)
    look = (await heygen.avatars.create(request, idempotency_key=key)).avatar_item
    if look is None:
        raise_nameless(CREATE_AVATAR, "data.avatar_item", key=key)
    return Begun(look.group_id, look.id)


async def _wait_v3(clients: Clients, begun: Begun, timeout: float | None) -> str:
    assert clients.heygen is not None
    return (await clients.heygen.avatars.wait(str(begun.look_id), timeout=timeout)).id


# --- HeyGen v2 -----------------------------------------------------------------------------------


async def _make_v2(wanted: Creation, clients: Clients, source: Source) -> Begun:
    assert clients.heygen is not None
    v2 = clients.heygen.v2
    photos = v2.photo_avatars
    begun = Begun(None, None)
    if isinstance(source, GeneratedPhoto | Generation):
        begun, keys = await _generated(wanted, photos, source)
        if keys is None:
            return begun
        key = _picked(keys, wanted.pick or 0, str(begun.generation_id))
    else:
        key = await _uploaded(v2.assets, _file(source))
    if wanted.group is None:
        made = await photos.create_group(
            GroupCreateRequest(
                name=str(source.name), image_key=key, generation_id=begun.generation_id
            )
        )
        return attrs.evolve(begun, group_id=made.group_id, look_id=made.id)
    added = GroupAddRequest(
        group_id=wanted.group,
        image_keys=[key],
        name=str(source.name),
        generation_id=begun.generation_id,
    )
    looks = await photos.add_looks(added)
    if not looks:
        raise ProtocolError(
            "HeyGen took the photo and named no look; `heygen-async avatars looks --group"
            f" {clean(wanted.group)}` shows what became of it",
            operation="add-looks-to-photo-avatar-group",
            path="data.photo_avatar_list",
        )
    return attrs.evolve(begun, group_id=wanted.group, look_id=looks[0].id)


async def _generated(
    wanted: Creation, photos: PhotoAvatars, source: GeneratedPhoto | Generation
) -> tuple[Begun, Sequence[str] | None]:
    """The keys of its photos; None where they are not there yet, and not waited for."""
    if isinstance(source, GeneratedPhoto):
        narrowed = for_v2(source)
        started = await photos.generate(PhotoGenerateRequest(**narrowed.value))
        generation_id, losses = started.generation_id, narrowed.losses
        say(
            f"generating photos {clean(generation_id)}; `heygen-async avatars create --dialect v2"
            f" --generation {clean(generation_id)}` goes on from them, and is not charged again"
        )
    else:
        generation_id, losses = source.id, ()
    begun = Begun(None, None, losses, generation_id)
    if wanted.timeout == 0 and not (await photos.generation(generation_id)).state.settled:
        return begun, None
    clock = asyncio.get_running_loop().time
    began = clock()
    with going_on(f"--generation {clean(generation_id)} waits for it again, and is not charged"):
        done = await photos.wait_generation(generation_id, timeout=wanted.timeout or None)
    return attrs.evolve(begun, waited=clock() - began), done.image_key_list or ()


def _picked(keys: Sequence[str], pick: int, generation_id: str) -> str:
    if pick < len(keys):
        return keys[pick]
    raise InvalidInputError(
        f"--pick: HeyGen made {len(keys)} photos, of which the first is 0, not {pick}; they are"
        f" paid, so go on from them by --generation {clean(generation_id)} and another --pick",
        field="--pick",
        rule=f"must be less than {len(keys)}",
        value=str(pick),
    )


async def _uploaded(assets: AssetsV2, file: Path) -> str:
    asset = await assets.upload(file)
    if asset.image_key is None:
        raise ProtocolError(
            "HeyGen gave the picture no image_key, without which it cannot become an avatar",
            operation="upload-asset",
            path="data.image_key",
        )
    return asset.image_key


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
    async for look in avatars.list(group_id=begun.group_id):
        if look.state.progress is Progress.DONE:
            return look.id
    raise ProtocolError(
        f"Avatar group {clean(begun.group_id)} is ready, and HeyGen lists no look of it that is;"
        f" `heygen-async avatars looks --group {clean(begun.group_id)}` shows them",
        operation="listAvatarLooks",
        path="data",
    )


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
