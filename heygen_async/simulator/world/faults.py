"""Misbehaviour on request.

A fault has a name, an operation it strikes (`*` for all), a probability, and perhaps a number of
times. Each name belongs to the moment it strikes:

    before   nothing is done, and the answer is an error
    after    the work is done and paid for, and then the answer goes wrong
    job      the job itself goes wrong, long after its creation was answered
    trap     a rule answers what it should not; each of these belongs to a few operations
    link     a download goes wrong
    webhook  a webhook goes wrong on its way to one address

Chance is seeded for each fault and operation apart, so what happens to one operation does not
depend on how often another one was called in between. `*` means every operation of the API;
downloads and presigned uploads are struck by the faults of the first two kinds only if they are
named: `downloadFile`, `uploadFile`. What a webhook fault strikes is not an operation but a type of
event, such as `avatar_video.success`.
"""

from __future__ import annotations

import random
from typing import Any

import attrs

from heygen_async.simulator.wire.refusals import STATUS, RefusedError
from heygen_async.simulator.world.fate import Failure, Fate
from heygen_async.simulator.world.fault_targets import DOWNLOAD, EVERY, TRAPS, UPLOAD, check
from heygen_async.simulator.world.fault_values import (
    chance,
    count,
    duration,
    http_status,
    whole,
    words,
)

_BEFORE = frozenset(
    {
        "bad_gateway",
        "concurrency_limited",
        "connection_refused",
        "error_in_200",
        "gateway_timeout",
        "html_error",
        "in_progress",
        "internal_error",
        "quota_exceeded",
        "rate_limited",
        "trial_limited",
        "unavailable",
    }
)
_AFTER = frozenset(
    {"committed_error", "empty_body", "lost_answer", "slow_answer", "truncated_body"}
)
_JOB = frozenset(
    {
        "completed_with_error",
        "credits_at_poll",
        "failed",
        "failed_without_reason",
        "in_appeal",
        "late_files",
        "moderation_rejected",
        "stuck",
        "unknown_status",
    }
)
_LINK = frozenset({"cut_download", "expired_link"})
_WEBHOOK = frozenset({"duplicate_webhook", "late_webhook", "lost_webhook", "reordered_webhook"})
_STAGES = {
    "before": _BEFORE,
    "after": _AFTER,
    "job": _JOB,
    "trap": frozenset(TRAPS),
    "link": _LINK,
    "webhook": _WEBHOOK,
}

NAMES = tuple(sorted(frozenset[str]().union(*_STAGES.values())))
"""Every fault there is."""

# What each error fault says: status (None: the dialect's own for the code), code, message,
# Retry-After in seconds.
_ERRORS: dict[str, tuple[int | None, str, str, int | None]] = {
    "bad_gateway": (502, "internal_error", "The upstream answered nonsense", None),
    "committed_error": (500, "internal_error", "Unexpected failure", None),
    "concurrency_limited": (429, "rate_limit_exceeded", "10 jobs already running", 10),
    "error_in_200": (200, "internal_error", "Unexpected failure", None),
    "gateway_timeout": (504, "gateway_timeout", "The upstream took too long", None),
    "in_progress": (
        409,
        "request_in_progress",
        "A request with this Idempotency-Key is still being processed",
        None,
    ),
    "internal_error": (500, "internal_error", "Unexpected failure", None),
    "quota_exceeded": (429, "quota_exceeded", "The usage quota of this account is used up", 3600),
    "rate_limited": (429, "rate_limit_exceeded", "Too many requests", 2),
    "trial_limited": (None, "trial_limit_exceeded", "The trial allows no more of this", None),
    "unavailable": (503, "service_unavailable", "Try later", None),
}


REJECTED = "moderation_rejected"
"""The failure code of what moderation did not let pass, and v2's status word for it."""

NO_CREDIT = Failure(
    code="MOVIO_PAYMENT_INSUFFICIENT_CREDIT",
    message="Insufficient credit. This operation requires 'api' credits.",
)
"""What v2 says of a video that was accepted and could not be paid for (v2 notes §4.5)."""

_GAVE_UP = "Render worker gave up after 3 attempts"
_UNWANTED = "Image rejected: resembles a public figure"
_WATERMARKED = "watermarked"


def _named(_: object, __: object, value: str) -> None:
    if value not in NAMES:
        raise ValueError(f"there is no fault {value!r}; there are: {', '.join(NAMES)}")


def _aimed(fault: Fault, _: object, value: str) -> None:
    check(_stage(fault.name), fault.name, value)


def _stage(name: str) -> str:
    return next(stage for stage, names in _STAGES.items() if name in names)


@attrs.frozen
class Fault:
    """One kind of misbehaviour.

    Attributes:
        name: which; see `NAMES`.
        operation: operation id or event type it strikes, `*` for all.
        probability: how likely it strikes each time it could, 0 to 1.
        times: how often at most; None for no limit.
        status: HTTP status of an error, in place of the usual one.
        code: error or failure code, in place of the usual one.
        message: error or failure message, in place of the usual one.
        retry_after: whole seconds for the Retry-After header of an error.
        seconds: how long `slow_answer` waits (the caller's clock; default 5), or `unknown_status`
            lasts (simulated; default 10), or how long after the event a webhook comes that is late
            (simulated; default 300) or waits for its successor (at most; default 60), or how long
            after the first its duplicate comes (default 1). Simulated, too: how long `in_appeal`
            lasts (default 600), by how much files are late (default 5), how old a video or a group
            may be that is not found yet (default 30).
        word: the word that `unknown_status` shows.

    Raises:
        ValueError: for a name that is not known, a number out of range, or an operation or event
            that it could never strike, such as a misspelt one.
        TypeError: for a value of another kind.
    """

    name: str = attrs.field(validator=_named)
    operation: str = attrs.field(default=EVERY, kw_only=True, validator=[words, _aimed])
    probability: float = attrs.field(default=1.0, kw_only=True, validator=chance)
    times: int | None = attrs.field(default=None, kw_only=True, validator=count)
    status: int | None = attrs.field(default=None, kw_only=True, validator=http_status)
    code: str | None = attrs.field(default=None, kw_only=True, validator=words)
    message: str | None = attrs.field(default=None, kw_only=True, validator=words)
    retry_after: int | None = attrs.field(default=None, kw_only=True, validator=whole)
    seconds: float | None = attrs.field(default=None, kw_only=True, validator=duration)
    word: str = attrs.field(default="beautifying", kw_only=True, validator=words)

    def error(self) -> RefusedError:
        """The error this fault answers with."""
        status, code, message, retry_after = _ERRORS[self.name]
        if status is None and self.code is not None:
            status = STATUS[code]
        return RefusedError(
            self.code or code,
            self.message or message,
            status=self.status or status,
            retry_after=retry_after if self.retry_after is None else self.retry_after,
        )


@attrs.define
class _Armed:
    fault: Fault
    number: int
    left: int | None
    chances: dict[str, random.Random] = attrs.field(factory=dict)


class Faults:
    """The faults in force, and the dice for them."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._armed: list[_Armed] = []
        self._added = 0

    @property
    def active(self) -> tuple[Fault, ...]:
        """The faults that may still strike."""
        return tuple(it.fault for it in self._armed)

    def add(self, fault: Fault) -> None:
        """Let `fault` strike from now on; earlier ones are asked first."""
        self._armed.append(_Armed(fault, self._added, fault.times))
        self._added += 1

    def clear(self) -> None:
        """From now on, all is well."""
        self._armed.clear()

    def draw(self, stage: str, operation: str) -> Fault | None:
        """The fault that strikes `operation` at this stage, if any."""
        names = _STAGES[stage]
        for armed in tuple(self._armed):
            if armed.fault.name in names and self._strikes(armed, stage, operation):
                return armed.fault
        return None

    def trap(self, name: str, operation: str) -> Fault | None:
        """The fault of this name, if it strikes `operation` now."""
        for armed in tuple(self._armed):
            if armed.fault.name == name and self._strikes(armed, "trap", operation):
                return armed.fault
        return None

    def fate(self, operation: str) -> Fate:
        """What is in store for a job that `operation` creates now."""
        fate = Fate()
        for armed in tuple(self._armed):
            fault = armed.fault
            if fault.name in _JOB and self._strikes(armed, "job", operation):
                fate = attrs.evolve(fate, **_doom(fault))
        return fate

    def _strikes(self, armed: _Armed, stage: str, operation: str) -> bool:
        aimed = armed.fault.operation
        files = operation in {DOWNLOAD, UPLOAD} and stage != "link"
        if aimed != operation and (aimed != EVERY or files):
            return False
        chance = armed.chances.get(operation)
        if chance is None:
            chance = random.Random(f"{self._seed}/{armed.number}/{operation}")
            armed.chances[operation] = chance
        if chance.random() >= armed.fault.probability:
            return False
        if armed.left is not None:
            armed.left -= 1
            if not armed.left:
                self._armed.remove(armed)
        return True


def _doom(fault: Fault) -> dict[str, Any]:
    """What a fault changes in a job's fate."""
    match fault.name:
        case "stuck":
            return {"stuck": True}
        case "failed":
            return {"failure": _failure(fault, "rendering_failed", _GAVE_UP)}
        case "failed_without_reason":
            return {"failure": Failure(code=None, message=None)}
        case "moderation_rejected":
            return {"failure": _failure(fault, REJECTED, _UNWANTED)}
        case "credits_at_poll":
            return {"failure": _failure(fault, NO_CREDIT.code, NO_CREDIT.message)}
        case "completed_with_error":
            return {"warning": _failure(fault, NO_CREDIT.code, _WATERMARKED)}
        case "in_appeal":
            return {"appeal": _seconds(fault, 600.0)}
        case "late_files":
            return {"lag": _seconds(fault, 5.0)}
        case _:
            return {"word": fault.word, "word_seconds": _seconds(fault, 10.0)}


def _failure(fault: Fault, code: str | None, message: str | None) -> Failure:
    return Failure(code=fault.code or code, message=fault.message or message)


def _seconds(fault: Fault, usual: float) -> float:
    return usual if fault.seconds is None else fault.seconds
