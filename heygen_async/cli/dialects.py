"""Options that say in which dialect jobs are done, and what only some dialects can do."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

__all__ = ["DIALECTS", "agentai_key", "describing", "dialectal", "only_agentai", "only_v2"]

# Said again for a quick --help, as the words in ``options``; a test compares them.
DIALECTS = ("v3", "v2", "agentai")
V2_ENGINES = ("v2", "av4")

_Command = Callable[..., Any]


def _all(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    """Several options as one decorator, shown in this order."""

    def decorate(command: _Command) -> _Command:
        return functools.reduce(lambda made, option: option(made), reversed(options), command)

    return decorate


agentai_key = click.option(
    "--agentai-key",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="A file with agent.ai's token; else AGENTAI_API_KEY.",
)
"""Where agent.ai's token is: a file, since a token in the command would stay in the history."""

dialectal = _all(
    click.option(
        "--dialect",
        type=click.Choice(DIALECTS),
        default="v3",
        show_default=True,
        help="HeyGen v3; HeyGen v2, which HeyGen announced to end; or agent.ai's actions.",
    ),
    agentai_key,
)
"""Which dialect."""

describing = _all(
    click.option(
        "--generate",
        metavar="NAME=WORD,…",
        help="Describe a person who does not exist, without a PHOTO: name, age, gender, ethnicity,"
        " orientation, pose, style, appearance; such as age=Senior,gender=Woman.",
    ),
    click.option(
        "--strict",
        is_flag=True,
        help="Refuse a description that the dialect cannot say exactly, instead of warning.",
    ),
)
"""Who is described."""

only_agentai = _all(
    click.option("--stock", metavar="NAME", help="agent.ai: one of its own avatars."),
    click.option("--happy", is_flag=True, help="agent.ai: it looks happy."),
    click.option("--circle", is_flag=True, help="agent.ai: it is shown in a circle."),
    click.option("--topic", metavar="TEXT", help="agent.ai: what it speaks about, in its words."),
    click.option("--article", metavar="URL", help="agent.ai: an article that it sums up."),
    click.option("--promote", is_flag=True, help="agent.ai: it advertises the article."),
)
"""What agent.ai does with avatars of its own."""

only_v2 = _all(
    click.option("--pick", type=click.IntRange(0, 15), help="v2: which photo of a generation."),
    click.option(
        "--looks",
        type=click.IntRange(0, 15),
        help="v2: further photos of the generation that become looks.",
    ),
    click.option("--train", is_flag=True, help="v2: train the avatar."),
    click.option(
        "--new-look", metavar="TEXT", help="v2: speak as a look painted of these words; trains."
    ),
    click.option("--v2-motion", metavar="TEXT", help="v2: a look that moves like this speaks."),
    click.option("--upscale", is_flag=True, help="v2: make the look's picture larger."),
    click.option(
        "--v2-engine",
        type=click.Choice(V2_ENGINES),
        help="v2: make scenes of a look, or animate the photo itself by Avatar IV.",
    ),
)
"""What HeyGen v2 does between photo and video."""
