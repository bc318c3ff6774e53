"""How the jobs of a batch ended, in numbers and in advice."""

from __future__ import annotations

from pathlib import Path

import attrs

from heygen_async.batch.producer import refused_to_all
from heygen_async.cli.batch.progress import Tally
from heygen_async.cli.console import put_json, put_text, say
from heygen_async.cli.exits import Exit, exit_of
from heygen_async.errors import HeyGenError

__all__ = ["Ends"]


@attrs.define(kw_only=True)
class Ends:
    """Takes the errors of jobs, and says in the end what there is to say.

    Attributes:
        simulate: whether the account was a simulator's.
        codes: of the jobs with an error.
        refusal: what stopped the drawing of further jobs.
    """

    simulate: bool
    codes: set[Exit] = attrs.field(factory=set)
    refusal: HeyGenError | None = None

    def note(self, error: HeyGenError) -> None:
        """Count an error in."""
        code = exit_of(error)
        # Whoever typed the command did nothing wrong: a file changed after the check.
        self.codes.add(Exit.FAILED if code is Exit.USAGE else code)
        if refused_to_all(error):
            self.refusal = self.refusal or error

    def sum_up(self, tally: Tally, total: float, page: Path, *, as_json: bool) -> None:
        """The last line on stdout."""
        left = tally.jobs - tally.ended
        if as_json:
            put_json(
                {
                    "jobs": tally.jobs,
                    "done": tally.done,
                    "stopped": tally.stopped,
                    "failed": tally.failed,
                    "unfinished": left,
                    "spent_usd": round(total, 4),
                    "simulated": self.simulate,
                    "report": str(page),
                }
            )
            return
        counts = [f"{tally.done} of {tally.jobs} done", *tally.ends()]
        counts += [f"{left} not finished"] if left else []
        mark = " (simulated)" if self.simulate else ""
        put_text(f"{', '.join(counts)}; ${total:.2f} spent{mark}; report: {page}")

    def advise(self, tally: Tally, again: str | None, journal: Path | None) -> None:
        """What to do now.

        Args:
            tally: how many ended.
            again: the command that goes on, if one does.
            journal: where it is written down.
        """
        if self.refusal is not None:
            say("Stopped there: each further job would be refused the same way.")
        if again is not None and (tally.stopped or tally.ended < tally.jobs):
            say(f"Once the cause is mended, this goes on, without paying twice: {again}")
        if tally.failed and not self.simulate:
            say(
                f"{tally.failed} failed for good: heygen-async retry {journal} --dry-run tells why."
            )
            say("Without --dry-run it tries them again; so does this command with --retry-failed.")
        elif tally.failed and journal is not None:
            say("What ran on an earlier simulator is gone with it; use another journal.")
