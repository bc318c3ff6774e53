"""A campaign as it goes in life: the real shell, a HeyGen that misbehaves, and SIGKILL five times.

The small one runs with the others. The whole one, a thousand jobs of three hundred photos, takes
some minutes and prints its figures::

    CAMPAIGN=full python -m pytest -s tests/integration/test_campaign.py

A process is killed when it has told of so many requests, which is as random as a moment of time
and does not depend on how fast the machine is. The simulator would let twice as many renders run
as are wanted, so that it is not its refusals that keep to the slots.
"""

from __future__ import annotations

import csv
import json
import os
import random
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import attrs
import av
import pytest
from PIL import Image, ImageDraw

from tests.integration.shell import Process, Shell, told

pytestmark = pytest.mark.real_time

KILLS = 5


@attrs.frozen
class Scale:
    """How large a campaign is.

    Attributes:
        jobs: rows of its manifest.
        photos: different ones.
        slots: renders at once.
        speed: of the simulator.
        lines: a process is killed after at the most so many requests.
        decoded: videos that are decoded to their end.
        patience: seconds for one process.
    """

    jobs: int
    photos: int
    slots: int
    speed: int
    lines: int
    decoded: int
    patience: float


SCALES = {
    "small": Scale(20, 7, 4, 200, 24, 4, 60),
    "full": Scale(1000, 300, 10, 60, 1200, 100, 1800),
}
SCALE = SCALES[os.environ.get("CAMPAIGN", "small")]

FAULTS = [
    {"name": "lost_answer", "probability": 0.05},
    {"name": "internal_error", "probability": 0.03},
    {"name": "unavailable", "probability": 0.02},
    {"name": "cut_download", "probability": 0.02},
    {
        "name": "concurrency_limited",
        "operation": "createVideo",
        "probability": 0.02,
        "retry_after": 1,
    },
]


@contextmanager
def misbehaving(shell: Shell) -> Iterator[dict[str, str]]:
    """A simulator that misbehaves; gives the variables that lead to it."""
    words = ["--speed", str(SCALE.speed), "--slots", str(2 * SCALE.slots), "--credits", "100000"]
    with shell.with_patience(10 * SCALE.patience).simulator(*words) as to:
        body = json.dumps(FAULTS).encode()
        urllib.request.urlopen(f"{to['HEYGEN_BASE_URL']}/_simulator/faults", data=body).close()
        yield to


def write_manifest(folder: Path, portrait: Path) -> None:
    """So many rows, each photo in turn; the same bytes lie under no two names."""
    (folder / "photos").mkdir()
    with Image.open(portrait) as opened:
        small = opened.convert("RGB").resize((256, 256))
    for number in range(SCALE.photos):
        picture = small.copy()
        ImageDraw.Draw(picture).text((8, 8), f"{number}", fill="white", font_size=24)
        picture.save(folder / "photos" / f"{number}.jpg", quality=85)
    with (folder / "jobs.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["photo", "number", "script", "voice", "captions", "output"])
        for number in range(SCALE.jobs):
            photo = f"photos/{number % SCALE.photos}.jpg"
            script = "Film {number}." + " And more." * (number % 3)
            captions = "yes" if number % 10 == 0 else ""
            rows.writerow([photo, number, script, "sim-voice-anna", captions, "{number}"])


def begun(
    shell: Shell, folder: Path, to: dict[str, str], *words: str
) -> AbstractContextManager[Process]:
    common = ["--out", "videos", "--journal", "campaign.db", "--slots", str(SCALE.slots)]
    # What takes the simulator the least work.
    common += ["--default", "resolution=720p", "--default", "aspect_ratio=1:1"]
    common += ["--speed", str(SCALE.speed), *words]
    return shell.with_patience(SCALE.patience).start(folder, "batch", "jobs.csv", *common, **to)


def killed(run: AbstractContextManager[Process], requests: int) -> bool:
    """Kill it when it has told of so many requests; whether it was still at work."""
    with run as process, ThreadPoolExecutor(1) as beside:
        stdout, stderr = process.stdout, process.stderr
        assert stdout is not None
        assert stderr is not None
        # Else it would wait for somebody who reads its results.
        beside.submit(stdout.read)
        for line in stderr:
            requests -= line.startswith("       ")
            if not requests:
                break
        process.kill()
        stderr.read()
    return not requests


def finished(shell: Shell, folder: Path, to: dict[str, str]) -> tuple[int, dict[str, Any], str]:
    """Run it to its end: the exit code, what it sums up, what it said."""
    with begun(shell, folder, to, "--json") as process:
        out, err = process.communicate()
    assert process.returncode is not None
    return process.returncode, json.loads(out.splitlines()[-1]), err


def length(path: Path, *, decode: bool) -> float:
    """Seconds of a video that plays."""
    with av.open(str(path)) as container:
        assert {stream.type for stream in container.streams} == {"video", "audio"}
        if decode:
            frames = sum(1 for _ in container.decode(video=0))
            assert frames / 25 == pytest.approx(container.duration / 1e6, abs=0.2)
        return float(container.duration / 1e6)


def test_a_campaign_killed_five_times_is_finished_and_paid_once(
    shell: Shell, tmp_path: Path, portrait: Path
) -> None:
    chance = random.Random(3)
    write_manifest(tmp_path, portrait)
    started = time.monotonic()
    with misbehaving(shell) as to:
        moments = [chance.randrange(1, SCALE.lines) for _ in range(KILLS)]
        hits = [killed(begun(shell, tmp_path, to, "-v"), moment) for moment in moments]
        # Who loses five answers in a row gives up, and is told to run the same command again.
        runs = [finished(shell, tmp_path, to)]
        while runs[-1][0] and len(runs) < 3:
            runs.append(finished(shell, tmp_path, to))
        ledger, state = told(to, "ledger"), told(to, "state")
        standing = shell.run(tmp_path, "status", "campaign.db", "--json", **to)
    took = time.monotonic() - started
    figures = [f"{SCALE.jobs} jobs, {SCALE.photos} photos, {took:.0f} s, killed after {moments}"]
    for code, last, said in runs:
        errors = [line for line in said.splitlines() if line.startswith("error:")]
        figures += [f"exit {code}, {last['done']} done", *errors]
    figures.append(f"peak {ledger['peak_renders']}, requests {ledger['requests']}")
    sys.stdout.write("\n".join(["", *figures, ""]))

    assert hits == [True] * KILLS
    code, last, said = runs[-1]
    assert code == 0, said
    assert (last["jobs"], last["done"]) == (SCALE.jobs, SCALE.jobs)
    # Paid once, for each photo and each job, and nothing else was made.
    charges = ledger["charges"]
    assert Counter(one["operation"] for one in charges) == {
        "createAvatar": SCALE.photos,
        "createVideo": SCALE.jobs,
    }
    assert len({one["idempotency_key"] for one in charges}) == len(charges)
    assert len({one["resource_id"] for one in charges}) == len(charges)
    assert not any(one["refunded"] for one in charges)
    (account,) = state["accounts"]
    assert account["videos"] == {"completed": SCALE.jobs}
    assert {word: count for word, count in account["looks"].items() if word != "public"} == {
        "completed": SCALE.photos
    }
    assert ledger["peak_renders"] <= SCALE.slots
    assert ledger["leaked_keys"] == 0
    # The journal knows what was paid, and nothing is left open.
    known = json.loads(standing.stdout)
    assert known["counts"] == {"done": SCALE.jobs}
    assert known["spend"]["spent_usd"] == last["spent_usd"]
    assert known["spend"]["reserved_usd"] == known["spend"]["uncertain_usd"] == 0
    # Every file plays, and is what was paid for.
    videos = tmp_path / "videos"
    names = {f"{number}" for number in range(SCALE.jobs)}
    ids = set()
    decoded = set(chance.sample(sorted(names), SCALE.decoded))
    for name in names:
        about = json.loads((videos / f"{name}.json").read_text())
        seconds = length(videos / f"{name}.mp4", decode=name in decoded)
        assert seconds == pytest.approx(about["seconds"], abs=0.2)
        ids.add(about["video_id"])
    paid = {one["resource_id"] for one in charges if one["operation"] == "createVideo"}
    assert ids == paid
    # What the kills left half done is gone.
    expected = {f"{name}{end}" for name in names for end in (".mp4", ".json")}
    expected |= {f"{name}.srt" for name in names if int(name) % 10 == 0}
    expected |= {"report.html", "results.csv", "results.jsonl"}
    assert {path.name for path in videos.iterdir()} == expected
