"""What a batch will cost, summed while its manifest is checked, and what there is to pay it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from heygen_async.api.v3.account import UserInfo
from heygen_async.batch.manifest.manifest import Checked
from heygen_async.cli.console import clean, clock
from heygen_async.models.job import Job
from heygen_async.models.loss import Loss
from heygen_async.models.prices import PriceTable, spoken_seconds

__all__ = ["Bill", "Due", "balance"]

_MOST_LOSSES = 20


@attrs.define
class Due:
    """Takes what is still to be made, and sums its prices.

    Attributes:
        prices: of what.
        jobs: whose videos are to be made.
        seconds: how long their scripts take to speak, estimated, and their recordings last.
        recordings: how many of them have a recording whose length is not known.
        avatars: to be made.
        made: the price of the avatars, US dollars.
        spoken: the price of the videos by that length.
        recorded: the price of those with a recording of unknown length, at the most.
        begun: of all these prices, those of what was asked for already, and is under way.
        least: what the cheapest of them has to reserve with its avatar, None without any.
        losses: what cannot be said exactly, and in how many of them; what comes late is not kept.
    """

    prices: PriceTable = attrs.field(factory=PriceTable)
    jobs: int = 0
    seconds: float = 0.0
    recordings: int = 0
    avatars: int = 0
    made: float = 0.0
    spoken: float = 0.0
    recorded: float = 0.0
    begun: float = 0.0
    least: float | None = None
    losses: dict[str, int] = attrs.field(factory=dict)

    def video(
        self,
        job: Job,
        price: float | None = None,
        *,
        recorded: float | None = None,
        begun: bool = False,
    ) -> None:
        """Take a job's video in; without a price for HeyGen v3's.

        Args:
            job: what is made.
            price: what its video costs, US dollars; None is HeyGen v3's.
            recorded: the seconds of its recording; None where they are not known, or it has none.
            begun: whether it is under way.
        """
        self.jobs += 1
        spoken = spoken_seconds(job) if recorded is None else recorded
        price = self.prices.video(job, recorded) if price is None else price
        if spoken is None:
            self.recordings += 1
            self.recorded += price
        else:
            self.seconds += spoken
            self.spoken += price
            self.begun += price if begun else 0.0

    def reserve(self, price: float) -> None:
        """Take in what a whole job has to reserve, its avatar included."""
        self.least = price if self.least is None else min(self.least, price)

    def lose(self, losses: Iterable[Loss]) -> None:
        """Take in what a job cannot say exactly."""
        for loss in map(str, losses):
            if loss in self.losses or len(self.losses) < _MOST_LOSSES:
                self.losses[loss] = self.losses.get(loss, 0) + 1

    def avatar(
        self, price: float | None = None, *, whole: bool = True, begun: bool = False
    ) -> None:
        """Take an avatar in, or a further step of making one; None is the usual price."""
        price = self.prices.avatar if price is None else price
        self.avatars += whole
        self.made += price
        self.begun += price if begun else 0.0


@attrs.frozen
class Bill:
    """The price of what a manifest asks for and the journal does not know as done.

    Attributes:
        checked: what the manifest asks for.
        due: what of it is still to be made.
        failed: how many jobs failed for good, and are left alone.
        spent: US dollars that all jobs of the journal cost so far.
    """

    checked: Checked
    due: Due
    failed: int = 0
    spent: float = 0.0

    @property
    def done(self) -> int:
        """How many jobs are done already."""
        return self.checked.jobs - self.due.jobs - self.failed

    @property
    def total(self) -> float:
        """US dollars for everything but recordings of unknown length."""
        return round(self.due.made + self.due.spoken, 2)

    @property
    def dated(self) -> str:
        """When the prices were read."""
        return self.due.prices.dated

    def counts(self) -> str:
        """What is asked for, in a line."""
        checked, due = self.checked, self.due
        known = [f"{self.done} done already"] if self.done else []
        known += [f"{self.failed} failed for good"] if self.failed else []
        over = f" ({', '.join(known)})" if known else ""
        return ", ".join(
            [
                _many(checked.jobs, "job") + over,
                _many(checked.photos, "distinct photo"),
                f"{_many(due.avatars, 'avatar')} to make",
                f"about {clock(due.seconds)} of video",
            ]
        )

    @property
    def paid(self) -> bool:
        """Whether there is nothing left to pay for."""
        return not (self.due.jobs or self.due.avatars or self.due.made)

    def __str__(self) -> str:
        due = self.due
        if self.paid:
            return "nothing more"
        text = (
            f"about ${self.total:.2f} (${due.made:.2f} for avatars, ${due.spoken:.2f} for videos)"
        )
        if round(due.begun, 2):
            text += f", of which ${due.begun:.2f} is under way already"
        if due.recordings:
            recordings = _many(due.recordings, "recording")
            text += f", and for {recordings} ${due.recorded:.2f} at the most"
        return text

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "jobs": self.checked.jobs,
            "done": self.done,
            "failed": self.failed,
            "photos": self.checked.photos,
            "avatars": self.due.avatars,
            "seconds": round(self.due.seconds, 1),
            "recordings": self.due.recordings,
            "estimated_usd": self.total,
            "avatars_usd": round(self.due.made, 2),
            "videos_usd": round(self.due.spoken, 2),
            "under_way_usd": round(self.due.begun, 2),
            "recordings_usd_at_most": round(self.due.recorded, 2),
            "prices_dated": self.dated,
        }


def balance(me: UserInfo) -> tuple[str, float | None]:
    """What the account has left, in words, and in US dollars where it is a prepaid sum of those."""
    wallet, usage, plan = me.wallet, me.usage_based, me.subscription
    if wallet is not None and wallet.remaining_balance is not None:
        left, refilled = wallet.remaining_balance, wallet.auto_reload
        if wallet.currency != "usd":
            return f"{left:g} {clean(wallet.currency)}", None
        if refilled is not None and refilled.enabled:
            return f"${left:.2f}, refilled by itself", None
        return f"${left:.2f}", left
    if usage is not None:
        if usage.spending_cap_usd is not None:
            spent = usage.spending_current_usd or 0.0
            left = max(0.0, usage.spending_cap_usd - spent)
            return f"${left:.2f} until the spending cap", left
        if usage.remaining_credits is not None:
            return f"{usage.remaining_credits:g} included credits", None
    if plan is not None:
        pools = (plan.credits.premium_credits, plan.credits.add_on_credits)
        left = sum(pool.remaining or 0 for pool in pools if pool is not None)
        return f"{left:g} credits of the plan", None
    return "not told by HeyGen", None


def _many(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
