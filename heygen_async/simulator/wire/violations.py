"""What a JSON Schema validator complains about, in words a caller can act on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import jsonschema_rs


@attrs.frozen(kw_only=True)
class Violation:
    """One way in which a value breaks the contract.

    Attributes:
        path: dotted path of the offending value, empty for the whole.
        message: what is wrong with it.
        rule: the JSON Schema keyword that says so.
    """

    path: str
    message: str
    rule: str


def violations(
    validator: jsonschema_rs.Draft202012Validator, value: Any, root: str
) -> Iterator[Violation]:
    """Everything that is wrong with `value`; paths begin with `root`, if it has a name."""
    for error in validator.iter_errors(value):
        rule = error.kind.name
        where = [root] if root else []
        where += [str(step) for step in error.instance_path]
        match rule:
            case "required":
                where.append(str(error.kind.value))
            case "additionalProperties":
                where.append(str(error.kind.value[0]))
        path = ".".join(where)
        yield Violation(path=path, message=_message(path, error), rule=rule)


def _message(path: str, error: jsonschema_rs.ValidationError) -> str:
    """One sentence; it never quotes more of the caller's value than a few words."""
    name, limit = path or "the request body", error.kind.value
    match error.kind.name:
        case "required":
            return f"{name} is required"
        case "additionalProperties":
            return f"{name} is not a known field"
        case "type":
            wanted = " or ".join(sorted(_words(limit), key="null".__eq__))
            return f"{name} must be {wanted}, not {_kind(error.instance)}"
        case "enum":
            return (
                f"{name} must be one of {', '.join(_words(limit))}, not {_quoted(error.instance)}"
            )
        case "const":
            return f"{name} must be {limit}"
        case "minimum":
            return f"{name} must be at least {limit}, not {error.instance}"
        case "exclusiveMinimum":
            return f"{name} must be more than {limit}, not {error.instance}"
        case "exclusiveMaximum":
            return f"{name} must be less than {limit}, not {error.instance}"
        case "multipleOf":
            return f"{name} must be a multiple of {limit}, not {error.instance}"
        case "oneOf" | "anyOf":
            return f"{name} {_choice(error)}"
        case "maximum":
            return f"{name} must be at most {limit}, not {error.instance}"
        case "maxLength":
            return f"{name} has {_length(error.instance)} characters, at most {limit} are allowed"
        case "minLength":
            return f"{name} must have at least {limit} characters"
        case "maxItems":
            return f"{name} has {_length(error.instance)} items, at most {limit} are allowed"
        case "minItems":
            return f"{name} must have at least {limit} items"
        case "pattern":
            return f"{name} does not match {limit}"
        case _:
            return f"{name}: {error.message[:200]}"


def _choice(error: jsonschema_rs.ValidationError) -> str:
    """What is to be chosen from: the contracts' own choices are all between required fields."""
    branches = error.kind.value
    fields = [str(it.kind.value) for branch in branches for it in branch[:1]]
    between = " or ".join(dict.fromkeys(fields))
    if error.kind.name == "oneOf":
        return f"needs exactly one of {between}" if fields else "has too many alternatives at once"
    return f"needs {between}"


def _length(value: Any) -> int:
    return len(value)


def _words(values: Any) -> Sequence[str]:
    return [str(it) for it in (values if isinstance(values, list) else [values]) if it is not None]


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def _quoted(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
