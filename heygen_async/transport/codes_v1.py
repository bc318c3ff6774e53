"""The numbers of HeyGen v1's errors, each with the class that says what the caller may do.

Several numbers share one meaning. Names and groups: ``V1ErrorCode`` in the v2 contract and §8 of
the v2 behaviour digest, both read 2026-11-20. Seven of the names are unofficial, and the number
900001 is known from third parties only.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from heygen_async.errors import (
    AuthenticationError,
    ContentPolicyError,
    HeyGenError,
    InsufficientCreditError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    PlanLimitError,
    RateLimitError,
    ServerError,
)

__all__ = ["V1_CODES"]

_GROUPS: tuple[tuple[type[HeyGenError], str], ...] = (
    # credentials that are wrong, old, or of nobody
    (AuthenticationError, "40009 40102 400101 400112 400561 401056 401057"),
    # known, and not allowed: forbidden, blocked, somebody else's avatar
    (PermissionDeniedError, "400562 400573 400631 400685"),
    (ContentPolicyError, "400105 400168 400625 400680 401003 402007 402008 402009"),
    # input: parameters, video infos, text, avatar info, a video that cannot be a template
    (InvalidRequestError, "40001 40012 40031 40039 40065 40090 40118 400175"),
    # faces: none, several, of poor quality
    (InvalidRequestError, "40004 40005 40006"),
    # files: format, type, an empty stream, damage
    (InvalidRequestError, "40002 40010 40044 400111 400543 400621 400624 400652"),
    # voices that cannot speak, or not this language
    (InvalidRequestError, "400548 400552 400634"),
    # too short, too long
    (InvalidRequestError, "40119 400128 400150 400165 401035 1000022"),
    # a webhook address
    (InvalidRequestError, "400542"),
    # avatar, photo avatar, voice, webhook endpoint
    (NotFoundError, "400116 400131 400144 400174"),
    # a plan, a voice one pays for, the videos of a trial
    (PlanLimitError, "400551 400599 400664"),
    (InsufficientCreditError, "900001"),
    (RateLimitError, "400123"),
    # the speech could not be made
    (ServerError, "40056"),
)

V1_CODES: Mapping[str, type[HeyGenError]] = MappingProxyType(
    {number: cls for cls, numbers in _GROUPS for number in numbers.split()}
)
"""Every number that is known, as text."""
