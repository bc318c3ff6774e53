"""Ids of jobs that were changed since their video was asked for.

An id names one video, which is paid once. Where a row of a manifest keeps its id and changes its
words, another video is meant: it goes by the id and a mark of what is asked for now.
"""

from __future__ import annotations

import re

__all__ = ["original", "revision"]

_MARK = re.compile(r"~rev-[0-9a-f]{8}$")


def revision(job_id: str, content: str) -> str:
    """The id of a changed job, the same whenever the same is asked for.

    Args:
        job_id: as it was given.
        content: a digest of what is asked for, in hex.
    """
    return f"{job_id}~rev-{content[:8]}"


def original(job_id: str) -> str:
    """The id as it was given, of a revision or of a job that was never changed."""
    return _MARK.sub("", job_id)
