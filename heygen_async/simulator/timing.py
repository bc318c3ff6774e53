"""How long things take in the simulated world."""

from __future__ import annotations

import random

import attrs

_DAY = 86_400.0


@attrs.frozen(kw_only=True)
class Timing:
    """Durations, in seconds of simulated time.

    The defaults lie at the quick end of what was seen of HeyGen between 2026-04 and 2026-10
    (behaviour notes §13): photo avatars ready after 30 to 90 s, prompt avatars after 1 to 3 min,
    renders of 5 to 10 times the clip's length.

    Attributes:
        waiting: from the accepted video to `pending`.
        pending: from `pending` to `processing`.
        render_base: what every render costs before its length counts.
        render_ratio: further seconds of rendering for each second of video.
        render_spread: sigma of the lognormal factor on a whole render; 0 makes it exact.
        photo_training: until a look made from a photo is ready.
        prompt_training: until a look made from a prompt is ready.
        twin_training: until a digital twin has been trained.
        training_spread: sigma of the lognormal factor on training; 0 makes it exact.
        consent: from a consent video to its approval.
        asset_processing: from completing a direct upload to the asset being usable.
        voice_clone: until a cloned voice is ready.
        link_lifetime: how long a link to a finished file works.
        asset_link_lifetime: the same for uploaded files.
        upload_lifetime: how long a presigned upload address works.
        idempotency: how long a key is remembered.
        retry_after: the longest Retry-After of a 429 for a full set of render slots.
    """

    waiting: float = 1.0
    pending: float = 3.0
    render_base: float = 20.0
    render_ratio: float = 5.0
    render_spread: float = 0.2
    photo_training: float = 40.0
    prompt_training: float = 90.0
    twin_training: float = 150.0
    training_spread: float = 0.1
    consent: float = 30.0
    asset_processing: float = 2.0
    voice_clone: float = 20.0
    link_lifetime: float = 7 * _DAY
    asset_link_lifetime: float = 3650 * _DAY
    upload_lifetime: float = 3600.0
    idempotency: float = _DAY
    retry_after: float = 30.0

    def render(self, seconds: float, chance: random.Random) -> float:
        """How long a video of `seconds` renders."""
        whole = self.render_base + self.render_ratio * seconds
        return max(self.waiting + self.pending, whole * _factor(self.render_spread, chance))

    def training(self, base: float, chance: random.Random) -> float:
        """How long a training takes whose median is `base`."""
        return base * _factor(self.training_spread, chance)


def _factor(spread: float, chance: random.Random) -> float:
    return chance.lognormvariate(0.0, spread) if spread else 1.0
