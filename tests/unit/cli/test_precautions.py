from __future__ import annotations

from pathlib import Path

import pytest

from heygen_async.cli.batch.precautions import words_again
from heygen_async.cli.precautions import MOST, Named, keepable, writable
from heygen_async.client import HeyGen
from heygen_async.errors import AuthenticationError, BudgetError, InvalidInputError
from heygen_async.models.job import Job, Look, Script
from heygen_async.simulator import Fault, Simulator


def job(voice: str) -> Job:
    return Job(avatar=Look("sim-look-mia"), speech=Script("Hi", voice_id=voice))


def named(*voices: str) -> Named:
    made = Named()
    for voice in voices:
        made.note(job(voice))
    return made


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InvalidInputError, match="--out: nothing can be written into"):
        writable(tmp_path / "file" / "videos", "--out")


def test_trying_a_folder_leaves_nothing_in_it(tmp_path: Path) -> None:
    writable(tmp_path / "a" / "b", "--out")

    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_journal_in_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    keepable(str(tmp_path / "j.db"))
    keepable(str(tmp_path / "videos" / "j.db"), made=str(tmp_path / "videos"))

    with pytest.raises(
        InvalidInputError, match=r"--journal: there is no folder .*nothing was sent"
    ):
        keepable(str(tmp_path / "videos" / "j.db"))


def test_no_more_than_a_hundred_ids_are_kept_and_it_is_told() -> None:
    few, many = named("a", "b", "a"), named(*map(str, range(2 * MOST)))

    assert (len(few.ids), few.more) == (3, False)
    assert (len(many.ids), many.more) == (MOST, True)


async def test_only_what_heygen_does_not_know_is_refused() -> None:
    async with Simulator() as simulator, HeyGen("k", base_url=simulator.url) as heygen:
        lost = await named("sim-voice-anna", "gone").lost(heygen)

    assert lost
    lost.refuse(job("sim-voice-anna"))
    with pytest.raises(InvalidInputError, match="--voice: there is no voice gone"):
        lost.refuse(job("gone"), "--")


async def test_of_a_simulator_that_nobody_can_ask_the_voices_are_told() -> None:
    simulated = Named(simulate=True)
    simulated.note(job("gone"))
    async with Simulator() as simulator, HeyGen("k", base_url=simulator.url) as heygen:
        lost = await simulated.lost(heygen)

        with pytest.raises(InvalidInputError, match="sim-voice-anna and sim-voice-ben") as caught:
            lost.refuse(job("gone"), "--")
        known = [await heygen.voices.get(f"sim-voice-{name}") for name in ("anna", "ben")]
        looks = [await heygen.avatars.get(f"sim-look-{name}") for name in ("mia", "leo")]

    assert "voices list" not in caught.value.message
    assert len(known) == len(looks) == 2


@pytest.mark.parametrize(
    ("simulate", "known"),
    [
        (False, "`heygen-async avatars looks --group sim-group-mia` shows them"),
        (True, "the simulator has sim-look-mia and sim-look-leo, among others"),
    ],
)
async def test_a_group_that_is_taken_for_a_look_is_told_as_such(simulate: bool, known: str) -> None:
    group = Job(avatar=Look("sim-group-mia"), speech=Script("Hi"))
    nobody = Job(avatar=Look("nobody"), speech=Script("Hi"))
    looks = Named(simulate)
    looks.note(group)
    looks.note(nobody)
    async with Simulator() as simulator, HeyGen("k", base_url=simulator.url) as heygen:
        lost = await looks.lost(heygen)

    with pytest.raises(InvalidInputError) as caught:
        lost.refuse(group, "--")
    with pytest.raises(InvalidInputError, match="there is no look nobody"):
        lost.refuse(nobody)
    assert caught.value.message == (
        f"--look: sim-group-mia is an avatar group; name one of its looks; {known}"
    )


@pytest.mark.filterwarnings("ignore::heygen_async.errors.HeyGenV2Warning")
async def test_a_voice_that_only_v2_lists_is_not_refused_in_v2() -> None:
    async with Simulator() as simulator, HeyGen("k", base_url=simulator.url) as heygen:
        simulator.add_fault(
            Fault("internal_error", operation="getVoice", status=404, code="voice_not_found")
        )
        in_v3 = await named("sim-voice-anna").lost(heygen)
        in_v2 = await named("sim-voice-anna", "gone").lost(heygen, "v2")
        simulator.add_fault(Fault("internal_error", operation="list-voices-v2", status=400))
        unclear = await named("gone").lost(heygen, "v2")

    assert in_v3.ids == {("voice", "sim-voice-anna")}
    assert in_v2.ids == {("voice", "gone")}
    assert not unclear


async def test_an_account_that_cannot_be_asked_stops_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with Simulator() as simulator, HeyGen("k", base_url=simulator.url) as heygen:
        simulator.add_fault(Fault("internal_error", operation="getVoice"))
        lost = await named("sim-voice-anna").lost(heygen)

    assert not lost
    assert "Some voices or looks could not be checked" in capsys.readouterr().err


async def test_a_key_that_is_not_accepted_ends_it_at_once() -> None:
    async with Simulator(keys=["right"]) as simulator:
        async with HeyGen("wrong", base_url=simulator.url) as heygen:
            with pytest.raises(AuthenticationError):
                await named("sim-voice-anna").lost(heygen)


def test_a_budget_that_was_used_up_is_not_recommended_again() -> None:
    error = BudgetError("used up", cap=1.0, committed=1.0, asked=1.0)

    assert words_again(["batch", "--budget", "1"], error) == ["batch", "--budget", "MORE"]
    assert words_again(["batch", "--budget=1"], error) == ["batch", "--budget=MORE"]
    assert words_again(["batch", "--budget", "1"], None) == ["batch", "--budget", "1"]


def test_more_than_a_budget_that_was_remembered_is_asked_for_by_an_option() -> None:
    error = BudgetError("used up", cap=1.0, committed=1.0, asked=1.0)

    assert words_again(["resume", "j.db"], error) == ["resume", "j.db", "--budget", "MORE"]
    behind = ["resume", "--budget", "MORE", "--", "-j.db"]
    assert words_again(["resume", "--", "-j.db"], error) == behind
