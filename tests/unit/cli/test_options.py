from __future__ import annotations

from heygen_async.cli import options
from heygen_async.models import job


def test_the_words_of_the_options_are_those_of_the_models() -> None:
    names = ("RESOLUTIONS", "ASPECT_RATIOS", "EXPRESSIVENESS", "FITS", "ENGINES", "FORMATS")

    said = {name: getattr(options, name) for name in names}

    assert said == {name: getattr(job, name) for name in names}
