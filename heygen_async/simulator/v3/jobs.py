"""Jobs beside videos: lipsyncs, translations, proofreads, clippings, background removals.

All of them go one way: accepted and paid, `pending`, at work, then completed or failed; what fails
is paid back. They differ in their words (behaviour notes §6, 2026-10), in what they leave behind,
and in whether they need a slot. A job that waits for a slot is `pending` to those who know its id;
an item of a batch gets its id only when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from heygen_async.simulator.v3.job_records import Job
from heygen_async.simulator.wire.call import Call
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world import callbacks
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.farm import Render
from heygen_async.simulator.world.records import Batch
from heygen_async.simulator.world.world import World

J = TypeVar("J", bound=Job)


def accept(
    world: World,
    call: Call,
    kind: str,
    *,
    price: float,
    base: float,
    seconds: float,
    body: Mapping[str, Any],
    batch: Batch | None = None,
) -> dict[str, Any]:
    """Take the money for a job, and give what every kind of `Job` is made with.

    Args:
        world: where it will run.
        call: the request that pays.
        kind: of job; ids and durations depend on it.
        price: in credits.
        base: simulated seconds such a job takes before the length of its video counts.
        seconds: of video.
        body: what describes this job; an item of a batch is only a part of the request.
        batch: the one it is an item of.

    Raises:
        RefusedError: `insufficient_credit`, or nobody can be called back; nothing is taken.
    """
    callback = callbacks.callback_of(world, body)
    number = world.number(kind)
    identifier = world.identify(kind, number)
    charge = world.charge(call.account, call.operation, call.key, price, identifier)
    timing = world.timing
    return {
        "id": identifier,
        "number": number,
        "title": body.get("title"),
        "created_at": world.now(),
        "pending": timing.pending,
        "work": timing.job(base, seconds, world.chance(kind, number)),
        "charge": charge,
        "fate": world.faults.fate(call.operation),
        "callback": callback,
        "batch": batch,
    }


def course(
    world: World,
    account: Account,
    job: Job,
    finish: Callable[[], None] | None = None,
    tell: Callable[[float], None] | None = None,
) -> Render:
    """The job as slots see it.

    Args:
        world: where it runs.
        account: who gets the money back if it fails.
        job: which.
        finish: puts its files in their places; not called for a job that failed or was deleted.
        tell: tells who wants to know that it settled, and when; not called for one deleted before.
    """

    def begin(moment: float) -> float:
        job.started_at = moment
        job.settles_at = job.fate.end(moment, job.work)
        return job.settles_at

    def settle(moment: float) -> None:
        job.settled = True
        if job.fate.failure is not None:
            world.refund(account, job.charge)
        elif finish is not None and not job.deleted:
            finish()
        if tell is not None and not job.deleted:
            tell(moment)
        if job.batch is not None:
            callbacks.finish(world, account, job.batch, moment)

    return Render(begin=begin, settle=settle)


def start(world: World, render: Render) -> None:
    """Let a job run that needs no slot."""
    world.agenda.at(render.begin(world.now()), render.settle)


def require_credits(account: Account, price: float) -> None:
    """Let a request pass that the balance is enough for, all its jobs together.

    Raises:
        RefusedError: `insufficient_credit`.
    """
    if account.balance < price:
        message = f"Balance {account.balance:.2f} is below the cost of {price:.2f}"
        raise RefusedError("insufficient_credit", message)


def find(jobs: Mapping[str, J], identifier: str, kind: str, now: float) -> J:
    """One of the account's jobs.

    Raises:
        RefusedError: there is none, or nobody can know its id yet.
    """
    job = jobs.get(identifier)
    if job is None or job.item_id(now) is None:
        raise RefusedError("resource_not_found", f"{kind} {identifier} not found")
    return job


def known(jobs: Mapping[str, J], now: float) -> list[J]:
    """The account's jobs as a list shows them, the newest first."""
    return [it for it in reversed(list(jobs.values())) if it.item_id(now) is not None]
