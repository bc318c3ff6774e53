"""What the simulated HeyGen remembers of its callers, so that a test can ask for it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs


@attrs.define(kw_only=True, eq=False)
class Charge:
    """Credits taken for one accepted job.

    Attributes:
        operation: operation id of the call that was charged.
        idempotency_key: the key it came with, or None.
        credits: what it cost.
        resource_id: the look, video or clip that was paid for.
        account: name of the account that paid.
        refunded: whether the credits went back because the job failed.
    """

    operation: str
    idempotency_key: str | None
    credits: float
    resource_id: str
    account: str
    refunded: bool = False


@attrs.frozen(kw_only=True)
class EarlyRequest:
    """A request that came before the Retry-After of a rate or a full pool was over.

    Attributes:
        operation: operation id of the request.
        early_by_seconds: how much too early, in seconds of the caller's clock.
    """

    operation: str
    early_by_seconds: float


@attrs.frozen(kw_only=True)
class WebhookAttempt:
    """A webhook that was sent, or was not because its address lies outside.

    Attributes:
        event_id: the same in every attempt to tell of the event.
        event_type: what happened.
        url: where it went.
        attempt: 1 for the first to this address; 0 for an address nothing is sent to.
        status: HTTP status of the answer; None if there was none within 10 s.
        signed: whether it was; callbacks are not.
        at: simulated seconds since 1970.
    """

    event_id: str
    event_type: str
    url: str
    attempt: int
    status: int | None
    signed: bool
    at: float


@attrs.define(kw_only=True, eq=False)
class Ledger:
    """Everything billed and noticed since the simulator started.

    Attributes:
        charges: one row per accepted paid job, oldest first.
        requests: how many requests arrived, by operation id.
        peak_renders: the most jobs any one account ever had running at once.
        early_requests: requests that did not wait as long as they were told.
        leaked_keys: requests that carried credentials to a download or upload address.
        webhooks: attempts to tell somebody of an event, oldest first.
    """

    charges: list[Charge] = attrs.field(factory=list)
    requests: Counter[str] = attrs.field(factory=Counter)
    peak_renders: int = 0
    early_requests: list[EarlyRequest] = attrs.field(factory=list)
    leaked_keys: int = 0
    webhooks: list[WebhookAttempt] = attrs.field(factory=list)

    def as_json(self) -> dict[str, Any]:
        """The ledger as `GET /_simulator/ledger` shows it."""
        return attrs.asdict(self) | {"requests": dict(self.requests)}
