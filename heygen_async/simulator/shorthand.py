"""What tests ask of a simulator most, in a word each. All else is a `Fault`, or in the ledger."""

from __future__ import annotations

from abc import ABC, abstractmethod

from heygen_async.simulator.world.fault_targets import DOWNLOAD, EVERY, targets
from heygen_async.simulator.world.faults import Fault
from heygen_async.simulator.world.ledger import Ledger


class Shorthand(ABC):
    """Questions about the bill, and the faults that are wanted most."""

    @property
    @abstractmethod
    def ledger(self) -> Ledger:
        """Everything billed and noticed until now."""

    @abstractmethod
    def add_fault(self, fault: Fault) -> None:
        """Let `fault` strike from now on."""

    @property
    def spent(self) -> float:
        """US dollars that were charged and not given back."""
        return sum(it.credits for it in self.ledger.charges if not it.refunded)

    def charges(self, operation: str = EVERY) -> int:
        """How many jobs were charged and not given back.

        Args:
            operation: operation id of the call that made them, such as `createVideo`; `*` for all.

        Raises:
            ValueError: there is no such operation, so that nothing could ever be charged for it.
        """
        if operation != EVERY and operation not in targets("job", ""):
            raise ValueError(f"there is no operation {operation!r} that could be charged")
        return sum(
            operation in {EVERY, it.operation} and not it.refunded for it in self.ledger.charges
        )

    def fail_next(
        self,
        operation: str,
        *,
        times: int = 1,
        code: str | None = None,
        message: str | None = None,
    ) -> None:
        """Let the next jobs that `operation` creates fail: they are accepted, and end badly later.

        Args:
            operation: operation id, such as `createVideo` or `createAvatar`.
            times: how many jobs.
            code: the failure code; None for `rendering_failed`.
            message: the reason in words; None for a usual one.

        Raises:
            ValueError: there is no such operation.
        """
        fault = Fault("failed", operation=operation, times=times, code=code, message=message)
        self.add_fault(fault)

    def refuse_next(self, operation: str, fault: str = "unavailable", *, times: int = 1) -> None:
        """Let the next requests for `operation` be refused: nothing is done, and nothing charged.

        Args:
            operation: operation id; `*` for all.
            fault: how: `unavailable`, `rate_limited`, `concurrency_limited`, `quota_exceeded`, ….
            times: how many requests.

        Raises:
            ValueError: there is no such operation or fault.
        """
        self.add_fault(Fault(fault, operation=operation, times=times))

    def lose_answers(self, probability: float = 1.0, operation: str = EVERY) -> None:
        """Let answers be lost on their way back, after the work is done and charged.

        Args:
            probability: how likely each is lost, 0 to 1.
            operation: operation id; `*` for all.

        Raises:
            ValueError: there is no such operation, or the number is out of range.
        """
        self.add_fault(Fault("lost_answer", operation=operation, probability=probability))

    def cut_downloads(self, times: int = 1) -> None:
        """Let the next downloads break off in the middle.

        Args:
            times: how many.
        """
        self.add_fault(Fault("cut_download", operation=DOWNLOAD, times=times))
