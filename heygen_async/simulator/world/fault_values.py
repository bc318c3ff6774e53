"""What may stand in the fields of a fault: validators that attrs calls."""

from __future__ import annotations

from typing import Any

import attrs


def chance(_: object, field: attrs.Attribute[Any], value: float) -> None:
    """A probability."""
    _typed(field, value, int, float)
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"probability must lie between 0 and 1, not {value!r}")


def count(_: object, field: attrs.Attribute[Any], value: int | None) -> None:
    """How often, at least once; None for always."""
    if value is None:
        return
    _typed(field, value, int)
    if value < 1:
        raise ValueError(f"times must be at least 1, or None for always, not {value!r}")


def http_status(_: object, field: attrs.Attribute[Any], value: int | None) -> None:
    """A status that ends a request; None for the usual one."""
    if value is None:
        return
    _typed(field, value, int)
    if not 200 <= value <= 599:
        raise ValueError(f"status must lie between 200 and 599, not {value!r}")


def whole(instance: object, field: attrs.Attribute[Any], value: int | None) -> None:
    """Whole seconds; None for the usual ones."""
    if value is not None:
        _typed(field, value, int)
    duration(instance, field, value)


def duration(_: object, field: attrs.Attribute[Any], value: float | None) -> None:
    """Seconds; None for the usual ones."""
    if value is None:
        return
    _typed(field, value, int, float)
    if not value >= 0:
        raise ValueError(f"{field.name} must not be negative, not {value!r}")


def words(_: object, field: attrs.Attribute[Any], value: str | None) -> None:
    """Text; None for the usual one."""
    if value is not None:
        _typed(field, value, str)


def _typed(field: attrs.Attribute[Any], value: Any, *kinds: type) -> None:
    # True is a number to Python, and to nobody else.
    if isinstance(value, bool) or not isinstance(value, kinds):
        wanted = " or ".join({int: "integer", float: "number", str: "string"}[it] for it in kinds)
        raise TypeError(f"{field.name} must be {wanted}, not {value!r}")
