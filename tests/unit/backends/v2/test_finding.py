"""Looking for what was asked for when the answer is lost: found, surely absent, or not to be told.

The simulator holds what there is; the steps are asked directly, with the inputs a run would have.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from heygen_async.api.v2.photo_requests import AddMotionRequest, GroupAddRequest, GroupCreateRequest
from heygen_async.backends.base import Concluded, Step, Taken
from heygen_async.backends.v2.groups import AddLooks, CreateGroup
from heygen_async.backends.v2.looks import AddMotion, Upscale
from heygen_async.backends.v2.photos import Keys
from heygen_async.backends.v2.training import CheckLooks, Train
from heygen_async.backends.v3.requests import marked
from heygen_async.client import HeyGen
from heygen_async.client_v2 import HeyGenV2
from heygen_async.errors import (
    AvatarFailedError,
    CannotTellError,
    ConflictError,
    HeyGenError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
    ProtocolError,
    UncertainError,
)
from heygen_async.models.outcome import Stage
from heygen_async.models.state import JobState, Progress
from heygen_async.models.v2 import Motion
from heygen_async.pipeline.verdict import Verdict, judge
from heygen_async.simulator import Fault, Simulator
from heygen_async.simulator.world.fate import Failure
from heygen_async.simulator.world.records import Look

pytestmark = pytest.mark.filterwarnings("ignore::heygen_async.errors.HeyGenV2Warning")

KEY = "hga-" + "0123456789abcdef" * 2
DONE = JobState(Progress.DONE, "completed")
TRAIN, STATUS, LOOK = (
    "train-photo-avatar-group",
    "get-training-job-status",
    "photo-avatar-details",
)
OTHER = "hga-" + "fedcba9876543210" * 2


@attrs.frozen
class Town:
    """A simulator with one group of one look, which is completed."""

    simulator: Simulator
    v2: HeyGenV2
    image_key: str
    look_id: str

    @property
    def inputs(self) -> dict[str, Any]:
        return {"look": {"look_id": self.look_id, "group_id": self.look_id}}

    @property
    def look(self) -> Look:
        return self.simulator.world.accounts["any"].looks[self.look_id]

    async def added(self, name: str) -> str:
        request = GroupAddRequest(group_id=self.look_id, image_keys=[self.image_key], name=name)
        (look,) = await self.v2.photo_avatars.add_looks(request)
        await self.v2.photo_avatars.wait(look.id)
        return look.id

    async def enlarged(self, look_id: str) -> str:
        made = await self.v2.photo_avatars.upscale(look_id)
        await self.v2.photo_avatars.wait(made.id)
        return made.id

    def step(self, cls: Any, **more: Any) -> Step:
        families = {"api": self.v2.photo_avatars, "avatars": self.v2.avatars}
        if cls in (Train, CheckLooks):
            del families["avatars"]
        made: Step = cls(stream="s", stage=Stage.TRAINING, **{**families, **more})
        return made

    async def trained_anew(self) -> Any:
        checked = await self.step(CheckLooks, anew=True).submit(self.inputs, key=KEY)
        assert isinstance(checked, Concluded)
        inputs = {**self.inputs, "checked": checked.result}
        return await self.step(Train, anew=True).submit(inputs, key=KEY)

    async def found(self, cls: Any, **more: Any) -> Taken | None:
        return await self.step(cls, **more).find(self.inputs, key=KEY)


@pytest.fixture
async def town(portrait: Path) -> AsyncIterator[Town]:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        v2 = heygen.v2
        key = (await v2.assets.upload(portrait)).image_key
        assert key is not None
        request = GroupCreateRequest(name=marked("Ada", KEY, mark=True), image_key=key)
        look = await v2.photo_avatars.create_group(request)
        await v2.photo_avatars.wait(look.id)
        yield Town(simulator, v2, key, look.id)


# --- groups and looks ----------------------------------------------------------------------------


async def test_a_group_is_found_by_the_mark_in_its_name(town: Town) -> None:
    step = town.step(CreateGroup, name="Ada", photo=Keys())

    found = await step.find({}, key=KEY)

    assert found == Taken(town.look_id, {"group_id": town.look_id})
    assert await step.find({}, key=OTHER) is None


async def test_added_looks_are_found_by_the_mark_in_their_name(town: Town) -> None:
    look_id = await town.added(marked("Ada", OTHER, mark=True))
    step = town.step(AddLooks, name="Ada", photos=Keys())

    found = await step.find(town.inputs, key=OTHER)

    assert found is not None
    assert (found.ref, found.detail["look_ids"]) == (look_id, [look_id])
    assert await step.find(town.inputs, key="hga-never-used-before") is None


async def test_a_list_that_cannot_be_read_yet_proves_nothing(town: Town) -> None:
    fault = Fault("looks_not_found", operation="list-all-avatars-in-one-avatar-group", seconds=1e6)
    town.simulator.add_fault(fault)

    with pytest.raises(CannotTellError, match="looks not found") as caught:
        await town.found(AddLooks, name="Ada", photos=Keys())

    assert caught.value.key == KEY


async def test_a_list_without_photo_looks_proves_nothing(town: Town) -> None:
    town.look.avatar_type = "digital_twin"

    with pytest.raises(CannotTellError, match="lists no photo looks"):
        await town.found(AddLooks, name="Ada", photos=Keys())


async def test_two_looks_that_share_an_id_are_one(town: Town) -> None:
    trap = Fault("shared_look_id", operation="add-looks-to-photo-avatar-group", times=1)
    town.simulator.add_fault(trap)
    step = town.step(AddLooks, name="Ada", photos=Keys(uploads=("one", "two")))
    uploads = {name: {"image_key": town.image_key} for name in ("one", "two")}

    taken = await step.submit({**town.inputs, **uploads}, key=KEY)

    assert isinstance(taken, Taken)
    assert taken.detail["look_ids"] == [taken.ref]


async def test_a_picture_without_a_key_is_said_before_anything_is_asked_for(town: Town) -> None:
    inputs = {**town.inputs, "one": {"image_key": None}}

    for cls, more in ((CreateGroup, "photo"), (AddLooks, "photos")):
        step = town.step(cls, name="Ada", **{more: Keys(uploads=("one",))})
        with pytest.raises(ConflictError, match="no image_key") as caught:
            await step.submit(inputs, key=KEY)
        assert judge(caught.value) is Verdict.DECLINED


async def test_added_looks_are_done_once_the_last_of_them_is(town: Town) -> None:
    town.simulator.add_fault(
        Fault("moderation_rejected", operation="add-looks-to-photo-avatar-group", times=1)
    )
    request = GroupAddRequest(group_id=town.look_id, image_keys=[town.image_key], name="late")
    (late,) = await town.v2.photo_avatars.add_looks(request)
    taken = Taken(town.look_id, {"look_ids": [town.look_id, late.id]})

    with pytest.raises(AvatarFailedError) as caught:
        await town.step(AddLooks, name="Ada", photos=Keys()).conclude(taken, DONE)

    assert caught.value.id == late.id


# --- enlarging -----------------------------------------------------------------------------------


async def test_a_group_in_which_nothing_is_enlarged_proves_that_nothing_was(town: Town) -> None:
    await town.added("another")

    assert await town.found(Upscale) is None


async def test_the_enlarged_look_is_the_one_that_has_the_name(town: Town) -> None:
    await town.added("another")
    made = await town.enlarged(town.look_id)

    found = await town.found(Upscale)

    assert found == Taken(made, {"group_id": town.look_id})


async def test_a_look_that_was_enlarged_in_its_place_is_found_too(town: Town) -> None:
    town.look.traits.upscaled = True

    found = await town.found(Upscale)

    assert found is not None
    assert found.ref == town.look_id


async def test_an_enlarged_look_of_another_name_cannot_be_told_from_ours(town: Town) -> None:
    await town.enlarged(await town.added("another"))

    with pytest.raises(CannotTellError, match="does not tell what they were made of"):
        await town.found(Upscale)


async def test_of_two_namesakes_the_enlarged_one_may_be_made_of_either(town: Town) -> None:
    await town.enlarged(await town.added(marked("Ada", KEY, mark=True)))

    with pytest.raises(CannotTellError):
        await town.found(Upscale)


async def test_while_a_look_is_being_made_it_may_be_ours(town: Town) -> None:
    await town.v2.photo_avatars.upscale(town.look_id)

    for cls, more in ((Upscale, {}), (AddMotion, {"motion": Motion("waves")})):
        with pytest.raises(CannotTellError, match="still being made"):
            await town.found(cls, **more)


async def test_a_failed_namesake_is_ours_and_is_told_as_a_failure(town: Town) -> None:
    town.simulator.add_fault(Fault("failed", operation="upscale-an-avatar"))
    made = await town.v2.photo_avatars.upscale(town.look_id)
    town.simulator.world.accounts["any"].looks[made.id].ready_at = 0.0

    found = await town.found(Upscale)

    assert found is not None
    assert found.ref == made.id


async def test_a_look_that_its_group_does_not_list_proves_nothing(town: Town) -> None:
    inputs = {"look": {"look_id": "elsewhere", "group_id": town.look_id}}

    with pytest.raises(CannotTellError, match="does not list look elsewhere"):
        await town.step(Upscale).find(inputs, key=KEY)


# --- motion --------------------------------------------------------------------------------------


async def test_a_group_in_which_nothing_moves_proves_that_nothing_was_moved(town: Town) -> None:
    assert await town.found(AddMotion, motion=Motion("waves")) is None


async def test_a_moving_look_may_be_ours_or_not(town: Town) -> None:
    made = await town.v2.photo_avatars.add_motion(AddMotionRequest(id=town.look_id, prompt="nods"))
    await town.v2.photo_avatars.wait(made.id)

    with pytest.raises(CannotTellError, match=made.id):
        await town.found(AddMotion, motion=Motion("waves"))


async def test_footage_is_refused_before_anything_is_paid(town: Town) -> None:
    inputs = {"look": {"look_id": "twin", "group_id": None, "footage": True}}

    for step in (town.step(AddMotion, motion=Motion()), town.step(Upscale), town.step(Train)):
        with pytest.raises(InvalidInputError, match="must be a photo look"):
            await step.submit(inputs, key=KEY)

    assert town.simulator.ledger.charges == []


# --- training ------------------------------------------------------------------------------------


async def test_a_training_is_told_by_the_groups_status(town: Town) -> None:
    before = await town.found(Train)
    await town.v2.photo_avatars.train(town.look_id)
    running = await town.found(Train, anew=True)
    await town.v2.photo_avatars.wait_training(town.look_id)
    ready = await town.found(Train)

    assert before is None
    assert running == ready == Taken(town.look_id)


async def test_whether_a_training_was_before_new_photos_cannot_be_told(town: Town) -> None:
    await town.v2.photo_avatars.train(town.look_id)
    await town.v2.photo_avatars.wait_training(town.look_id)

    with pytest.raises(CannotTellError, match="before or after photos were added"):
        await town.found(Train, anew=True)


async def test_a_training_that_runs_or_was_is_not_paid_again(town: Town) -> None:
    step = town.step(Train)

    paid = await step.submit(town.inputs, key=KEY)
    running = await step.submit(town.inputs, key=KEY)
    await town.v2.photo_avatars.wait_training(town.look_id)
    ready = await step.submit(town.inputs, key=KEY)

    assert len(town.simulator.ledger.charges) == 1
    assert paid == Taken(town.look_id)
    assert running == ready == Taken(town.look_id, {"free": True})


async def test_only_a_training_that_was_asked_for_has_a_price(town: Town) -> None:
    step = town.step(Train)
    begun = await step.submit(town.inputs, key=KEY)
    taken = await step.submit(town.inputs, key=OTHER)
    assert isinstance(begun, Taken)
    assert isinstance(taken, Taken)

    paid, free = await step.conclude(begun, DONE), await step.conclude(taken, DONE)

    assert (paid.price, free.price) == (None, 0.0)


async def test_a_trained_group_with_new_photos_is_trained_anew(town: Town) -> None:
    await town.v2.photo_avatars.train(town.look_id)
    await town.v2.photo_avatars.wait_training(town.look_id)

    taken = await town.trained_anew()

    assert len(town.simulator.ledger.charges) == 2
    assert taken == Taken(town.look_id)


async def test_between_the_intent_to_train_anew_and_the_request_nothing_is_read(
    town: Town,
) -> None:
    checked = await town.step(CheckLooks, anew=True).submit(town.inputs, key=KEY)
    assert isinstance(checked, Concluded)
    before = town.simulator.ledger.requests.copy()

    step = town.step(Train, anew=True)
    await step.submit({**town.inputs, "checked": checked.result}, key=KEY)

    assert town.simulator.ledger.requests - before == {TRAIN: 1}


async def test_who_trains_anew_takes_a_training_that_runs_and_pays_for_one_that_failed(
    town: Town,
) -> None:
    await town.v2.photo_avatars.train(town.look_id)
    checked = await town.step(CheckLooks, anew=True).submit(town.inputs, key=KEY)
    assert isinstance(checked, Concluded)
    step, inputs = town.step(Train, anew=True), {**town.inputs, "checked": checked.result}

    running = await step.submit(inputs, key=KEY)
    training = town.simulator.world.accounts["any"].trainings[town.look_id]
    training.fate = attrs.evolve(training.fate, failure=Failure(code="x", message="blurred"))
    training.ready_at = 0.0
    failed = await step.submit(inputs, key=OTHER)

    assert (running, failed) == (Taken(town.look_id, {"free": True}), Taken(town.look_id))
    assert len(town.simulator.ledger.charges) == 2


@pytest.mark.parametrize("read", [STATUS, LOOK])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("internal_error"),
        Fault("html_error"),
        Fault("bad_gateway"),
        Fault("rate_limited", retry_after=9000),
        Fault("connection_refused"),
        Fault("error_in_200"),
    ],
    ids=lambda fault: fault.name,
)
async def test_what_cannot_be_read_before_a_training_says_that_nothing_was_sent(
    town: Town, fault: Fault, read: str
) -> None:
    town.simulator.add_fault(attrs.evolve(fault, operation=read))

    with pytest.raises(HeyGenError) as caught:
        await town.step(Train).submit(town.inputs, key=KEY)

    assert judge(caught.value) is Verdict.DECLINED
    assert town.simulator.ledger.requests[TRAIN] == 0


async def test_a_look_that_is_gone_before_a_training_declines_it(town: Town) -> None:
    inputs = {**town.inputs, "looks:0": {"look_id": "gone", "group_id": town.look_id}}

    with pytest.raises(NotReadyError, match="nothing was charged") as caught:
        await town.step(Train).submit(inputs, key=KEY)

    assert isinstance(caught.value.__cause__, NotFoundError)


async def test_what_cannot_be_read_after_a_refused_training_says_that_nothing_was_begun(
    town: Town,
) -> None:
    step = town.step(Train, anew=True)
    await town.v2.photo_avatars.train(town.look_id)
    town.simulator.add_fault(Fault("internal_error", operation=STATUS))

    with pytest.raises(HeyGenError) as caught:
        await step.submit({**town.inputs, "checked": {"begun": False}}, key=KEY)

    assert town.simulator.ledger.requests[TRAIN] == 2
    assert judge(caught.value) is Verdict.DECLINED


async def test_a_look_that_is_not_there_yet_is_a_matter_of_time_and_costs_nothing(
    town: Town,
) -> None:
    town.look.ready_at = float("inf")

    with pytest.raises(NotReadyError, match="nothing was charged"):
        await town.step(Train).submit(town.inputs, key=KEY)

    assert town.simulator.ledger.charges == []
    assert town.simulator.ledger.requests["train-photo-avatar-group"] == 0


async def test_what_only_the_server_knows_to_be_too_early_is_a_matter_of_time_too(
    town: Town,
) -> None:
    request = GroupAddRequest(group_id=town.look_id, image_keys=[town.image_key], name="late")
    await town.v2.photo_avatars.add_looks(request)

    with pytest.raises(NotReadyError, match="No valid image for training"):
        await town.step(Train).submit(town.inputs, key=KEY)

    assert town.simulator.ledger.charges == []


@pytest.mark.parametrize(
    ("message", "there"), [("Avatar not found", False), ("Unexpected failure", None)]
)
async def test_a_look_is_gone_only_if_that_is_what_heygen_says(
    town: Town, message: str, there: bool | None
) -> None:
    fault = Fault("internal_error", operation=LOOK, status=400, message=message)
    town.simulator.add_fault(fault)
    valid = town.step(Upscale).valid({"look_id": town.look_id})

    if there is None:
        with pytest.raises(InvalidRequestError):
            await valid
    else:
        assert await valid is there


async def test_a_group_may_be_said_under_400_to_have_no_training(town: Town) -> None:
    message = "Training job not found"
    fault = Fault("internal_error", operation=STATUS, status=400, message=message)
    town.simulator.add_fault(fault)

    taken = await town.step(Train).submit(town.inputs, key=KEY)

    assert isinstance(taken, Taken)
    assert not taken.detail
    assert town.simulator.charges(TRAIN) == 1


async def test_looks_that_were_taken_and_are_not_named_are_uncertain() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"error": None, "data": {"photo_avatar_list": []}})

    app = web.Application()
    app.router.add_post("/v2/photo_avatar/avatar_group/add", answer)
    async with (
        TestServer(app) as server,
        HeyGen("any", base_url=str(server.make_url("/"))) as heygen,
    ):
        step = AddLooks(
            stream="looks",
            stage=Stage.TRAINING,
            api=heygen.v2.photo_avatars,
            avatars=heygen.v2.avatars,
            name="Ada",
            photos=Keys(uploads=("one",)),
            group_id="g",
        )
        with pytest.raises(UncertainError) as caught:
            await step.submit({"one": {"image_key": "image/a/original"}}, key=KEY)

    assert isinstance(caught.value.__cause__, ProtocolError)
