from __future__ import annotations

from typing import Any, cast, get_args

from heygen_async.cli import dialects, options
from heygen_async.cli.keeping import SUFFIX
from heygen_async.dialects import Dialect
from heygen_async.models import job
from heygen_async.models.v2 import V2Options


def test_the_words_of_the_options_are_those_of_the_models() -> None:
    names = ("RESOLUTIONS", "ASPECT_RATIOS", "EXPRESSIVENESS", "FITS", "ENGINES", "FORMATS")

    said = {name: getattr(options, name) for name in names}

    assert said == {name: getattr(job, name) for name in names}


def test_a_journal_is_looked_for_under_the_name_that_it_is_kept_by() -> None:
    assert options._BESIDE == SUFFIX


def test_the_dialects_are_those_of_the_orchestrator() -> None:
    assert get_args(Dialect) == dialects.DIALECTS
    for engine in dialects.V2_ENGINES:
        assert V2Options(engine=cast("Any", engine)).engine == engine
