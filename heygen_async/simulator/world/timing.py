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
    renders of 5 to 10 times the clip's length, video agents after 20 to 45 min. Of v2 (notes §4):
    looks after seconds, those of uploads at once, trained groups after 5 to 20 min.

    Attributes:
        waiting: from the accepted video to `pending`.
        pending: from `pending` to `processing`.
        render_base: what every render costs before its length counts.
        render_ratio: further seconds of rendering for each second of video.
        render_spread: sigma of the lognormal factor on a whole render; 0 makes it exact.
        photo_training: until a look made from a photo is ready.
        prompt_training: until a look made from a prompt is ready.
        twin_training: until a digital twin has been trained.
        photo_generation: until the pictures of a generation of v2 are there.
        uploaded_look: until a look that v2 made of an uploaded photo is usable.
        generated_look: the same for a generated photo.
        group_training: until v2 has trained a group; the last four have the spread of trainings.
        motion: until a look of v2 moves.
        sound_effect: until one has its sound.
        upscale: until one is larger.
        training_spread: sigma of the lognormal factor on training; 0 makes it exact.
        consent: from a consent video to its approval.
        consent_page: how long the page works where somebody consents (behaviour notes §6.2).
        asset_processing: from completing a direct upload to the asset being usable.
        voice_clone: until a cloned voice is ready.
        translation: what a translation takes into one language, before the length of its video
            counts as it does for renders. Here and below, `pending` is part of it.
        proofread: the same for a translation's text.
        lipsync: the same for a lipsync.
        clipping: the same for a clipping.
        removal: the same for a background removal.
        link_lifetime: how long a link to a finished file works.
        asset_link_lifetime: the same for uploaded files.
        upload_lifetime: how long a presigned upload address works.
        idempotency: how long a key is remembered.
        agent_thinking: until a video agent has a plan, or begins to render.
        agent_rendering: how long it then renders; the spread of renders goes for it, too.
        webhook_retry: from a webhook that was not accepted to the next attempt; each further pause
            is twice as long as the one before.
        webhook_patience: how old an event may get before nobody is told of it any more.
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
    photo_generation: float = 30.0
    uploaded_look: float = 1.0
    generated_look: float = 8.0
    group_training: float = 300.0
    motion: float = 60.0
    sound_effect: float = 20.0
    upscale: float = 30.0
    training_spread: float = 0.1
    consent: float = 30.0
    consent_page: float = _DAY
    asset_processing: float = 2.0
    voice_clone: float = 20.0
    translation: float = 300.0
    proofread: float = 120.0
    lipsync: float = 120.0
    clipping: float = 240.0
    removal: float = 60.0
    link_lifetime: float = 7 * _DAY
    asset_link_lifetime: float = 3650 * _DAY
    upload_lifetime: float = 3600.0
    idempotency: float = _DAY
    agent_thinking: float = 60.0
    agent_rendering: float = 1200.0
    webhook_retry: float = 10.0
    webhook_patience: float = _DAY
    retry_after: float = 30.0

    def render(self, seconds: float, chance: random.Random) -> float:
        """How long a video of `seconds` renders."""
        whole = self.render_base + self.render_ratio * seconds
        return max(self.waiting + self.pending, whole * _factor(self.render_spread, chance))

    def job(self, base: float, seconds: float, chance: random.Random) -> float:
        """How long a job takes that works on a video of `seconds`."""
        whole = base + self.render_ratio * seconds
        return max(self.pending, whole * _factor(self.render_spread, chance))

    def agent(self, chance: random.Random) -> float:
        """How long a video agent renders."""
        return self.agent_rendering * _factor(self.render_spread, chance)

    def training(self, base: float, chance: random.Random) -> float:
        """How long a training takes whose median is `base`."""
        return base * _factor(self.training_spread, chance)


def _factor(spread: float, chance: random.Random) -> float:
    return chance.lognormvariate(0.0, spread) if spread else 1.0
