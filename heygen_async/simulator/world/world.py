"""The simulated HeyGen without any HTTP: what exists, what it costs, and what time it is.

The world knows no clock of its own and no event loop. It is given `now()`, the simulated time in
seconds since 1970, and moves on when somebody looks (see `agenda`). Two clocks matter: jobs live
on simulated time, callers on their own, `speed` times slower; whatever a caller is told to wait
is said in seconds of the caller's clock.

The rules of each family live in a module of their own (`assets`, `avatars`, `videos`, …), as
functions over the world and an account.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Callable, Collection

import attrs

from heygen_async.simulator.media import RenderRequest, render_video
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.agenda import Agenda
from heygen_async.simulator.world.farm import Farm
from heygen_async.simulator.world.faults import Faults
from heygen_async.simulator.world.idempotency import IdempotencyKeys
from heygen_async.simulator.world.ledger import Charge, Ledger
from heygen_async.simulator.world.limits import Gates, Rates
from heygen_async.simulator.world.links import FILES, Links
from heygen_async.simulator.world.postbox import Postbox
from heygen_async.simulator.world.records import Group, Look, Voice
from heygen_async.simulator.world.timing import Timing


@attrs.frozen(kw_only=True)
class File:
    """A downloadable file.

    Attributes:
        mime: its media type.
        make: answers its bytes, or the video to be rendered; may be called from any thread.
    """

    mime: str
    make: Callable[[], bytes | RenderRequest]

    def read(self) -> bytes:
        """The bytes; rendering them may take seconds."""
        made = self.make()
        return render_video(made) if isinstance(made, RenderRequest) else made


class World:
    """Everything there is.

    Attributes:
        timing: how long things take.
        agenda: what is going to happen.
        faults: what is going to go wrong.
        ledger: what was billed and noticed.
        keys: idempotency keys.
        gates: who was told to wait.
        rates: request rates.
        links: signs links.
        postbox: webhooks on their way.
        files: what links lead to, by path.
        accounts: by credential.
        looks, groups, voices: the catalogue all accounts share.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float],
        speed: float = 1.0,
        seed: int = 0,
        render_slots: int = 10,
        credits: float = 1000.0,  # noqa: A002 - the word the API bills in
        timing: Timing | None = None,
        requests_per_second: float | None = None,
        keys: Collection[str] | None = None,
        webhook_hosts: Collection[str] = (),
    ) -> None:
        self.now = now
        self.timing = Timing() if timing is None else timing
        self.agenda = Agenda()
        self.faults = Faults(seed)
        self.ledger = Ledger()
        self.keys = IdempotencyKeys(self.timing.idempotency)
        self.gates = Gates()
        self.rates = Rates(requests_per_second)
        self.links = Links(seed)
        self.postbox = Postbox(self.faults, self.timing, webhook_hosts)
        self.files: dict[str, File] = {}
        self.accounts: dict[str, Account] = {}
        self.looks: dict[str, Look] = {}
        self.groups: dict[str, Group] = {}
        self.voices: dict[str, Voice] = {}
        self.seed = seed
        self._speed = speed
        self._render_slots = render_slots
        self._credits = credits
        self._credentials = None if keys is None else frozenset(keys)
        self._counts: Counter[str] = Counter()

    def advance(self) -> None:
        """Let everything happen that is due."""
        self.agenda.advance(self.now())

    def caller_now(self) -> float:
        """The time on the callers' clock, in seconds since some moment."""
        return self.now() / self._speed

    def caller_wait(self, seconds: float) -> int:
        """Simulated seconds as a Retry-After: whole seconds of the caller's clock, at least 1."""
        return max(1, math.ceil(seconds / self._speed))

    def caller_seconds(self, moment: float) -> float:
        """How long it takes until `moment`, in seconds of the caller's clock."""
        return (moment - self.now()) / self._speed

    def number(self, kind: str) -> int:
        """A number that grows with each new thing of a kind."""
        self._counts[kind] += 1
        return self._counts[kind]

    def identify(self, kind: str, number: int) -> str:
        """An id of 32 hex digits, as HeyGen's are; the same for the same seed, kind and number."""
        return hashlib.blake2b(f"{self.seed}/{kind}/{number}".encode(), digest_size=16).hexdigest()

    def chance(self, kind: str, number: int) -> random.Random:
        """Dice for one thing, whatever else happens."""
        return random.Random(f"{self.seed}/{kind}/{number}")

    def account(self, credential: str) -> Account:
        """The account of a credential, opened on first sight.

        Raises:
            RefusedError: if only certain credentials are known, and this is not one of them.
        """
        if self._credentials is not None and credential not in self._credentials:
            raise RefusedError("unauthorized", "Unauthorized")
        account = self.accounts.get(credential)
        if account is None:
            account = Account(
                name=f"sim-user-{len(self.accounts) + 1}",
                balance=self._credits,
                farm=Farm(self.agenda, self._render_slots, self._peaked),
            )
            self.accounts[credential] = account
        return account

    def charge(
        self, account: Account, operation: str, key: str | None, price: float, resource: str
    ) -> Charge:
        """Take credits for a job that is being accepted.

        Raises:
            RefusedError: `insufficient_credit`; nothing is taken.
        """
        if account.balance < price:
            raise RefusedError(
                "insufficient_credit",
                f"Balance {account.balance:.2f} is below the cost of {price:.2f}",
            )
        account.balance = round(account.balance - price, 6)
        charge = Charge(
            operation=operation,
            idempotency_key=key,
            credits=round(price, 6),
            resource_id=resource,
            account=account.name,
        )
        self.ledger.charges.append(charge)
        return charge

    def refund(self, account: Account, charge: Charge) -> None:
        """Give the credits of a failed job back: HeyGen bills successes only (notes §12)."""
        charge.refunded = True
        account.balance = round(account.balance + charge.credits, 6)

    def link(self, path: str, lifetime: float | None = None) -> str:
        """A fresh link to the file at `path`, valid for `lifetime` seconds."""
        lifetime = self.timing.link_lifetime if lifetime is None else lifetime
        return self.links.sign(FILES + path, self.now() + lifetime)

    def _peaked(self, running: int) -> None:
        self.ledger.peak_renders = max(self.ledger.peak_renders, running)
