"""``retry`` at work: which jobs of a journal failed for good or are gone, and why; then again."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from typing import Any

import attrs

from heygen_async.batch.begun import begun
from heygen_async.batch.replaced import replaced
from heygen_async.cli.console import put_json, put_table, say
from heygen_async.cli.exits import Exit
from heygen_async.cli.keeping import Kept
from heygen_async.cli.options import Settings
from heygen_async.cli.resuming import Resumption
from heygen_async.cli.snapshot import snapshot
from heygen_async.cli.spelling import spelt
from heygen_async.cli.standing import DEAD, dead_row
from heygen_async.errors import InvalidInputError, brief
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.records import Record, records
from heygen_async.pipeline.revisions import original

__all__ = ["Retry"]

_NOTHING = "Nothing in it has failed for good."


@attrs.frozen(kw_only=True)
class Retry:
    """One call of ``retry``.

    Attributes:
        settings: how to report.
        journal: the file, as typed.
        jobs: ids or their beginnings; none for all that failed for good.
        slots: renders at once at the most.
        budget: the cap on what all jobs of the journal cost, None for its last batch's.
        timeout: seconds to wait for everything, None to wait as long as it takes.
        speed: of the simulator that is talked to, None for HeyGen.
        agentai_key: a file with agent.ai's token; None for the environment's.
    """

    settings: Settings
    journal: str
    jobs: tuple[str, ...]
    slots: int
    budget: float | None = None
    timeout: float | None
    speed: float | None
    agentai_key: str | None = None

    async def told(self) -> Exit:
        """List them.

        Raises:
            InvalidInputError: there is no such job, or it has not failed for good.
            JournalError: the journal cannot be read.
        """
        dead = await self._chosen()
        if self.settings.as_json:
            put_json({"dry_run": True, "jobs": [_fields(record) for record in dead]})
        elif dead:
            put_table(DEAD, [dead_row(record) for record in dead])
        else:
            say(_NOTHING)
        return Exit.DONE

    async def run(self) -> Exit:
        """Try them again.

        Raises:
            HeyGenError: as ``told``, or what stopped all of it.
        """
        dead = await self._chosen()
        if not dead:
            say(_NOTHING)
            return Exit.DONE
        resumption = Resumption(
            settings=self.settings,
            kept=Kept(self.journal),
            words=self._words(),
            retry=frozenset(str(record.job.id) for record in dead),
            slots=self.slots,
            budget=self.budget,
            timeout=self.timeout,
            speed=self.speed,
            agentai_key=self.agentai_key,
        )
        return await resumption.run()

    def _words(self) -> Sequence[str]:
        """What goes on with all of them once some were begun, and have not failed for good now."""
        words = sys.argv[1:]
        return words if self.jobs else ["resume", "--retry-failed", *words[1:]]

    async def _chosen(self) -> Sequence[Record]:
        dead: dict[str, Record] = {}
        stopped: dict[str, Record] = {}
        stages: dict[str, Stage] = {}
        async with snapshot(self.journal) as journal:
            batches = (await begun(journal)).values()
            async for record in records(journal):
                stages[str(record.job.id)] = record.stage
                if record.dead or record.gone:
                    dead[str(record.job.id)] = spelt(record, batches)
                elif record.stage is Stage.FAILED:
                    stopped[str(record.job.id)] = spelt(record, batches)
            given_up = await replaced(journal)
        if not self.jobs:
            return [record for job_id, record in dead.items() if job_id not in given_up]
        current = stages.keys() - given_up
        meant = [_meant(name, current, stages) for name in self.jobs]
        ended = dead | stopped
        left = [one for one in dict.fromkeys(meant) if one in ended]
        for name, one in zip(self.jobs, meant, strict=True):
            # What was stopped half way goes on with the same names, of which some are done by now.
            if one not in ended and not (left and stages[one] is Stage.DONE):
                raise _refusal(name, f"has not failed for good: it is at {stages[one]}")
        return [ended[one] for one in left]


def _meant(name: str, current: Collection[str], ids: Collection[str]) -> str:
    """The id that a name is, or is the beginning of; of jobs that were given up only in full."""
    found = [one for one in current if original(one) == name]
    if not found and name in ids:
        return name
    found = found or [one for one in current if one.startswith(name)]
    if len(found) == 1:
        return found[0]
    raise _refusal(name, f"is the beginning of {'several' if found else 'no'} ids in the journal")


def _refusal(name: str, rule: str) -> InvalidInputError:
    return InvalidInputError(f"JOB {brief(name)} {rule}", field="JOB", rule=rule, value=name)


def _fields(record: Record) -> dict[str, Any]:
    return {
        "job_id": record.job.id,
        "output": record.job.output,
        "error": record.error_class,
        "message": record.error,
    }
