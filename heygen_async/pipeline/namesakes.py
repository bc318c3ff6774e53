"""Two jobs under one id at the same time: the same job twice is fine, another one is refused.

One after the other, the journal tells them apart. Together, the second would take the place of the
first before anything of either is settled, and both callers would get one video.
"""

from __future__ import annotations

from heygen_async.errors import InvalidInputError

__all__ = ["Namesakes"]


class Namesakes:
    """The jobs that are running, by their ids."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._running)

    def running(self, name: str, content: bytes) -> _Running:
        """A ``with`` block for as long as a job runs.

        Args:
            name: the job's id.
            content: what makes it another job.

        Raises:
            InvalidInputError: when entered, if another job runs under the id.
        """
        return _Running(self._running, name, hash(content))


class _Running:
    __slots__ = ("_content", "_jobs", "_name")

    def __init__(self, jobs: dict[str, tuple[int, int]], name: str, content: int) -> None:
        self._jobs = jobs
        self._name = name
        self._content = content

    def __enter__(self) -> None:
        content, runs = self._jobs.get(self._name, (self._content, 0))
        if content != self._content:
            raise InvalidInputError(
                f"Job.id {self._name!r} names another job, which is running now. Give this one"
                " another id, or none.",
                field="Job.id",
                value=self._name,
            )
        self._jobs[self._name] = (content, runs + 1)

    def __exit__(self, *_: object) -> None:
        content, runs = self._jobs[self._name]
        if runs > 1:
            self._jobs[self._name] = (content, runs - 1)
        else:
            del self._jobs[self._name]
