from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

from heygen_async import errors
from heygen_async.errors import (
    DeadlineError,
    HeyGenError,
    InvalidInputError,
    JournalLockedError,
    UnknownFileTypeError,
    UsageError,
    brief,
)

CLASSES = sorted(
    (
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, HeyGenError)
    ),
    key=lambda kind: kind.__name__,
)
COMMON = {
    "operation": "createVideo",
    "status": 429,
    "code": "rate_limit_exceeded",
    "param": "script",
    "doc_url": "https://developers.heygen.com/docs/error-codes#rate-limit-exceeded",
    "errors": ({"code": "a", "message": "b", "path": "c"},),
    "request_id": "req-1",
    "retry_after": 2.5,
}


def full(kind: type[HeyGenError]) -> HeyGenError:
    """An error of the class with every field of it set to something."""
    own: dict[str, object] = {}
    for base in kind.__mro__:
        parameters = inspect.signature(base.__init__).parameters if base is not object else {}
        for name, parameter in parameters.items():
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY and name not in COMMON:
                own[name] = f"the {name}"
        if base is HeyGenError:
            break
    return kind("createVideo failed: no (request req-1)", **COMMON, **own)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_error_pickles_with_all_its_fields(kind: type[HeyGenError], protocol: int) -> None:
    error = full(kind)
    error.add_note("while testing")

    again = pickle.loads(pickle.dumps(error, protocol))

    assert type(again) is kind
    assert again.__dict__ == error.__dict__
    assert (str(again), again.args, again.message) == (str(error), error.args, error.message)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
def test_every_error_copies_with_all_its_fields(kind: type[HeyGenError], how: object) -> None:
    error = full(kind)

    again = how(error)  # type: ignore[operator]

    assert type(again) is kind
    assert again is not error
    assert (str(again), again.__dict__) == (str(error), error.__dict__)


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_can_be_made_of_a_text_alone(kind: type[HeyGenError]) -> None:
    error = kind("what failed")

    assert error.message == str(error) == "what failed"
    assert (error.status, error.code, error.request_id, error.retry_after) == (None,) * 4
    assert error.errors == ()


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_says_what_the_caller_may_do_next(kind: type[HeyGenError]) -> None:
    assert kind.__doc__
    assert kind.__name__.endswith("Error")
    assert kind.__name__ in errors.__all__


def test_the_names_are_sorted() -> None:
    assert sorted(errors.__all__) == errors.__all__


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    assert errors.__doc__ is not None
    drawn: dict[str, str] = {}
    path: list[str] = []
    for line in errors.__doc__.splitlines():
        found = re.match(r"^    ([ │├└─]*)(\w+Error)\b", line)
        if found is not None:
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            drawn[found[2]] = path[depth - 1] if depth else "Exception"

    assert drawn == {kind.__name__: kind.__mro__[1].__name__ for kind in CLASSES}


def test_a_refused_input_is_a_value_error_and_a_deadline_a_timeout() -> None:
    assert issubclass(InvalidInputError, ValueError)
    assert issubclass(UsageError, InvalidInputError)
    assert issubclass(UnknownFileTypeError, InvalidInputError)
    assert issubclass(DeadlineError, TimeoutError)


def test_no_class_is_under_two_branches() -> None:
    branches = [
        "FixError",
        "PayError",
        "WaitError",
        "RepeatError",
        "UncertainError",
        "JobFailedError",
        "JournalError",
        "ProtocolError",
    ]

    for kind in CLASSES:
        above = [name for name in branches if issubclass(kind, getattr(errors, name))]
        assert len(above) == (kind is not HeyGenError), kind


def test_a_refused_input_names_field_rule_and_value() -> None:
    error = InvalidInputError.of("Script.speed", "must be a number from 0.5 to 1.5", 7)

    assert str(error) == "Script.speed must be a number from 0.5 to 1.5, not 7"
    assert (error.field, error.rule, error.value) == (
        "Script.speed",
        "must be a number from 0.5 to 1.5",
        "7",
    )


def test_the_usual_sentence_is_of_the_class_it_was_asked_of() -> None:
    assert type(UsageError.of("a", "b", "c")) is UsageError


def test_the_owner_of_a_journal_is_a_field() -> None:
    assert JournalLockedError("x", owner="process 7").owner == "process 7"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("hello", "'hello'"),
        (b"\x00" * 5_000_000, "5000000 bytes"),
        (bytearray(3), "3 bytes"),
        ("x" * 5001, "'" + "x" * 79 + "'… (5001 characters)"),
        (None, "None"),
        (["y" * 30] * 9, ("['" + "y" * 30 + "', '" + "y" * 30 + "', '" + "y" * 30)[:79] + "…"),
    ],
)
def test_a_value_is_shown_briefly_on_one_line(value: object, shown: str) -> None:
    assert brief(value) == shown


@pytest.mark.parametrize("value", ["a\nb" * 200, "a\nb", {"a": "b\n" * 99}, b"\n", object()])
def test_no_value_breaks_the_line_or_grows_without_end(value: object) -> None:
    shown = brief(value)

    assert "\n" not in shown
    assert len(shown) < 260
