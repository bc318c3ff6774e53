"""Two jobs under one id at the same time: the same job twice is fine, another one is refused.

One after the other, the journal tells them apart. Together, the second would take the place of the
first before anything of either is settled, and both callers would get one video.
"""

from __future__ import annotations

from heygen_async.errors import InvalidInputError

__all__ = ["RunningJobs"]


class RunningJobs:
    """The jobs that are running, by their ids."""

    def __init__(self) -> None:
        self._contents: dict[str, int] = {}
        # How many runs of a job there are beside the first; hardly ever any.
        self._others: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._contents)

    def enter(self, name: str, content: bytes) -> bool:
        """A job begins to run; each return must be paired with one ``leave``.

        Args:
            name: the job's id.
            content: what makes it another job.

        Returns:
            Whether it joins one that is running.

        Raises:
            InvalidInputError: another job runs under the id.
        """
        mine, running = hash(content), self._contents.get(name)
        if running is None:
            self._contents[name] = mine
            return False
        if running == mine:
            self._others[name] = self._others.get(name, 0) + 1
            return True
        raise InvalidInputError(
            f"Job.id {name!r} names another job, which is running now. Give this one another id,"
            " or none.",
            field="Job.id",
            value=name,
        )

    def leave(self, name: str) -> None:
        """A run of the job is over."""
        others = self._others.pop(name, 0)
        if others > 1:
            self._others[name] = others - 1
        elif not others:
            del self._contents[name]
