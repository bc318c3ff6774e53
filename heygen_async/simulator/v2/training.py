"""Training of photo avatar groups: optional for videos, needed for new looks.

Nothing here is idempotent: who trains twice pays twice. A group that is being trained, or whose
looks are all pending yet, is refused with the same words (v2 notes §4.3, read 2026-11-21).
"""

from __future__ import annotations

from typing import Any

from heygen_async.simulator.v2.account import check_pool
from heygen_async.simulator.v2.envelopes import nested, v2
from heygen_async.simulator.v2.looks import status_of
from heygen_async.simulator.v2.records import Training
from heygen_async.simulator.v3.looks import looks_of
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.callbacks import tell
from heygen_async.simulator.world.records import Group
from heygen_async.simulator.world.world import World

NEVER = "empty"
"""What a list says of a group that was never trained."""


def find_group(account: Account, group_id: str) -> Group:
    """A group of the account's own.

    Raises:
        RefusedError: there is none.
    """
    group = account.groups.get(group_id)
    if group is None:
        raise RefusedError("invalid_parameter", "Avatar group not found", "group_id", status=404)
    return group


def trained(world: World, account: Account, group_id: str) -> bool:
    """Whether a group is ready for new looks."""
    return state(world, account, group_id) == "ready"


def state(world: World, account: Account, group_id: str) -> str:
    """empty, pending, training, ready or failed."""
    training = account.trainings.get(group_id)
    if training is None:
        return NEVER
    now = world.now()
    begun = now - training.created_at >= world.timing.pending
    return training.word(now, "training" if begun else "pending", "ready")


def _train(world: World, call: Call) -> dict[str, Any]:
    account = call.account
    group = find_group(account, call.body["group_id"])
    now = world.now()
    looks = [it for it in looks_of(world, account, group) if status_of(it, now) == "completed"]
    pending = any(
        status_of(it, now) in {"pending", "in_appeal"} for it in looks_of(world, account, group)
    )
    if not looks or pending or state(world, account, group.id) in {"pending", "training"}:
        message = f"No valid image for training found in group {group.id}"
        raise invalid(message, "group_id")
    check_pool(world, call)
    number = world.number("training")
    charge = world.charge(account, call.operation, call.key, prices.GROUP_TRAINING, group.id)
    fate = world.faults.fate(call.operation)
    seconds = world.timing.training(world.timing.group_training, world.chance("flow", number))
    training = Training(
        created_at=now,
        ready_at=fate.end(now, seconds),
        fate=fate,
        flow_id=world.identify("flow", number),
    )
    account.trainings[group.id] = training

    def settle(moment: float) -> None:
        about = {"group_id": group.id}
        if fate.failure is None:
            tell(world, account, moment, "photo_avatar_train.success", about)
            return
        world.refund(account, charge)
        failed = about | {"msg": fate.failure.message}
        tell(world, account, moment, "photo_avatar_train.fail", failed)

    world.agenda.at(training.ready_at, settle)
    if world.faults.trap("null_data", call.operation) is not None:
        return v2(None)
    return nested(
        {
            "num_of_photar": len(looks),
            "num_of_instant_avatar": 0,
            "num_of_studio_avatar": 0,
            "flow_id": training.flow_id,
        }
    )


def _status(world: World, call: Call) -> dict[str, Any]:
    group = find_group(call.account, call.path["group_id"])
    training = call.account.trainings.get(group.id)
    if training is None:
        raise RefusedError("invalid_parameter", "Training job not found", status=404)
    status, failure = state(world, call.account, group.id), training.fate.failure
    return v2(
        {
            "status": status,
            "error_msg": failure.message if failure is not None and status == "failed" else None,
            "created_at": training.created_at,
            "updated_at": min(world.now(), training.ready_at),
        }
    )


HANDLERS: dict[str, Handler] = {
    "get-training-job-status": _status,
    "train-photo-avatar-group": _train,
}
