"""``python -m heygen_async.cli`` is ``heygen-async``."""

from __future__ import annotations

from heygen_async.cli.app import main

main()
