"""The account: whose key it is, and what is left to spend.

Source: HeyGen v3 contract and behaviour notes section 12, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.calls import reads
from heygen_async.api.family import Family
from heygen_async.api.values import Resource
from heygen_async.models.open_word import OpenWord

__all__ = [
    "Account",
    "BillingType",
    "CreditPool",
    "Currency",
    "Plan",
    "SubscriptionBilling",
    "SubscriptionCredits",
    "UsageBasedBilling",
    "UserInfo",
    "WalletAutoReload",
    "WalletBilling",
]


class BillingType(OpenWord):
    """Which of the three ways to pay the account uses."""

    WALLET = "wallet"
    SUBSCRIPTION = "subscription"
    USAGE_BASED = "usage_based"


class Currency(OpenWord):
    """What a wallet counts; ``credits`` for Enterprise."""

    USD = "usd"
    CREDITS = "credits"


class Plan(OpenWord):
    """Plans of the web application."""

    FREE = "free"
    STARTER = "starter"
    CREATOR = "creator"
    PRO = "pro"
    TEAM = "team"
    ENTERPRISE = "enterprise"
    BUSINESS_PLUS = "business_plus"


@attrs.frozen
class WalletAutoReload(Resource):
    """Whether the wallet fills itself.

    Attributes:
        enabled: whether it does.
        threshold_usd: below which balance.
        amount_usd: by how much.
    """

    enabled: bool
    threshold_usd: float | None = None
    amount_usd: float | None = None


@attrs.frozen
class WalletBilling(Resource):
    """Prepaid money, which calls with an API key spend.

    Attributes:
        currency: what the balance counts.
        remaining_balance: what is left.
        auto_reload: whether it fills itself.
    """

    currency: Currency
    remaining_balance: float | None = None
    auto_reload: WalletAutoReload | None = None


@attrs.frozen
class CreditPool(Resource):
    """Credits of one sort.

    Attributes:
        remaining: what is left.
        resets_at: when it is filled again, ISO 8601.
    """

    remaining: int | None = None
    resets_at: str | None = None


@attrs.frozen
class SubscriptionCredits(Resource):
    """Credits of a plan.

    Attributes:
        premium_credits: that come with the plan.
        add_on_credits: that were bought besides.
    """

    premium_credits: CreditPool | None = None
    add_on_credits: CreditPool | None = None


@attrs.frozen
class SubscriptionBilling(Resource):
    """A plan of the web application, which calls with an OAuth token spend.

    Attributes:
        plan: which.
        credits: what is left of it.
    """

    plan: Plan
    credits: SubscriptionCredits


@attrs.frozen
class UsageBasedBilling(Resource):
    """Paid afterwards, by use.

    Attributes:
        included_credits: that the contract includes.
        remaining_credits: of those.
        spending_current_usd: in this period so far.
        spending_cap_usd: at which calls begin to fail.
    """

    included_credits: float | None = None
    remaining_credits: float | None = None
    spending_current_usd: float | None = None
    spending_cap_usd: float | None = None


@attrs.frozen
class UserInfo(Resource):
    """The account behind the credentials.

    Attributes:
        username: of the account.
        email: of its owner.
        first_name: of its owner.
        last_name: of its owner.
        billing_type: which one of the following three is set.
        wallet: prepaid money.
        subscription: a plan.
        usage_based: paid afterwards.
    """

    username: str
    email: str | None
    first_name: str | None
    last_name: str | None
    billing_type: BillingType | None = None
    wallet: WalletBilling | None = None
    subscription: SubscriptionBilling | None = None
    usage_based: UsageBasedBilling | None = None


GET_CURRENT_USER = reads("/v3/users/me", "getCurrentUser")

ENDPOINTS = (GET_CURRENT_USER,)


class Account(Family):
    """The account behind the credentials."""

    async def me(self) -> UserInfo:
        """The account and its balance; free, so it is also the way to test a key.

        Raises:
            AuthenticationError: the key is missing or wrong.
        """
        return await self._call(UserInfo, GET_CURRENT_USER)
