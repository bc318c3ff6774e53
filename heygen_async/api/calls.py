"""Endpoints of HeyGen v3 in short: what repeats for every read, write, job and deletion.

PUT, PATCH and DELETE are safe to repeat: what they leave behind is the same after the second
time. A PATCH of this API replaces values, it never adds to them; and a repeated DELETE answers
404 at worst. POST is what differs, so its replay column is always spelt out.
"""

from __future__ import annotations

from heygen_async.transport.endpoint import Endpoint, Replay, Scope, Timeout

__all__ = ["deletes", "posts", "reads", "renders", "replaces"]


def reads(path: str, operation: str) -> Endpoint:
    """A GET."""
    return Endpoint("GET", path, operation, Replay.SAFE, Scope.READ, Timeout.READ)


def posts(path: str, operation: str, replay: Replay, scope: Scope = Scope.WRITE) -> Endpoint:
    """A POST that starts no job."""
    return Endpoint("POST", path, operation, replay, scope, Timeout.WRITE)


def renders(path: str, operation: str, replay: Replay) -> Endpoint:
    """A POST that starts jobs, which share the account's pool of running ones."""
    return Endpoint("POST", path, operation, replay, Scope.RENDER, Timeout.WRITE)


def replaces(method: str, path: str, operation: str) -> Endpoint:
    """A PUT or PATCH."""
    return Endpoint(method, path, operation, Replay.SAFE, Scope.WRITE, Timeout.WRITE)


def deletes(path: str, operation: str) -> Endpoint:
    """A DELETE."""
    return Endpoint("DELETE", path, operation, Replay.SAFE, Scope.WRITE, Timeout.WRITE)
