"""One request as the rules see it, and one answer as they give it: no HTTP on either side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.world import World


@attrs.frozen(kw_only=True)
class Upload:
    """The file of a multipart request, or a body that is a file; `declared` is its own type."""

    name: str
    content: Blob
    declared: str | None = None


@attrs.frozen(kw_only=True)
class Call:
    """A request that has passed the contract.

    Attributes:
        operation: the contract's operation id.
        account: who asks.
        path: path parameters.
        query: query parameters, typed, with defaults.
        body: the JSON body; an empty mapping if there is none.
        key: the Idempotency-Key, if one came.
        upload: the file of a multipart body, or the body itself where it is a file.
    """

    operation: str
    account: Account
    path: Mapping[str, str] = attrs.field(factory=dict)
    query: Mapping[str, Any] = attrs.field(factory=dict)
    body: Mapping[str, Any] = attrs.field(factory=dict)
    key: str | None = None
    upload: Upload | None = None


Handler = Callable[[World, Call], dict[str, Any]]
"""Answers the JSON body of a success; raises RefusedError for anything else."""


def data(value: Any) -> dict[str, Any]:
    """The success envelope."""
    return {"data": value}
