"""What is left to spend, in the units of v2.

Source: HeyGen v2 contract and behaviour notes section 7, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.calls import reads
from heygen_async.api.v2.legacy import LegacyFamily, legacy
from heygen_async.api.values import Resource

__all__ = ["AccountV2", "Quota", "QuotaDetails"]

GET_QUOTA = legacy(reads("/v2/user/remaining_quota", "get-remaining-quota-v2"), "GET /v3/users/me")

ENDPOINTS = (GET_QUOTA,)

#: Units of quota in a credit; accounts with a wallet showed as many in a dollar.
UNITS = 60


@attrs.frozen
class QuotaDetails(Resource):
    """The pools, which are split: only ``api`` pays for renders of the API, or ``plan_credit``.

    HeyGen adds pools; those that are not named here stand in ``raw``.
    """

    api: float | None = None
    seat: float | None = None
    avatar_iv_free_credit: float | None = None
    generative_element_free_image_credit: float | None = None
    generative_element_free_video_credit: float | None = None
    video_agent_quality_mode_credit: float | None = None
    plan_credit: float | None = None
    generative_credit: float | None = None


@attrs.frozen
class Quota(Resource):
    """What is left.

    Attributes:
        remaining_quota: in units, 60 of which are a credit.
        details: the pools it is made of.
    """

    remaining_quota: float | None = None
    details: QuotaDetails | None = None

    @property
    def credits(self) -> float | None:
        """What is left in credits, None where the server did not say."""
        return None if self.remaining_quota is None else self.remaining_quota / UNITS


class AccountV2(LegacyFamily):
    """The account's quota; who it belongs to is known to v3 only."""

    async def quota(self) -> Quota:
        """What is left to spend. v3 tells dollars instead, which are not the same."""
        return await self._call(Quota, GET_QUOTA)
