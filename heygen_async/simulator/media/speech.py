"""How long a text takes to say, and which of its words are being said when.

A calm speaker says 150 words a minute. A word is what stands between spaces; scripts that use none
(Chinese, Japanese, Thai and their like) are counted by the character, two and a half of them to a
word, which is about how fast they are spoken. Lone punctuation takes no time. Mark-up in angle
brackets is not spoken.

A *cue* is a handful of words and the span in which they are said. The words share the time by their
weight, so a subtitle, a burnt-in caption and the synthesised voice agree with each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import attrs

__all__ = ["Cue", "Word", "cues", "scenes_srt", "speakable", "speech_seconds", "srt", "words"]

WORDS_PER_SECOND = 2.5
"""150 words a minute at voice speed 1."""

SILENCE = 1.0
"""Seconds that a text without a word takes, where such a text is not refused."""

WORDS_PER_CUE = 8
"""More than a viewer reads at a glance."""

_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana, Han
)
_UNSPACED_WEIGHT = 1 / 2.5
_FULL_STOPS = "。！？…"
_WORD = re.compile(rf"(?P<unspaced>[{_UNSPACED}])[^\w\s]*|[^\s{_UNSPACED}]+")
_MARK_UP = re.compile(r"</?[A-Za-z][^<>]*>")
_SENTENCE_END = re.compile(rf"[.!?{_FULL_STOPS}][\"'”’»)\]]*$")


@attrs.frozen
class Word:
    """One word of a text.

    Attributes:
        text: The word with its punctuation.
        weight: The time it takes, as a share of an ordinary word's.
        glued: Whether it follows the word before it without a space.
    """

    text: str
    weight: float
    glued: bool


@attrs.frozen
class Cue:
    """A few words and when they are said.

    Attributes:
        start: Seconds from the beginning of the speech.
        end: Seconds from the beginning of the speech, later than `start`.
        text: The words, on one line.
    """

    start: float
    end: float
    text: str


def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text in order, mark-up left out."""
    plain = _MARK_UP.sub(" ", text)
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(plain):
        spoken = any(letter.isalnum() for letter in match.group())
        weight = (_UNSPACED_WEIGHT if match["unspaced"] else 1.0) if spoken else 0.0
        found.append(Word(match.group(), weight, glued=match.start() == end and bool(found)))
        end = match.end()
    return tuple(found)


def speakable(text: str) -> bool:
    """Tell whether a text has a word that can be said: a letter or a digit outside mark-up."""
    return _weight(words(text)) > 0


def speech_seconds(text: str, speed: float = 1.0) -> float:
    """Return how long a text takes to say, in seconds; one where there is nothing to say.

    Args:
        text: What is said.
        speed: The voice's speed; 2.0 takes half the time of 1.0.

    Raises:
        ValueError: The speed is not a positive number.
    """
    if not speed > 0:
        raise ValueError(f"speed must be greater than 0, not {speed}")
    return (_weight(words(text)) / WORDS_PER_SECOND or SILENCE) / speed


def cues(text: str, seconds: float) -> tuple[Cue, ...]:
    """Return a text cut into cues of at most eight words that together fill `seconds`.

    A sentence's end also ends its cue. A text without a speakable word has no cues.
    """
    groups = [group for group in _groups(words(text)) if _weight(group)]
    whole = sum(_weight(group) for group in groups)
    spans: list[Cue] = []
    said = 0.0
    for group in groups:
        start, said = said, said + _weight(group)
        spans.append(Cue(start / whole * seconds, said / whole * seconds, _joined(group)))
    return tuple(spans)


def srt(text: str, seconds: float) -> str:
    """Return a text as a SubRip file that fills `seconds`; empty if nothing is said."""
    return scenes_srt([(text, seconds)])


def scenes_srt(scenes: Iterable[tuple[str | None, float]]) -> str:
    """Return the texts of scenes that follow each other, each with its seconds, as one file."""
    spoken, began = list[Cue](), 0.0
    for text, seconds in scenes:
        spoken += (
            attrs.evolve(cue, start=began + cue.start, end=began + cue.end)
            for cue in cues(text or "", seconds)
        )
        began += seconds
    blocks = (
        f"{number}\n{_stamp(cue.start)} --> {_stamp(cue.end)}\n{cue.text.replace('-->', '→')}\n"
        for number, cue in enumerate(spoken, start=1)
    )
    return "\n".join(blocks)


def _groups(spoken: tuple[Word, ...]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in spoken:
        if group and _weight(group) + word.weight > WORDS_PER_CUE:
            yield group
            group = []
        group.append(word)
        if _SENTENCE_END.search(word.text):
            yield group
            group = []
    if group:
        yield group


def _weight(group: Iterable[Word]) -> float:
    return sum(word.weight for word in group)


def _joined(group: list[Word]) -> str:
    return "".join(word.text if word.glued else f" {word.text}" for word in group).strip()


def _stamp(seconds: float) -> str:
    """Return a time as SubRip writes it: 00:01:02,345."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{thousandths:03}"
