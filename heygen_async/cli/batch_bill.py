"""What a batch will cost, summed while its manifest is checked, and what there is to pay it."""

from __future__ import annotations

from typing import Any

import attrs

from heygen_async.api.v3.account import UserInfo
from heygen_async.batch.manifest import Checked
from heygen_async.cli.console import clean, clock
from heygen_async.models.job import Job
from heygen_async.models.prices import PriceTable, spoken_seconds

__all__ = ["Bill", "Videos", "balance"]


@attrs.define
class Videos:
    """Takes jobs, and sums the prices of their videos.

    Attributes:
        prices: of what.
        spoken: for those with a script, US dollars by the estimated length.
        recorded: for those with a recording, whose length is not known: at the most.
    """

    prices: PriceTable = attrs.field(factory=PriceTable)
    spoken: float = 0.0
    recorded: float = 0.0

    def add(self, job: Job) -> None:
        """Take a job in."""
        if spoken_seconds(job) is None:
            self.recorded += self.prices.video(job)
        else:
            self.spoken += self.prices.video(job)


@attrs.frozen
class Bill:
    """The price of all of a manifest, if nothing of it is done yet.

    Attributes:
        checked: what the manifest asks for.
        videos: the prices of its videos.
    """

    checked: Checked
    videos: Videos

    @property
    def avatars(self) -> float:
        """US dollars for the avatars."""
        return self.checked.avatars * self.videos.prices.avatar

    @property
    def total(self) -> float:
        """US dollars for everything but recordings."""
        return round(self.avatars + self.videos.spoken, 2)

    @property
    def dated(self) -> str:
        """When the prices were read."""
        return self.videos.prices.dated

    def counts(self) -> str:
        """What is asked for, in a line."""
        checked = self.checked
        return ", ".join(
            [
                _many(checked.jobs, "job"),
                _many(checked.photos, "distinct photo"),
                f"{_many(checked.avatars, 'avatar')} to make",
                f"about {clock(checked.seconds)} of video",
            ]
        )

    def __str__(self) -> str:
        text = (
            f"about ${self.total:.2f} (${self.avatars:.2f} for avatars,"
            f" ${self.videos.spoken:.2f} for videos)"
        )
        if self.checked.recordings:
            recordings = _many(self.checked.recordings, "recording")
            text += f", and for {recordings} ${self.videos.recorded:.2f} at the most"
        return text

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "jobs": self.checked.jobs,
            "photos": self.checked.photos,
            "avatars": self.checked.avatars,
            "seconds": round(self.checked.seconds, 1),
            "recordings": self.checked.recordings,
            "estimated_usd": self.total,
            "avatars_usd": round(self.avatars, 2),
            "videos_usd": round(self.videos.spoken, 2),
            "recordings_usd_at_most": round(self.videos.recorded, 2),
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
