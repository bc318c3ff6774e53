"""Who speaks in HeyGen v2: the steps from a job's avatar to a look, and what each is named by.

What is made is named by what it is made from, so the journal makes each of it once, however many
jobs share it: the photos of one description; the group of one photo with its further looks; its
training, new looks, enlarged and moving ones. Names do not count: one photo, one avatar.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import attrs
import orjson

from heygen_async.api.v2.assets import AssetsV2
from heygen_async.api.v2.avatars import AvatarsV2
from heygen_async.api.v2.photo_avatars import PhotoAvatars
from heygen_async.api.v2.videos import VideosV2
from heygen_async.backends.base import Materials, Step
from heygen_async.backends.v2.groups import (
    ADDED_MOST,
    UNSEEN,
    AddLooks,
    CreateGroup,
    ReadLook,
)
from heygen_async.backends.v2.looks import AddMotion, GenerateLook, Upscale
from heygen_async.backends.v2.photos import GeneratePhotos, Keys, Upload
from heygen_async.backends.v2.requests import generation_request
from heygen_async.backends.v2.training import CheckLooks, Train
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import AnimatedImage, Job, Look, Photo
from heygen_async.models.outcome import Stage
from heygen_async.models.policies import Policies
from heygen_async.models.prices import PriceTable
from heygen_async.models.source import Media, Origin
from heygen_async.models.v2 import V2Options

__all__ = ["Families", "Planner", "asset"]

# Seconds; the usual ones of a look are those of one that is only looked at.
_MOTION = 120.0
_UPSCALE = 60.0


class Families(Protocol):
    """The families of a client that speaks v2; ``HeyGenV2`` is one."""

    @property
    def assets(self) -> AssetsV2:
        """Files."""
        ...

    @property
    def avatars(self) -> AvatarsV2:
        """Lists of groups and looks."""
        ...

    @property
    def photo_avatars(self) -> PhotoAvatars:
        """People made of photos."""
        ...

    @property
    def videos(self) -> VideosV2:
        """Videos."""
        ...


@attrs.frozen(kw_only=True)
class Planner:
    """Plans one job.

    Attributes:
        v2: the families of a client.
        materials: gives the user's bytes.
        policies: patience, and whether titles and names are marked.
        prices: what things cost.
        job: what to make; checked.
        digests: the SHA-256 of its media, by their source.
    """

    v2: Families
    materials: Materials
    policies: Policies
    prices: PriceTable
    job: Job
    digests: Mapping[str, str]

    @property
    def _options(self) -> V2Options:
        return self.job.v2 or V2Options()

    @property
    def _avatar_step(self) -> dict[str, Any]:
        """What all steps have in common that make something of an avatar."""
        return {
            "stage": Stage.TRAINING,
            "kind": "v2_photo_avatar",
            "keyed": False,
            "timeout": self.policies.avatar_timeout,
            "api": self.v2.photo_avatars,
        }

    def still(self) -> tuple[Keys, dict[str, Step]]:
        """The photo that all begins with, and what it needs."""
        avatar = self.job.avatar
        if isinstance(avatar, GeneratedPhoto):
            return Keys(places=(self._options.pick,)), {"generation": self._generation(avatar)}
        assert isinstance(avatar, Photo | AnimatedImage)
        return self._uploaded([avatar])

    def speaker(self) -> dict[str, Step]:
        """The look that speaks, as ``look``, and what else is to be done before."""
        options, first = self._options, self._first()
        done = {f"looks:{number}": step for number, step in enumerate(self._further(first))}
        look = first
        if options.train or options.new_look is not None:
            training = self._training(first, done)
            if options.new_look is not None:
                look = self._new_look(first, training)
            done["training"] = training
        derived = {"findable": True, "unseen": UNSEEN, "avatars": self.v2.avatars}
        if options.upscale:
            look = Upscale(
                stream=f"v2:upscale:{_digest(look.stream)}",
                needs={"look": look},
                price=self.prices.v2_upscale,
                expected=_UPSCALE,
                **{**self._avatar_step, **derived},
            )
        if options.motion is not None:
            made_from = [look.stream, options.motion.prompt, options.motion.type]
            look = AddMotion(
                stream=f"v2:motion:{_digest(made_from)}",
                needs={"look": look},
                price=self.prices.v2_motion,
                expected=_MOTION,
                motion=options.motion,
                **{**self._avatar_step, **derived},
            )
        return {**done, "look": look}

    def _first(self) -> Step:
        """The look that a photo becomes, or the one that is there already."""
        avatar = self.job.avatar
        if isinstance(avatar, Look):
            return ReadLook(
                stream=f"v2:look:{avatar.id}",
                paid=False,
                avatars=self.v2.avatars,
                look_id=avatar.id,
                **{**self._avatar_step, "kind": ""},
            )
        keys, needs = self.still()
        if isinstance(avatar, Photo) and avatar.group_id is not None:
            return self._add(f"v2:joined:{self._identity()}", keys, needs, avatar.group_id)
        return CreateGroup(
            stream=f"v2:group:{self._identity()}",
            needs=needs,
            findable=self.policies.marker,
            unseen=UNSEEN,
            avatars=self.v2.avatars,
            name=self._name(),
            photo=keys,
            **self._avatar_step,
        )

    def _further(self, first: Step) -> list[Step]:
        """Further looks, in portions that one request takes."""
        options, avatar = self._options, self.job.avatar
        portions: list[tuple[Keys, dict[str, Step]]] = []
        if isinstance(avatar, GeneratedPhoto):
            others = [place for place in range(options.looks + 1) if place != options.pick]
            generation = {"generation": self._generation(avatar)}
            chosen = _portions(others[: options.looks])
            portions += [(Keys(places=tuple(places)), generation) for places in chosen]
        portions += [self._uploaded(photos) for photos in _portions(options.photos)]
        return [
            self._add(f"v2:looks:{self._identity()}:{number}", keys, {"look": first, **needs})
            for number, (keys, needs) in enumerate(portions)
        ]

    def _training(self, first: Step, further: Mapping[str, Step]) -> Step:
        options, avatar = self._options, self.job.avatar
        joined = isinstance(avatar, Photo) and avatar.group_id is not None
        anew = options.train and (joined or (isinstance(avatar, Look) and bool(options.photos)))
        needs = {"look": first, **further}
        if anew:
            needs["checked"] = CheckLooks(
                stream=f"v2:checked:{self._identity()}",
                needs=dict(needs),
                paid=False,
                anew=True,
                **{**self._avatar_step, "kind": ""},
            )
        return Train(
            stream=f"v2:training:{self._identity()}{':anew' if anew else ''}",
            needs=needs,
            price=self.prices.v2_training,
            findable=True,
            unseen=UNSEEN,
            anew=anew,
            **{**self._avatar_step, "kind": "v2_training"},
        )

    def _new_look(self, first: Step, training: Step) -> Step:
        look = self._options.new_look
        assert look is not None
        identity = _digest([self._identity(), *attrs.astuple(look)])
        generation = GenerateLook(
            stream=f"v2:newlook:{identity}",
            needs={"look": first, "training": training},
            price=self.prices.v2_new_look,
            look=look,
            **{**self._avatar_step, "kind": "v2_generation"},
        )
        needs = {"look": first, "generation": generation}
        return self._add(f"v2:looks:{identity}", Keys(places=(0,)), needs)

    def _add(
        self, stream: str, keys: Keys, needs: Mapping[str, Step], group_id: str | None = None
    ) -> Step:
        return AddLooks(
            stream=stream,
            needs=needs,
            findable=self.policies.marker,
            unseen=UNSEEN,
            avatars=self.v2.avatars,
            name=self._name(),
            photos=keys,
            group_id=group_id,
            **self._avatar_step,
        )

    def _generation(self, avatar: GeneratedPhoto) -> Step:
        return GeneratePhotos(
            stream=f"v2:photos:{_digest(_person(avatar))}",
            price=self.prices.v2_generation,
            request=generation_request(avatar).value,
            **{**self._avatar_step, "kind": "v2_generation"},
        )

    # --- files and names -------------------------------------------------------------------------

    def uploads(self, media: Sequence[Media]) -> dict[str, Step]:
        """The uploads of files, each under the name by which it is needed."""
        return {asset(str(one.source)): self._upload(str(one.source)) for one in media}

    def _uploaded(self, photos: Sequence[Media]) -> tuple[Keys, dict[str, Step]]:
        needs = self.uploads(photos)
        return Keys(uploads=tuple(needs)), needs

    def _upload(self, source: str) -> Step:
        digest = self.digests[source]
        return Upload(
            stream=f"v2:asset:{digest}",
            stage=Stage.UPLOADING,
            paid=False,
            api=self.v2.assets,
            materials=self.materials,
            source=source,
            digest=digest,
        )

    def _identity(self) -> str:
        """What the group is made from, with its further looks."""
        avatar, options = self.job.avatar, self._options
        made_from: Any = None
        match avatar:
            case Look(id=look_id):
                made_from = {"look": look_id}
            case Photo(group_id=group_id):
                made_from = {"photo": self.digests[str(avatar.source)], "group": group_id}
            case GeneratedPhoto():
                made_from = {"person": _person(avatar), "pick": options.pick}
        photos = [self.digests[str(photo.source)] for photo in options.photos]
        return _digest([made_from, options.looks, photos])

    def _name(self) -> str:
        avatar = self.job.avatar
        if isinstance(avatar, Photo) and avatar.name is None:
            return avatar.path.stem if avatar.origin is Origin.FILE else "Photo avatar"
        return getattr(avatar, "name", None) or "Look"


def asset(source: str) -> str:
    """The name under which a step needs an upload, so that no file is taken for a step."""
    return f"asset:{source}"


def _person(avatar: GeneratedPhoto) -> dict[str, Any]:
    """A description without its name."""
    request = attrs.asdict(generation_request(avatar).value)
    return {name: value for name, value in request.items() if name != "name"}


def _portions(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + ADDED_MOST] for start in range(0, len(items), ADDED_MOST))


def _digest(made_from: Any) -> str:
    text = orjson.dumps(made_from, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()
