"""``batch`` as its users have it: a manifest, a folder, a process, its exit code."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from heygen_async.simulator.media import audio_seconds, tone
from tests.integration.shell import Shell, ledger, simulator

pytestmark = pytest.mark.real_time

LOOKS = """look,script,who,resolution,output
sim-look-mia,Hello {who},Ann,720p,{who}
sim-look-mia,Hello {who},Bob,720p,{who}
sim-look-mia,Hello {who},Cem,720p,{who}
"""


def batch(
    shell: Shell, folder: Path, *words: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    return shell.run(folder, "batch", "jobs.csv", "--out", "videos", *words, **variables)


def without_faults(to: dict[str, str]) -> None:
    faults = f"{to['HEYGEN_BASE_URL']}/_simulator/faults"
    urllib.request.urlopen(urllib.request.Request(faults, method="DELETE")).close()


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def kept_charges(to: dict[str, str]) -> int:
    return sum(not one["refunded"] for one in ledger(to)["charges"])


def in_the_order_of_rendering(folder: Path) -> list[str]:
    begun = {}
    for path in folder.glob("*.json"):
        story = json.loads(path.read_text())["timeline"]
        begun[path.stem] = next(one["at"] for one in story if one["event"] == "submitted")
    return sorted(begun, key=lambda name: begun[name])


def test_a_manifest_becomes_a_folder_of_videos_and_a_report(
    interpreters: Shell, portrait: Path, tmp_path: Path
) -> None:
    first = portrait.read_bytes()
    (tmp_path / "ada.jpg").write_bytes(first)
    # What follows the end of a picture is no part of it, but makes another file of it.
    (tmp_path / "ben.jpg").write_bytes(first + b"\0")
    (tmp_path / "jobs.csv").write_text(
        "photo;look;script;title;who\n"
        "ada.jpg;;Hello {who};For {who};Ann\n"
        "ada.jpg;;Hello {who};For {who};Bob\n"
        "ben.jpg;;Hello {who};For {who};Cem\n"
        "ben.jpg;;Hello {who};For {who};Dan\n"
        ";sim-look-mia;Hello {who};For {who};Eve\n"
        ";sim-look-mia;Hello {who};For {who};Flo\n"
    )

    done = batch(
        interpreters,
        tmp_path,
        *("--simulate", "--speed", "1000"),
        "--default",
        "resolution=720p",
        "--json",
    )

    assert done.returncode == 0, done.stderr
    *jobs, last = lines(done)
    assert last["jobs"] == last["done"] == len(jobs) == 6
    assert last["simulated"] is True
    assert last["spent_usd"] > 2  # Two avatars, of the two photos.
    assert "6 jobs, 2 distinct photos, 2 avatars to make" in done.stderr.splitlines()[0]
    videos = tmp_path / "videos"
    names = {path.name for path in videos.iterdir()}
    assert {"report.html", "results.jsonl", "results.csv"} <= names
    assert len(names) == 6 + 6 + 3
    for job in jobs:
        assert Path(job["file"]).read_bytes()[4:8] == b"ftyp"
        told = json.loads(Path(job["file"]).with_suffix(".json").read_text())
        assert told["video_id"] == job["video_id"]
        assert told["file"]["size"] == Path(job["file"]).stat().st_size
    with (videos / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        titles = {row["title"]: row["state"] for row in csv.DictReader(file)}
    assert titles == {f"For {who}": "done" for who in ["Ann", "Bob", "Cem", "Dan", "Eve", "Flo"]}
    assert all(title in (videos / "report.html").read_text() for title in titles)


def test_a_recording_is_billed_by_its_length_before_and_after_a_video_of_it_was_made(
    shell: Shell, tmp_path: Path
) -> None:
    sound = tone("Hello everybody, this is said and not written")
    (tmp_path / "a.wav").write_bytes(sound)
    rows = "look,audio,resolution,output\nsim-look-mia,a.wav,720p,a\n"
    (tmp_path / "jobs.csv").write_text(rows)
    speed = ("--speed", "1000")
    with simulator(*speed) as to:
        first = batch(shell, tmp_path, *speed, "--dry-run", "--json", **to)
        batch(shell, tmp_path, *speed, **to)
        (tmp_path / "jobs.csv").write_text(rows + "sim-look-leo,a.wav,720p,b\n")
        second = batch(shell, tmp_path, *speed, "--dry-run", "--json", **to)

    for done in (first, second):
        assert done.returncode == 0, done.stderr
        bill = json.loads(done.stdout)
        assert bill["recordings"] == 0
        assert bill["seconds"] == pytest.approx(audio_seconds(sound), abs=0.1)
        assert 0 < bill["estimated_usd"] < 1


def test_a_dry_run_tells_the_price_and_the_balance_and_makes_nothing(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    with simulator("--credits", "0.1") as to:
        done = batch(shell, tmp_path, "--dry-run", "--budget", "0.22", **to)
        known = ledger(to)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "3 jobs, 0 distinct photos, 0 avatars to make, about 0:03 of video",
        "about $0.24 ($0.00 for avatars, $0.24 for videos); prices read 2026-11-20",
        "balance: $0.10",
    ]
    assert "The budget of $0.22 is less than that" in done.stderr
    assert "The balance of $0.10 is less than that" in done.stderr
    assert known["requests"] == {"getCurrentUser": 1, "getAvatarLook": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["jobs.csv"]


def test_what_is_done_is_not_on_the_bill_again(
    shell: Shell, portrait: Path, tmp_path: Path
) -> None:
    (tmp_path / "ada.jpg").write_bytes(portrait.read_bytes())
    head = "photo,script,voice,resolution\n"
    rows = "ada.jpg,One,sim-voice-anna,720p\nada.jpg,Two,sim-voice-anna,720p\n"
    speed = ("--speed", "1000")
    with simulator(*speed) as to:
        (tmp_path / "jobs.csv").write_text(head + rows)
        batch(shell, tmp_path, *speed, **to)
        (tmp_path / "jobs.csv").write_text(head + rows + "ada.jpg,Three,sim-voice-anna,720p\n")
        priced = batch(shell, tmp_path, "--dry-run", "--json", **to)
        # Without a key there is no account to ask, and the journal says as much.
        keyless = batch(shell, tmp_path, "--dry-run", HEYGEN_BASE_URL=to["HEYGEN_BASE_URL"])
        going_on = batch(shell, tmp_path, *speed, **to)

    (told,) = lines(priced)
    assert (told["jobs"], told["done"], told["avatars"]) == (3, 2, 0)
    assert told["estimated_usd"] == 0.05
    first = "3 jobs (2 done already), 1 distinct photo, 0 avatars to make, about 0:01 of video"
    assert keyless.stdout.splitlines()[0] == first
    assert going_on.stderr.splitlines()[0] == first


def test_a_row_that_was_changed_and_kept_its_id_is_made_anew(shell: Shell, tmp_path: Path) -> None:
    rows = ["id,look,script,resolution,output"]
    rows += [f"{who},sim-look-mia,Hello {who},720p,{who}" for who in ("Ann", "Bob", "Cem")]
    (tmp_path / "jobs.csv").write_text("\n".join(rows))
    with simulator("--speed", "1000") as to:
        first = batch(shell, tmp_path, "--speed", "1000", **to)
        (tmp_path / "jobs.csv").write_text("\n".join(rows).replace("Hello Bob", "Howdy Bob"))

        priced = batch(shell, tmp_path, "--dry-run", "--json", **to)
        second = batch(shell, tmp_path, "--speed", "1000", "--json", **to)
        third = batch(shell, tmp_path, "--dry-run", "--json", HEYGEN_SIMULATOR_SPEED="1000", **to)
        (tmp_path / "jobs.csv").write_text("\n".join(rows))
        taken_back = batch(shell, tmp_path, "--speed", "1000", "--json", **to)
        before = json.loads((tmp_path / "videos" / "Bob.json").read_text())
        (tmp_path / "jobs.csv").write_text("\n".join(rows).replace("Hello Bob", "Howdy Bob"))
        changed = batch(shell, tmp_path, "--speed", "1000", "--json", **to)
        charges = ledger(to)["charges"]
        standing = shell.run(tmp_path, "status", "videos/batch.journal.db", "--json", **to)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert [json.loads(one.stdout)["done"] for one in (priced, third)] == [2, 3]
    assert json.loads(priced.stdout)["estimated_usd"] > 0
    assert len(charges) == 4
    assert (taken_back.returncode, changed.returncode) == (0, 0)
    assert before["video_id"] != charges[-1]["resource_id"]
    assert {line["job_id"] for line in lines(second)[:-1]} == {"Ann", "Bob", "Cem"}
    results = (tmp_path / "videos" / "results.jsonl").read_text().splitlines()
    told = {row["id"]: row["video_id"] for row in map(json.loads, results)}
    assert sorted(told) == ["Ann", "Bob", "Cem"]
    about = json.loads((tmp_path / "videos" / "Bob.json").read_text())
    assert about["video_id"] == told["Bob"] == charges[-1]["resource_id"]
    assert json.loads(standing.stdout)["counts"] == {"done": 3, "given_up": 1}


def test_slots_can_be_learnt(shell: Shell, tmp_path: Path) -> None:
    # They say the same, so that there is one film to draw.
    rows = "".join(f"sim-look-mia,Hello,{number},720p,1:1\n" for number in range(24))
    (tmp_path / "jobs.csv").write_text("look,script,title,resolution,aspect_ratio\n" + rows)
    with simulator("--speed", "40", "--slots", "6") as to:
        done = batch(shell, tmp_path, "--slots", "auto", "--speed", "40", "--json", **to)
        known = ledger(to)

    assert done.returncode == 0, done.stderr
    assert lines(done)[-1]["done"] == 24
    # It begins below what the account allows, and finds that out by being refused.
    assert known["peak_renders"] == 6
    assert known["requests"]["createVideo"] > 24
    assert len(known["charges"]) == 24


def test_a_budget_stops_a_batch_which_then_goes_on_and_pays_nothing_twice(
    shell: Shell, tmp_path: Path
) -> None:
    longest = f"sim-look-mia,{'Hello ' * 5}{{who}},Dan,720p,{{who}}\n"
    (tmp_path / "jobs.csv").write_text(LOOKS + longest)
    common = ("--slots", "1", "--in-order", "--speed", "1000", "--json")
    with simulator("--speed", "1000") as to:
        short = batch(shell, tmp_path, *common, "--budget", "0.4", **to)
        page = (tmp_path / "videos" / "report.html").read_text()
        rest = batch(shell, tmp_path, *common, "--budget", "5", **to)
        again = batch(shell, tmp_path, *common, **to)
        known = ledger(to)

    assert short.returncode == 1, short.stderr
    *jobs, last = lines(short)
    # What a short one may cost leaves room for the next, until only the long one is left.
    assert (last["done"], last["stopped"]) == (3, 1)
    assert {job["error"] for job in jobs if "error" in job} == {"BudgetError"}
    assert "goes on, without paying twice: heygen-async batch jobs.csv --out videos" in short.stderr
    assert short.stderr.rstrip().endswith("--budget MORE")
    assert "BudgetError" in page
    assert rest.returncode == 0, rest.stderr
    assert again.returncode == 0, again.stderr
    assert lines(rest)[-1]["done"] == lines(again)[-1]["done"] == 4
    assert lines(rest)[-1]["spent_usd"] == lines(again)[-1]["spent_usd"]
    assert [one["operation"] for one in known["charges"]] == ["createVideo"] * 4
    assert known["requests"]["createVideo"] == 4
    assert in_the_order_of_rendering(tmp_path / "videos") == ["Ann", "Bob", "Cem", "Dan"]


def test_resume_keeps_to_the_budget_of_the_batch_until_it_is_given_more(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    speed, journal = ("--speed", "1000"), "videos/batch.journal.db"
    with simulator(*speed) as to:
        short = batch(shell, tmp_path, "--slots", "1", *speed, "--budget", "0.25", **to)
        paid = ledger(to)
        kept = shell.run(tmp_path, "resume", journal, *speed, **to)
        as_before = ledger(to)
        again = kept.stderr.splitlines()[-1].partition("heygen-async ")[2]
        rest = shell.run(tmp_path, *again.replace("MORE", "5").split(), **to)
        known = ledger(to)
        # A batch without a budget leaves none behind.
        batch(shell, tmp_path, *speed, **to)
        over = shell.run(tmp_path, "resume", journal, *speed, **to)

    assert short.returncode == kept.returncode == 1, short.stderr + kept.stderr
    assert short.stderr.rstrip().endswith("--budget MORE")
    assert 0 < len(paid["charges"]) < 3
    assert as_before["charges"] == paid["charges"]
    assert as_before["requests"]["createVideo"] == paid["requests"]["createVideo"]
    spent = re.compile(r"\$0\.\d\d is spent already, of the budget of \$(\S+)( that|\.)")
    first, more = (spent.match(one.stderr.splitlines()[0]) for one in (kept, rest))
    assert first is not None, kept.stderr
    assert first.groups() == ("0.25", " that")
    assert "A larger --budget goes on" in kept.stderr
    assert again == f"resume {journal} --speed 1000 --budget MORE"
    assert rest.returncode == 0, rest.stderr
    assert more is not None, rest.stderr
    assert more.groups() == ("5.00", ".")
    assert known["requests"]["createVideo"] == len(known["charges"]) == 3
    assert over.stderr == "There is nothing to resume: everything is done.\n"


@pytest.mark.parametrize("named", [(), ("Ann", "Bob", "Cem")], ids=["all", "named"])
def test_a_retry_that_the_budget_stops_names_the_command_that_goes_on_with_it(
    shell: Shell, named: tuple[str, ...], tmp_path: Path
) -> None:
    rows = "".join(f"{who},sim-look-mia,Hello {who},720p,{who}\n" for who in ("Ann", "Bob", "Cem"))
    (tmp_path / "jobs.csv").write_text("id,look,script,resolution,output\n" + rows)
    speed, journal = ("--speed", "1000"), "videos/batch.journal.db"
    with simulator(*speed, "--fault", "failed:createVideo") as to:
        failed = batch(shell, tmp_path, *speed, **to)
        without_faults(to)
        words = ("retry", journal, *named, "--slots", "1", *speed)
        short = shell.run(tmp_path, *words, "--budget", "0.25", **to)
        paid = kept_charges(to)
        again = short.stderr.splitlines()[-1].partition("heygen-async ")[2]
        rest = shell.run(tmp_path, *again.replace("MORE", "5").split(), **to)
        in_all = kept_charges(to)

    assert "3 failed for good" in failed.stderr
    assert short.returncode == 1, short.stderr
    assert short.stderr.startswith("$0.00 is spent already, of the budget of $0.25.\n")
    assert 0 < paid < 3
    begins = "retry " if named else "resume --retry-failed "
    assert again.startswith(begins + journal)
    assert again.endswith("--budget MORE")
    assert rest.returncode == 0, rest.stderr
    assert in_all == 3


def test_what_failed_for_good_is_tried_again_when_that_is_asked_for(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").write_text("look,script,resolution\nsim-look-mia,Hello,720p\n")
    common = ("--speed", "1000", "--json")
    with simulator("--speed", "1000", "--fault", "failed:createVideo") as to:
        failed = batch(shell, tmp_path, *common, **to)
        page = (tmp_path / "videos" / "report.html").read_text()
        without_faults(to)
        left = batch(shell, tmp_path, "--dry-run", "--json", **to)
        priced = batch(shell, tmp_path, "--dry-run", "--json", "--retry-failed", **to)
        mended = batch(shell, tmp_path, *common, "--retry-failed", **to)
        again = shell.run(tmp_path, "retry", "videos/batch.journal.db", **to)

    assert failed.returncode == 1, failed.stderr
    assert lines(failed)[0]["error"] == "VideoFailedError"
    assert failed.stderr.splitlines()[-2] == (
        "1 failed for good: heygen-async retry videos/batch.journal.db --dry-run tells why."
    )
    assert "goes on" not in failed.stderr
    assert "VideoFailedError" in page
    (left_alone,), (tried,) = lines(left), lines(priced)
    assert (left_alone["failed"], left_alone["estimated_usd"]) == (1, 0)
    assert (tried["failed"], tried["estimated_usd"]) == (0, 0.08)
    assert mended.returncode == 0, mended.stderr
    assert lines(mended)[-1]["done"] == 1
    assert again.returncode == 0, again.stderr
    assert again.stderr == "Nothing in it has failed for good.\n"


def test_a_retry_puts_the_papers_of_its_batch_in_order(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text("look,script,resolution,output\nsim-look-mia,Hi,720p,a\n")
    speed = ("--speed", "1000")
    with simulator(*speed, "--fault", "failed:createVideo") as to:
        batch(shell, tmp_path, *speed, **to)
        without_faults(to)
        mended = shell.run(tmp_path, "retry", "videos/batch.journal.db", *speed, **to)

    assert mended.returncode == 0, mended.stderr
    videos = tmp_path / "videos"
    assert {path.name for path in videos.iterdir()} == {
        *("a.mp4", "a.json", "report.html", "results.csv", "results.jsonl", "batch.journal.db")
    } | {path.name for path in videos.glob("batch.journal.db*")}
    assert '"state":"done"' in (videos / "results.jsonl").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_a_signal_leaves_a_report_and_the_same_command_goes_on(
    shell: Shell, interpreters: Shell, number: signal.Signals, tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    words = ("batch", "jobs.csv", "--out", "videos", "--speed", "40", "-v")
    with simulator("--speed", "40") as to:
        with interpreters.start(tmp_path, *words, **to) as process:
            assert process.stderr is not None
            stderr = ""
            for line in process.stderr:
                stderr += line
                if "createVideo 200" in line:
                    process.send_signal(number)
                    break
            stdout, rest = process.communicate()
        results = (tmp_path / "videos" / "results.jsonl").read_text()
        standing = shell.run(tmp_path, "status", "videos/batch.journal.db")
        resumed = batch(shell, tmp_path, "--speed", "40", "--json", **to)
        known = ledger(to)

    stderr += rest
    assert process.returncode == 130, stderr
    assert "interrupted" in stderr
    assert stderr.rstrip().endswith("heygen-async batch jobs.csv --out videos --speed 40 -v")
    assert "0 of 3 done, 3 not finished" in stdout
    assert '"state":"rendering"' in results
    assert standing.stdout.splitlines()[-3].startswith("3 jobs, ")
    assert standing.stdout.splitlines()[-2].endswith(" of 10 in use")
    assert resumed.returncode == 0, resumed.stderr
    assert "Going on from videos/batch.journal.db" in resumed.stderr
    assert lines(resumed)[-1]["done"] == 3
    assert [one["operation"] for one in known["charges"]] == ["createVideo"] * 3


# --- what is looked at before anything is paid ---------------------------------------------------


@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["run", "dry run"])
def test_wrong_ids_are_told_by_row_before_an_avatar_is_paid(
    shell: Shell, dry: tuple[str, ...], portrait: Path, tmp_path: Path
) -> None:
    (tmp_path / "ada.jpg").write_bytes(portrait.read_bytes())
    (tmp_path / "jobs.csv").write_text(
        "photo,look,script,voice\n"
        "ada.jpg,,One,sim-voice-anna\n"
        "ada.jpg,,Two,no-voice\n"
        ",no-look,Three,sim-voice-anna\n"
    )
    with simulator("--speed", "1000") as to:
        done = batch(shell, tmp_path, *dry, "--speed", "1000", "--json", **to)
        known = ledger(to)

    assert done.returncode == 2, done.stderr
    (told,) = lines(done)
    assert [row["row"] for row in told["rows"]] == [3, 4]
    assert "`heygen-async voices list`" in told["rows"][0]["rule"]
    assert "no-look; `heygen-async avatars looks`" in told["rows"][1]["rule"]
    assert known["charges"] == []
    assert known["requests"]["getVoice"] == known["requests"]["getAvatarLook"] + 1 == 2


def test_a_row_whose_look_is_gone_since_it_was_made_stops_nothing(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    speed = ("--speed", "1000")
    with simulator(*speed) as to:
        batch(shell, tmp_path, *speed, **to)
        before = ledger(to)["requests"]["getAvatarLook"]
        again = batch(shell, tmp_path, *speed, **to)
        after = ledger(to)["requests"]["getAvatarLook"]

    assert again.returncode == 0, again.stderr
    assert before == after == 1


def test_a_dry_run_refuses_what_would_be_refused_in_earnest(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    (tmp_path / "file").write_text("no folder")
    speed = ("--speed", "1000")
    with simulator(*speed) as to:
        poor = batch(shell, tmp_path, "--dry-run", "--budget", "0.01", **to)
        nowhere = shell.run(tmp_path, "batch", "jobs.csv", "--out", "file/x", "--dry-run", **to)
        left = [path.name for path in tmp_path.iterdir()]
        some = batch(shell, tmp_path, *speed, "--slots", "1", "--budget", "0.25", **to)
        again = batch(shell, tmp_path, "--dry-run", "--budget", "0.25", **to)
        more = batch(shell, tmp_path, "--dry-run", "--budget", "0.5", **to)

    assert (poor.returncode, nowhere.returncode) == (2, 2)
    assert "$0.01 does for none of the videos" in poor.stderr
    assert "--out: nothing can be written into" in nowhere.stderr
    assert sorted(left) == ["file", "jobs.csv"]
    assert some.returncode == 1, some.stderr
    assert again.returncode == 2, again.stderr
    assert "that is spent already; at least --budget" in again.stderr
    assert more.returncode == 0, more.stderr


def test_a_budget_below_the_cheapest_video_is_refused_before_its_avatar_is_paid(
    shell: Shell, portrait: Path, tmp_path: Path
) -> None:
    (tmp_path / "ada.jpg").write_bytes(portrait.read_bytes())
    (tmp_path / "jobs.csv").write_text("photo,script,voice\nada.jpg,Hello,sim-voice-anna\n")
    speed = ("--speed", "1000")
    with simulator(*speed) as to:
        refused = batch(shell, tmp_path, *speed, "--budget", "1.01", **to)
        known = ledger(to)
        least = refused.stderr.partition("at least --budget ")[2].partition(" ")[0]
        done = batch(shell, tmp_path, *speed, "--budget", least, **to)

    assert refused.returncode == 2, refused.stderr
    assert "goes on" not in refused.stderr
    assert "To go on" not in refused.stderr
    assert known["charges"] == []
    assert done.returncode == 0, done.stderr


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_sent(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    (tmp_path / "videos").mkdir()
    (tmp_path / "file").touch()
    with simulator() as to:
        done = shell.run(tmp_path, "batch", "jobs.csv", "--out", "file/videos", **to)
        known = ledger(to)

    assert done.returncode == 2
    assert done.stderr.startswith("error: --out: nothing can be written into")
    assert len(done.stderr.splitlines()) == 1
    assert known["requests"] == {}


def test_simulated_videos_do_not_go_among_those_of_a_server(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    speed = ("--speed", "1000")
    with simulator(*speed) as to:
        batch(shell, tmp_path, *speed, **to)
    page = (tmp_path / "videos" / "report.html").read_bytes()

    refused = batch(shell, tmp_path, "--simulate", *speed)

    assert refused.returncode == 2, refused.stderr
    assert "take another folder" in refused.stderr
    assert (tmp_path / "videos" / "report.html").read_bytes() == page


# --- files that this journal did not make --------------------------------------------------------


def films(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "videos").glob("*.mp4")}


@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["run", "dry run"])
def test_videos_of_another_journal_are_replaced_only_when_that_is_asked_for(
    shell: Shell, dry: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    speed = ("--speed", "1000")
    with simulator(*speed) as to:
        batch(shell, tmp_path, *speed, "--journal", "j1.db", **to)
        about = json.loads((tmp_path / "videos" / "Ann.json").read_text())
        before = films(tmp_path)
        (tmp_path / "jobs.csv").write_text(LOOKS + "sim-look-mia,Hello {who},Dan,720p,Dan\n")

        forgotten = batch(shell, tmp_path, *speed, *dry, **to)
        asked = ledger(to)["requests"]
        begun = list((tmp_path / "videos").glob("*.db"))
        (tmp_path / "j2.db").touch()
        other = batch(shell, tmp_path, *speed, *dry, "--journal", "j2.db", "--json", **to)
        simulated = batch(shell, tmp_path, *speed, *dry, "--simulate")
        charged, after = len(ledger(to)["charges"]), films(tmp_path)
        meant = batch(shell, tmp_path, *speed, "--overwrite", **to)
        paid = len(ledger(to)["charges"])

    assert [one.returncode for one in (forgotten, other, simulated)] == [2, 2, 2]
    head, *rows, last = forgotten.stderr.splitlines()
    assert head.split() == ["row", "line", "column", "value", "rule"]
    assert [row.split()[:4] for row in rows] == [
        [str(row), str(row), "output", f"{who}.mp4"]
        for row, who in ((2, "Ann"), (3, "Bob"), (4, "Cem"))
    ]
    assert f"made by job {about['job_id']} (video {about['video_id']})" in rows[0]
    assert last.startswith("error: --out: 3 files in videos would be replaced")
    assert "--overwrite" in last
    assert asked.get("createVideo") == 3
    assert [row["row"] for row in json.loads(other.stdout)["rows"]] == [2, 3, 4]
    assert (charged, after) == (3, before)
    assert begun == []
    assert meant.returncode == 0, meant.stderr
    assert paid == 7


def test_a_batch_in_its_own_journal_replaces_what_it_made_and_fetches_what_was_put_over_it(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    speed = ("--speed", "1000", "--journal", "j.db")
    videos = tmp_path / "videos"
    with simulator(*speed[:2]) as to:
        batch(shell, tmp_path, *speed, **to)
        before = films(tmp_path)
        (videos / "Ann.mp4").write_bytes(b"cut off")
        (videos / "Bob.json").unlink()
        told = json.loads((videos / "Cem.json").read_text())
        stranger = told | {"video_id": "another", "job_id": "stranger"}
        (videos / "Cem.json").write_text(json.dumps(stranger))
        (videos / "Cem.mp4").write_bytes(b"x" * len(before["Cem.mp4"]))
        (videos / "Cem.json").touch()
        again = batch(shell, tmp_path, *speed, **to)
        mended, charged = films(tmp_path), len(ledger(to)["charges"])
        (videos / "Ann.json").unlink()
        (tmp_path / "jobs.csv").write_text(LOOKS.replace("Hello", "Howdy"))
        changed = batch(shell, tmp_path, *speed, **to)

    assert again.returncode == 0, again.stderr
    assert (mended, charged) == (before, 3)
    assert changed.returncode == 0, changed.stderr
    now = json.loads((videos / "Cem.json").read_text())
    assert now["video_id"] != told["video_id"]


def test_a_file_of_the_users_is_not_replaced_by_a_row_that_was_added(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    mine = tmp_path / "videos" / "Dan.mp4"
    speed = ("--speed", "1000")
    with simulator(*speed) as to:
        batch(shell, tmp_path, *speed, **to)
        mine.write_bytes(b"mine")
        (tmp_path / "jobs.csv").write_text(LOOKS + "sim-look-mia,Hello {who},Dan,720p,Dan\n")
        done = [batch(shell, tmp_path, *speed, *dry, **to) for dry in ((), ("--dry-run",))]
        charged = len(ledger(to)["charges"])

    for one in done:
        assert one.returncode == 2, one.stderr
        assert "Dan.mp4  is there already, and no sidecar says what made it" in one.stderr
    assert (charged, mine.read_bytes()) == (3, b"mine")


def test_simulated_videos_may_be_simulated_again(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text(LOOKS)
    words = ("--simulate", "--speed", "1000")

    done = [batch(shell, tmp_path, *words) for _ in range(2)]

    assert [one.returncode for one in done] == [0, 0], done[-1].stderr
    assert json.loads((tmp_path / "videos" / "Ann.json").read_text())["simulated"] is True


def test_a_batch_tells_its_losses_beside_the_price(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text(
        "generate,script,voice\n"
        '"age=Senior,style=Vintage",Hi,sim-voice-anna\n"age=Senior,style=Vintage",Ho,sim-voice-anna\n'
    )

    done = batch(shell, tmp_path, "--dry-run", "--simulate", "--dialect", "agentai")

    assert done.returncode == 0, done.stderr
    assert "(2 jobs)" in done.stderr, done.stderr
    assert done.stderr.startswith("warning: ")
