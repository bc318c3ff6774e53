from __future__ import annotations

import os
from pathlib import Path

import pytest

from heygen_async.errors import InvalidInputError
from heygen_async.transport.part import PartFile

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="no device here is always full")
@pytest.mark.parametrize("step", ["write", "restart", "publish"])
def test_a_full_disk_is_told_at_each_step(tmp_path: Path, step: str) -> None:
    part = PartFile(tmp_path / "v.mp4")
    part.create()
    part.write(bytearray(b"put off until there is more"))
    full = os.open(FULL, os.O_WRONLY)
    os.dup2(full, part._open.fileno())
    os.close(full)

    with pytest.raises(InvalidInputError, match=r"v\.mp4 cannot be written: No space left"):
        match step:
            case "write":
                part.write(bytearray(2**20))
            case "restart":
                part.restart()
            case "publish":
                part.publish()

    part.discard()
    assert list(tmp_path.iterdir()) == []
