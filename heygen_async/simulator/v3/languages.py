"""The languages a video can be translated into.

How HeyGen spells its own list was not published in what we read (2026-11-20); these names follow
the pattern of its requests: the language, and the country in parentheses where there are several.
"""

from __future__ import annotations

from collections.abc import Sequence

from heygen_async.simulator.wire.refusals import invalid

LANGUAGES = (
    "English", "Spanish", "French", "Hindi", "Italian", "German", "Polish", "Portuguese",
    "Chinese", "Japanese", "Dutch", "Turkish", "Korean", "Danish", "Arabic", "Romanian",
    "Mandarin", "Filipino", "Swedish", "Indonesian", "Ukrainian", "Greek", "Czech", "Bulgarian",
    "Malay", "Slovak", "Croatian", "Tamil", "Finnish", "Russian", "Vietnamese", "Thai",
    "English (UK)", "English (United States)", "French (Canada)", "French (France)",
    "German (Austria)", "German (Germany)", "Portuguese (Brazil)", "Portuguese (Portugal)",
    "Spanish (Mexico)", "Spanish (Spain)",
)  # fmt: skip


def known(languages: Sequence[str]) -> None:
    """Let languages pass that are on the list, each once.

    Raises:
        RefusedError: naming the first that does not.
    """
    if not languages:
        raise invalid("output_languages must have at least 1 items", "output_languages")
    for index, language in enumerate(languages):
        param = f"output_languages.{index}"
        if language not in LANGUAGES:
            raise invalid(
                f"{language!r} is not a language of /v3/video-translations/languages", param
            )
        if language in languages[:index]:
            raise invalid(f"{language} is named twice", param)
