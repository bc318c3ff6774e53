"""The house rules that tools can check: form, types, and the direction of imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["mypy", "tests/typing/public.py"],
        ["importlinter.cli", "lint-imports"],
    ],
    ids=["style", "format", "types", "public types", "layers"],
)
def test_the_house_rules_hold(arguments: list[str]) -> None:
    module, *rest = arguments
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
