"""HeyGen v2's photos: uploaded, or painted after a description.

v2 knows no idempotency, so a lost answer is never asked for again where it costs. An upload costs
nothing, and is sent once more. A generation is in no list and carries nothing to find it by, so it
stays uncertain.

Source: HeyGen v2 behaviour notes §3, §4.1 and §7, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping

import attrs

from heygen_async.api.looking import gone
from heygen_async.api.v2.assets import AssetsV2
from heygen_async.api.v2.photo_avatars import PhotoAvatars
from heygen_async.api.v2.photo_requests import PhotoGenerateRequest
from heygen_async.api.watch import ended_badly
from heygen_async.backends.base import Concluded, Materials, Result, Step, Taken
from heygen_async.errors import (
    ConflictError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    ProtocolError,
    UncertainError,
)
from heygen_async.models.source import Media
from heygen_async.models.state import JobState, Progress

__all__ = ["GeneratePhotos", "GenerationStep", "Keys", "Upload", "exists"]

# Assets are looked for among the newest; to upload one again is cheaper than to look further.
_PAGES = 3


@attrs.frozen(kw_only=True)
class Upload(Step):
    """A file becomes an asset, with a key if it is a picture. Free, so it may happen twice."""

    api: AssetsV2
    materials: Materials
    source: str
    digest: str

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Concluded:
        """Upload it."""
        content = await self.materials.content(Media(self.source), self.digest)
        try:
            asset = await self.api.upload(content)
        except UncertainError:
            # At worst there are two of it, which costs nothing.
            asset = await self.api.upload(content)
        return Concluded({"asset_id": asset.id, "image_key": asset.image_key})

    async def valid(self, result: Result) -> bool:
        """Whether the asset is still there, as far as the newest pages tell."""
        pages = 0
        async for page in self.api.list(limit=100).pages():
            if any(asset.id == result["asset_id"] for asset in page.items):
                return True
            pages += 1
            if pages == _PAGES:
                break
        return False


@attrs.frozen(kw_only=True)
class GenerationStep(Step):
    """Photos are painted; charged per call. Its result has their keys, which are no looks yet."""

    api: PhotoAvatars

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """The keys of the photos, or why there are none."""
        if state.progress is not Progress.DONE:
            raise ended_badly(self.kind, taken.ref, state)
        keys = (await self.api.generation(taken.ref)).image_key_list
        if not keys:
            raise ProtocolError(
                f"Generation {taken.ref} succeeded and has no photos; resume in a while, and"
                " report it if that does not help",
                operation="check-photolook-generation-status",
                path="data.image_key_list",
            )
        return Concluded({"generation_id": taken.ref, "keys": list(keys)})

    async def valid(self, result: Result) -> bool:
        """Whether HeyGen still knows the photos."""
        return await exists(self.api.generation(result["generation_id"]))


@attrs.frozen(kw_only=True)
class GeneratePhotos(GenerationStep):
    """Photos of a person who does not exist."""

    request: PhotoGenerateRequest

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Begin to paint."""
        return Taken((await self.api.generate(self.request)).generation_id)


@attrs.frozen
class Keys:
    """Which photos are meant: uploaded ones, or some of a generation's.

    Attributes:
        uploads: the names of the uploads among what a step needs.
        places: of the photos in the generation that is needed as ``generation``, 0 the first.
    """

    uploads: tuple[str, ...] = ()
    places: tuple[int, ...] = ()

    def of(self, inputs: Mapping[str, Result]) -> tuple[list[str], str | None]:
        """The image keys, and the generation that they are from.

        Raises:
            InvalidInputError: the generation has not so many photos.
            ConflictError: an uploaded picture got no key; nothing was asked for with it.
        """
        if self.places:
            known = inputs["generation"]["keys"]
            if max(self.places) >= len(known):
                raise InvalidInputError.of(
                    "V2Options.pick",
                    f"must, with looks, be among the {len(known)} photos that were made (they are"
                    " paid and kept: run the job again with less)",
                    max(self.places),
                )
            generation_id = inputs["generation"]["generation_id"]
            return [known[place] for place in self.places], generation_id
        keys = [inputs[name]["image_key"] for name in self.uploads]
        if None in keys:
            raise ConflictError(
                "upload-asset: HeyGen gave a picture no image_key, without which it cannot become"
                " an avatar; please report it",
                operation="upload-asset",
            )
        return keys, None


async def exists(read: Awaitable[object]) -> bool:
    """Whether what is read is there."""
    try:
        await read
    except (NotFoundError, InvalidRequestError) as error:
        if gone(error):
            return False
        raise
    return True
