from __future__ import annotations

from pathlib import Path

import orjson
import pytest

import heygen_async
from heygen_async import errors
from heygen_async.transport.codes import CODES, HINTS, error_class
from heygen_async.transport.codes_v1 import V1_CODES
from heygen_async.transport.endpoint import Scope

CONTRACT = (
    Path(heygen_async.__file__)
    .with_name("simulator")
    .joinpath("contract", "heygen-v2.openapi.json")
)
NAMED = orjson.loads(CONTRACT.read_bytes())["components"]["schemas"]["V1ErrorCode"]["x-enum-names"]


def test_every_number_of_the_contract_has_a_class_and_a_way_to_go_on() -> None:
    assert V1_CODES.keys() == NAMED.keys()
    assert V1_CODES.items() <= CODES.items()
    assert set(V1_CODES.values()) <= HINTS.keys()


@pytest.mark.parametrize(
    ("word", "cls"),
    [
        ("MODERATION", errors.ContentPolicyError),
        ("NOT_FOUND", errors.NotFoundError),
        ("INVALID_PARAM", errors.InvalidRequestError),
        ("FACE", errors.InvalidRequestError),
        ("TOO_LONG", errors.InvalidRequestError),
        ("PAYMENT", errors.InsufficientCreditError),
        ("RATE_LIMIT", errors.RateLimitError),
        ("TRIAL", errors.PlanLimitError),
        ("FORBIDDEN", errors.PermissionDeniedError),
        ("UNAUTHORIZED", errors.AuthenticationError),
    ],
)
def test_a_number_has_the_class_of_its_name(word: str, cls: type[errors.HeyGenError]) -> None:
    numbers = [number for number, name in NAMED.items() if word in name]
    # A user who is not found is one whose key is worth nothing; nor has anybody a missing space.
    numbers = [one for one in numbers if NAMED[one] not in {"USER_NOT_FOUND", "SPACE_NOT_FOUND"}]

    assert numbers
    assert {V1_CODES[number] for number in numbers} == {cls}


def test_a_number_counts_more_than_its_status() -> None:
    assert error_class(400, "900001", "", Scope.WRITE) is errors.InsufficientCreditError
    assert error_class(400, "400144", "", Scope.READ) is errors.NotFoundError
