"""``avatars create`` and ``avatars train`` at work.

There is no journal here: one thing is asked for, and its ids are told as soon as they are known, so
that they can be used however the wait ends.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs

from heygen_async.api.agentai.schemas import AgentAIAvatarRequest
from heygen_async.api.looking import gone
from heygen_async.api.v2.photo_answers import TrainStatus
from heygen_async.api.v2.photo_avatars import PhotoAvatars
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
from heygen_async.errors import (
    DeadlineError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
    ProtocolError,
)
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Photo, Prompt
from heygen_async.models.loss import Loss
from heygen_async.models.source import Origin
from heygen_async.models.state import Progress
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
                say(f"making avatar group {clean(begun.group_id)}")
                look_id, status = begun.look_id, "processing"
                if clients.heygen is None:
                    say(f"Without {KEY_VARIABLE} nobody can tell when it is ready.")
                elif self.timeout != 0:
                    shown = f"`heygen-async avatars looks --group {clean(begun.group_id)}`"
                    with _going_on(f"{shown} shows when it is ready"):
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

    def _go_together(self) -> None:
        """Refuse options that would mean nothing here."""
        if self.strict and self.generate is None:
            raise InvalidInputError("--strict needs --generate", field="--strict")
        if self.pick is not None and (self.generate is None or self.dialect != "v2"):
            raise InvalidInputError("--pick needs --generate and --dialect v2", field="--pick")

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


@contextmanager
def _going_on(how: str) -> Iterator[None]:
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
        with _going_on("the same command would begin, and pay, another one: wait longer for it"):
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
        if asset.image_key is None:
            raise ProtocolError(
                "HeyGen gave the picture no image_key, without which it cannot become an avatar",
                operation="upload-asset",
                path="data.image_key",
            )
        key = asset.image_key
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
    looks = await photos.add_looks(added)
    if not looks:
        raise ProtocolError(
            "HeyGen took the photo and named no look; `heygen-async avatars looks --group"
            f" {clean(wanted.group)}` shows what became of it",
            operation="add-looks-to-photo-avatar-group",
            path="data.photo_avatar_list",
        )
    return Begun(wanted.group, looks[0].id, losses)


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


async def trained(
    settings: Settings, group_id: str, seconds: float | None, *, again: bool = False
) -> Exit:
    """Train a group in v2, and wait until it is ready; with 0 seconds, only begin.

    What is paid is not paid twice: a training that runs is waited for, and one that is over is
    enough, unless there is to be another one ``again``.
    """
    with reporting(settings) as report:
        async with connected(settings, report) as heygen:
            photos = heygen.v2.photo_avatars
            status = await _begun(photos, group_id, again=again)
            if seconds != 0:
                with _going_on("the same command waits for it again, and is not charged again"):
                    status = str((await photos.wait_training(group_id, timeout=seconds)).status)
    if settings.as_json:
        put_json({"group_id": group_id, "status": status, "dialect": "v2"})
    else:
        put_text(f"avatar group {group_id} ({status})")
    return Exit.DONE


async def _begun(photos: PhotoAvatars, group_id: str, *, again: bool) -> str:
    """The status of a training that runs or is over, or of one that is begun here."""
    group, known = clean(group_id), await _training(photos, group_id)
    match None if known is None else known.state.progress:
        case Progress.RUNNING:
            say(f"avatar group {group} is being trained already; nothing more was charged")
        case Progress.DONE if not again:
            say(
                f"avatar group {group} is trained already; nothing was charged. With photos that"
                " were added since, --again trains it, and is charged"
            )
        case _:
            await _begin(photos, group_id)
            say(
                f"training avatar group {group}; the same command waits for it again, and is not"
                " charged again"
            )
            return "pending"
    return str(known.status) if known is not None else "pending"


async def _training(photos: PhotoAvatars, group_id: str) -> TrainStatus | None:
    """How far the training of a group is; None if there was none."""
    try:
        status = await photos.training(group_id)
    except (NotFoundError, InvalidRequestError) as error:
        if gone(error):
            return None
        raise
    return status if status.begun else None


async def _begin(photos: PhotoAvatars, group_id: str) -> None:
    try:
        await photos.train(group_id)
    except InvalidRequestError as error:
        if "No valid image" not in error.message:
            raise
        raise NotReadyError(
            f"Group {clean(group_id)} cannot be trained yet: {error.message.rstrip('.')}. That is"
            " said while looks are being made: `heygen-async avatars looks --group"
            f" {clean(group_id)}` shows them. Nothing was charged.",
            operation=error.operation,
            code=error.code,
            status=error.status,
            request_id=error.request_id,
        ) from error
