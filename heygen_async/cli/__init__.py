"""The shell's front door: ``heygen-async``.

Only click is imported before a command runs. A command module declares options; what it needs of
the library is imported inside the command, so ``--help`` never pays for aiohttp.
"""

from __future__ import annotations

from heygen_async.cli.app import main

__all__ = ["main"]
