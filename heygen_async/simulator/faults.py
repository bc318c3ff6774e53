"""Misbehaviour on request.

A fault has a name, an operation it strikes (`*` for all), a probability, and perhaps a number of
times. Each name belongs to the moment it strikes:

    before   nothing is done, and the answer is an error
    after    the work is done and paid for, and then the answer goes wrong
    job      the job itself goes wrong, long after its creation was answered
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

from heygen_async.simulator.fate import Failure, Fate
from heygen_async.simulator.refusals import RefusedError

DOWNLOAD = "downloadFile"
UPLOAD = "uploadFile"

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
_JOB = frozenset({"failed", "failed_without_reason", "stuck", "unknown_status"})
_LINK = frozenset({"cut_download", "expired_link"})
_WEBHOOK = frozenset({"duplicate_webhook", "late_webhook", "lost_webhook", "reordered_webhook"})
_STAGES = {"before": _BEFORE, "after": _AFTER, "job": _JOB, "link": _LINK, "webhook": _WEBHOOK}

NAMES = tuple(sorted(frozenset[str]().union(*_STAGES.values())))
"""Every fault there is."""

# What each error fault says: status, code, message, Retry-After in seconds.
_ERRORS: dict[str, tuple[int, str, str, int | None]] = {
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
    "trial_limited": (429, "trial_limit_exceeded", "The trial allows no more of this", 3600),
    "unavailable": (503, "service_unavailable", "Try later", None),
}


def _named(_: object, __: object, value: str) -> None:
    if value not in NAMES:
        raise ValueError(f"there is no fault {value!r}; there are: {', '.join(NAMES)}")


def _chance(_: object, __: object, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"probability must lie between 0 and 1, not {value!r}")


def _count(_: object, __: object, value: int | None) -> None:
    if value is not None and value < 1:
        raise ValueError(f"times must be at least 1, or None for always, not {value!r}")


def _duration(_: object, field: attrs.Attribute[Any], value: float | None) -> None:
    if value is not None and value < 0:
        raise ValueError(f"{field.name} must not be negative, not {value!r}")


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
            after the first its duplicate comes (default 1).
        word: the word that `unknown_status` shows.

    Raises:
        ValueError: for a name that is not known or a number out of range.
    """

    name: str = attrs.field(validator=_named)
    operation: str = attrs.field(default="*", kw_only=True)
    probability: float = attrs.field(default=1.0, kw_only=True, validator=_chance)
    times: int | None = attrs.field(default=None, kw_only=True, validator=_count)
    status: int | None = attrs.field(default=None, kw_only=True)
    code: str | None = attrs.field(default=None, kw_only=True)
    message: str | None = attrs.field(default=None, kw_only=True)
    retry_after: int | None = attrs.field(default=None, kw_only=True, validator=_duration)
    seconds: float | None = attrs.field(default=None, kw_only=True, validator=_duration)
    word: str = attrs.field(default="beautifying", kw_only=True)

    def error(self) -> RefusedError:
        """The error this fault answers with."""
        status, code, message, retry_after = _ERRORS[self.name]
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

    def fate(self, operation: str) -> Fate:
        """What is in store for a job that `operation` creates now."""
        fate = Fate()
        for armed in tuple(self._armed):
            fault = armed.fault
            if fault.name not in _JOB or not self._strikes(armed, "job", operation):
                continue
            match fault.name:
                case "stuck":
                    fate = attrs.evolve(fate, stuck=True)
                case "failed":
                    failure = Failure(
                        code=fault.code or "rendering_failed",
                        message=fault.message or "Render worker gave up after 3 attempts",
                    )
                    fate = attrs.evolve(fate, failure=failure)
                case "failed_without_reason":
                    fate = attrs.evolve(fate, failure=Failure(code=None, message=None))
                case _:
                    seconds = 10.0 if fault.seconds is None else fault.seconds
                    fate = attrs.evolve(fate, word=fault.word, word_seconds=seconds)
        return fate

    def _strikes(self, armed: _Armed, stage: str, operation: str) -> bool:
        aimed = armed.fault.operation
        files = operation in {DOWNLOAD, UPLOAD} and stage != "link"
        if aimed != operation and (aimed != "*" or files):
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
