"""The house rules that tools can check: form, types, and the direction of imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "commands",
    [
        [["ruff", "check", "."]],
        [["ruff", "format", "--check", "."]],
        # One after the other: at once, each would read the library for itself.
        [["mypy"], ["mypy", "tests/typing/public.py"]],
        [["importlinter.cli", "lint-imports"]],
    ],
    ids=["style", "format", "types", "layers"],
)
def test_the_house_rules_hold(commands: list[list[str]]) -> None:
    for module, *rest in commands:
        command = [sys.executable, "-m", module, *rest]
        if module == "importlinter.cli":
            command = [
                sys.executable,
                "-c",
                "from importlinter.cli import lint_imports_command as run; run()",
            ]

        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"}
        )

        assert done.returncode == 0, done.stdout + done.stderr
