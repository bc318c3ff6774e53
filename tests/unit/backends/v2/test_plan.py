from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from heygen_async.backends.base import Step
from heygen_async.backends.v2.backend import V2Backend
from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import AnimatedImage, Audio, Job, Look, Photo, Prompt, Script
from heygen_async.models.policies import Policies
from heygen_async.models.prices import PriceTable
from heygen_async.models.source import Media
from heygen_async.models.v2 import Motion, V2Options

DIGESTS = {name: f"digest of {name}" for name in ("ada.jpg", "b.jpg", "c.jpg", "a.mp3")}
DIGESTS["copy of ada.jpg"] = DIGESTS["ada.jpg"]
HELLO = Script("Hello", voice_id="v")
ADA = GeneratedPhoto("Ada", age="Senior")
EVERYTHING = V2Options(
    pick=1,
    looks=5,
    photos=[Media("b.jpg"), Media("c.jpg")],
    new_look="on a beach",
    upscale=True,
    motion=Motion("waves"),
)


class Deaf:
    """Has no bytes, and does not know how long a recording is."""

    async def content(self, media: Media, digest: str) -> bytes | str:
        raise AssertionError("a plan needs no bytes")

    async def recorded(self, audio: Audio) -> float | None:
        return None


async def planned(policies: Policies | None = None, **fields: Any) -> Step:
    nobody: Any = SimpleNamespace(assets=None, avatars=None, photo_avatars=None, videos=None)
    anything: Any = None
    backend = V2Backend(nobody, Deaf(), anything, policies or Policies(), PriceTable())
    job = Job(**{"avatar": Photo("ada.jpg"), "speech": HELLO, "id": "job", **fields})
    return (await backend.plan(job, DIGESTS)).goal


async def steps(policies: Policies | None = None, **fields: Any) -> dict[str, Step]:
    """The steps in the order in which they are done, by what they do and a number."""
    found: dict[str, Step] = {}

    def walk(step: Step) -> None:
        for needed in step.needs.values():
            walk(needed)
        if step.stream not in {one.stream for one in found.values()}:
            kind = type(step).__name__
            number = sum(name.startswith(kind) for name in found)
            found[f"{kind}{number or ''}"] = step

    walk(await planned(policies, **fields))
    return found


async def stream(kind: str, **fields: Any) -> str:
    return (await steps(**fields))[kind].stream


async def test_a_photo_is_uploaded_becomes_a_group_and_speaks() -> None:
    assert list(await steps()) == ["Upload", "CreateGroup", "RenderVideo"]


async def test_an_image_and_a_description_by_av4_need_no_group() -> None:
    image = await steps(avatar=AnimatedImage("ada.jpg"))
    described = await steps(avatar=ADA, v2=V2Options(engine="av4"))

    assert list(image) == ["Upload", "RenderVideo"]
    assert list(described) == ["GeneratePhotos", "RenderVideo"]


async def test_a_look_is_only_read() -> None:
    assert list(await steps(avatar=Look("l"))) == ["ReadLook", "RenderVideo"]


async def test_a_photo_joins_a_group_that_is_named() -> None:
    assert list(await steps(avatar=Photo("ada.jpg", group_id="g"))) == [
        "Upload",
        "AddLooks",
        "RenderVideo",
    ]


async def test_everything_is_done_in_its_order() -> None:
    assert list(await steps(avatar=ADA, speech=Audio("a.mp3"), v2=EVERYTHING)) == [
        "Upload",  # the recording, which is free and may be refused
        "GeneratePhotos",
        "CreateGroup",
        "AddLooks",
        "AddLooks1",
        "Upload1",
        "Upload2",
        "AddLooks2",
        "Train",
        "GenerateLook",
        "AddLooks3",
        "Upscale",
        "AddMotion",
        "RenderVideo",
    ]


async def test_further_looks_leave_the_picked_one_out_and_go_four_at_a_time() -> None:
    found: Any = await steps(avatar=ADA, v2=EVERYTHING)

    assert found["CreateGroup"].photo.places == (1,)
    assert found["AddLooks"].photos.places == (0, 2, 3, 4)
    assert found["AddLooks1"].photos.places == (5,)
    assert len(found["AddLooks2"].photos.uploads) == 2


async def test_nothing_that_counts_is_keyed_and_a_list_is_given_time() -> None:
    found = (await steps(avatar=ADA, v2=EVERYTHING)).values()
    paid = [step for step in found if step.paid]

    assert len(paid) == 11
    assert not any(step.keyed for step in paid)
    assert all(step.unseen >= 60 for step in paid if step.findable)
    assert {type(step).__name__ for step in paid if not step.findable} == {
        "GeneratePhotos",
        "GenerateLook",
    }
    assert [type(step).__name__ for step in found if step.slotted] == ["RenderVideo"]


async def test_without_marks_only_what_has_no_mark_can_be_found() -> None:
    found = await steps(Policies(marker=False), avatar=ADA, v2=EVERYTHING)

    assert {type(step).__name__ for step in found.values() if step.findable} == {
        "Train",
        "Upscale",
        "AddMotion",
    }


async def test_what_is_charged_is_reserved() -> None:
    prices = PriceTable()
    found = await steps(avatar=ADA, v2=EVERYTHING)

    assert {name: step.price for name, step in found.items() if step.price} == {
        "GeneratePhotos": prices.v2_generation,
        "Train": prices.v2_training,
        "GenerateLook": prices.v2_new_look,
        "Upscale": prices.v2_upscale,
        "AddMotion": prices.v2_motion,
        "RenderVideo": prices.v2_photo_step,
    }


async def test_one_photo_is_one_avatar_whatever_it_is_called_and_wherever_it_lies() -> None:
    one = await stream("CreateGroup")

    assert one == await stream("CreateGroup", avatar=Photo("ada.jpg", name="Ada"), id="other")
    assert one == await stream("CreateGroup", avatar=Photo("copy of ada.jpg"))
    assert one != await stream("CreateGroup", avatar=Photo("b.jpg"))
    assert one != await stream("CreateGroup", v2=V2Options(photos=[Media("b.jpg")]))


async def test_one_description_is_painted_once_and_each_pick_of_it_is_an_avatar() -> None:
    first = await steps(avatar=ADA)
    second = await steps(avatar=GeneratedPhoto("Grace", age="Senior"), v2=V2Options(pick=2))

    assert first["GeneratePhotos"].stream == second["GeneratePhotos"].stream
    assert first["CreateGroup"].stream != second["CreateGroup"].stream


@pytest.mark.parametrize("kind", ["Train", "GenerateLook", "Upscale", "AddMotion"])
async def test_what_is_done_to_one_avatar_is_done_once_for_all_jobs(kind: str) -> None:
    v2 = V2Options(new_look="on a beach", upscale=True, motion="waves")

    one, two = await stream(kind, v2=v2), await stream(kind, v2=v2, id="other")

    assert one == two
    assert one != await stream(kind, v2=v2, avatar=Photo("b.jpg"))


async def test_another_setting_or_motion_is_another_look() -> None:
    async def moved(words: str) -> str:
        return await stream("AddMotion", v2=V2Options(motion=words))

    async def painted(words: str) -> str:
        return await stream("GenerateLook", v2=V2Options(new_look=words))

    assert await moved("waves") != await moved("nods")
    assert await painted("on a beach") != await painted("in a forest")


async def test_a_group_that_was_there_is_trained_anew_only_for_new_photos() -> None:
    photos = [Media("b.jpg")]
    cases: list[tuple[Any, V2Options]] = [
        (Look("l"), V2Options(train=True)),
        (Look("l"), V2Options(new_look="on a beach", photos=photos)),
        (Photo("ada.jpg"), V2Options(train=True, photos=photos)),
        (Look("l"), V2Options(train=True, photos=photos)),
        (Photo("ada.jpg", group_id="g"), V2Options(train=True)),
    ]

    found: list[Any] = [(await steps(avatar=avatar, v2=v2))["Train"] for avatar, v2 in cases]

    assert [step.anew for step in found] == [False, False, False, True, True]
    assert [list(step.needs)[-1] == "checked" for step in found] == [step.anew for step in found]


async def test_a_training_anew_reads_before_its_intent_and_behind_all_that_was_added() -> None:
    v2 = V2Options(train=True, photos=[Media("b.jpg")])
    found = await steps(avatar=Look("l"), v2=v2)
    training, checked = found["Train"], found["CheckLooks"]

    assert training.needs["checked"] is checked
    assert {**checked.needs, "checked": checked} == training.needs
    assert (checked.paid, checked.kind) == (False, "")


async def test_a_callback_of_the_policies_goes_with_every_video() -> None:
    goal: Any = await planned(Policies(callback_url="https://example.com/called"))

    assert goal.callback_url == "https://example.com/called"


async def test_what_only_another_dialect_can_do_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(InvalidInputError, match="GeneratedPhoto"):
        await planned(avatar=Prompt("A baker"))
