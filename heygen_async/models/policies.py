"""How patient, how eager, how careful: the choices an application makes once."""

from __future__ import annotations

from typing import Literal

import attrs

from heygen_async.errors import InvalidInputError
from heygen_async.models import check

__all__ = ["Policies", "PollPolicy"]


@attrs.frozen(kw_only=True)
class PollPolicy:
    """How often jobs that run at HeyGen are looked at; ``waiting.prediction`` has the theory.

    Attributes:
        price: the seconds of waiting that one status request is worth. Smaller looks more often.
        floor: seconds between two looks at least.
        ceiling: seconds between two looks at the most.
        pace: how long jobs take relative to what HeyGen's usually do; 1/60 for a simulator that
            runs sixty times as fast. Only the first few looks depend on it, the rest is learnt.
    """

    price: float = attrs.field(default=0.28, validator=check.between(0.001, 3600))
    floor: float = attrs.field(default=0.3, validator=check.between(0.001, 3600))
    ceiling: float = attrs.field(default=60.0, validator=check.between(0.001, 86400))
    pace: float = attrs.field(default=1.0, validator=check.between(1e-6, 1e6))

    def __attrs_post_init__(self) -> None:
        if self.floor > self.ceiling:
            raise InvalidInputError.of(
                "PollPolicy.floor", f"must be at most the ceiling, {self.ceiling:g}", self.floor
            )

    def faster(self, speed: float) -> PollPolicy:
        """The same for a server whose time runs ``speed`` times as fast, more than 0."""
        if not speed > 0:
            raise InvalidInputError.of("speed", "must be more than 0", speed)
        return attrs.evolve(
            self,
            price=max(0.001, self.price / speed),
            floor=max(0.02, self.floor / speed),
            ceiling=max(0.1, self.ceiling / speed),
            pace=self.pace / speed,
        )


@attrs.frozen(kw_only=True)
class Policies:
    """What an Orchestrator does about time, failure and cancellation.

    Attributes:
        poll: when to look at running jobs.
        avatar_timeout: seconds until an avatar that does not get ready ends the run with a
            DeadlineError; HeyGen's own advice is to give up after 300 s.
        video_timeout: the same for a video; HeyGen asks to report those over 24 hours.
        patience: seconds for which HeyGen may take nothing at a stage, because it asks for pauses,
            before a run ends with a RateLimitError; meanwhile runs hold no render slot, and their
            stage is ``paused``. Only pauses that the client does not wait out itself, see
            ``RetryPolicy.patience``.
        resubmits: how many new renders may follow one that failed; failed renders are not billed.
        on_cancel: ``keep`` lets a cancelled run's video be finished and found by ``resume``;
            ``delete`` removes it at HeyGen, which may not stop its billing, unless another run of
            the same job waits for it. One whose request was on its way has no id by then: it is
            left to the next run, as with ``keep``. So are agent.ai's videos of stock avatars, which
            cannot be deleted.
        marker: add a short mark to the names of avatars and titles of videos, by which a job can
            be found whose answer was lost more than 20 hours ago. Without it such a job can only
            be reported as uncertain.
        in_order: give render slots in the order of the jobs; else the longest script that waits
            goes first, which ends a batch sooner.
        lookahead: how many jobs ``produce_many`` works on at once, as a multiple of the render
            slots; what exceeds the slots is being uploaded, trained and downloaded.
        submit_in_batches: send videos that are ready at the same moment in one request, up to a
            hundred of them. It saves requests where there are many slots. HeyGen documents no
            idempotency key for batches, so an unlucky crash can leave videos uncertain for an hour.
            Needs the ``marker``.
        callback_url: HeyGen is to call this address when a video of a job that names none has
            ended; None for no address. What arrives there is not signed, see ``webhooks``.
    """

    poll: PollPolicy = attrs.field(factory=PollPolicy, validator=check.instance((PollPolicy,)))
    avatar_timeout: float = attrs.field(default=1800.0, validator=check.between(0.001, 7 * 86400))
    video_timeout: float = attrs.field(default=86400.0, validator=check.between(0.001, 7 * 86400))
    patience: float = attrs.field(default=3600.0, validator=check.between(0, 7 * 86400))
    resubmits: int = attrs.field(
        default=0, validator=[check.instance((int,)), check.between(0, 100)]
    )
    on_cancel: Literal["keep", "delete"] = attrs.field(
        default="keep", validator=check.one_of(("keep", "delete"))
    )
    marker: bool = True
    in_order: bool = False
    lookahead: float = attrs.field(default=10.0, validator=check.between(1, 100))
    submit_in_batches: bool = False
    callback_url: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(check.callback)
    )

    def __attrs_post_init__(self) -> None:
        if self.submit_in_batches and not self.marker:
            raise InvalidInputError.of(
                "Policies.submit_in_batches", "must have the marker, to be found by", "no marker"
            )
