from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator.media import sniff
from heygen_async.simulator.world.faults import Fault

FILM = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}


def _removal(box: Any, **options: Any) -> Any:
    return box.call("createBackgroundRemoval", {"video": FILM} | options)


def _get(box: Any, job_id: str) -> Any:
    return box.call("getBackgroundRemoval", job_id=job_id)


def test_a_removal_pends_is_processed_and_completes(box: Any) -> None:
    created = _removal(box)

    seen = [created["status"]]
    for seconds in (3.0, 56.9, 0.1):
        box.wait(seconds)
        seen.append(_get(box, created["id"])["status"])

    assert seen == ["pending", "processing", "processing", "completed"]


def test_the_layers_asked_for_are_there_when_it_is_completed(box: Any) -> None:
    job_id = _removal(box, layers=["mask", "background", "mask"])["id"]
    running = _get(box, job_id)

    box.wait(60.0)

    done = _get(box, job_id)
    assert (running["layers"], running["duration"], running["completed_at"]) == ({}, None, None)
    assert list(done["layers"]) == ["mask", "background"]
    assert (done["duration"], done["completed_at"]) == (10.0, done["created_at"] + 60)


def test_without_a_choice_the_foreground_is_made(box: Any) -> None:
    job_id = _removal(box)["id"]
    box.wait(60.0)

    assert list(_get(box, job_id)["layers"]) == ["foreground"]


def test_the_layers_are_films_that_differ(box: Any) -> None:
    job_id = _removal(box, layers=["foreground", "mask", "background"])["id"]
    box.wait(60.0)

    films = [
        box.world.files[f"background-removals/{job_id}/{layer}.mp4"]
        for layer in ("foreground", "mask", "background")
    ]

    assert len({it.make().image for it in films}) == 3
    assert sniff(films[1].read()) == "video/mp4"


def test_the_same_request_id_is_the_same_job_whatever_else_is_asked(box: Any) -> None:
    first = _removal(box, request_id="r-1")
    box.wait(60.0)

    second = _removal(box, request_id="r-1", layers=["mask"], title="Other")
    third = _removal(box, request_id="r-2")

    assert second["id"] == first["id"] != third["id"]
    assert (second["status"], list(second["layers"])) == ("completed", ["foreground"])
    assert len(box.world.ledger.charges) == 2


def test_a_request_id_counts_for_its_account_only(box: Any) -> None:
    first = _removal(box, request_id="r-1")
    box.credential = "another-key"

    second = _removal(box, request_id="r-1")

    assert first["id"] != second["id"]


def test_without_a_request_id_each_request_is_paid(box: Any) -> None:
    first, second = _removal(box), _removal(box)

    assert first["id"] != second["id"]
    assert [it.credits for it in box.world.ledger.charges] == [0.167, 0.167]


def test_the_error_of_a_failed_removal_is_a_string_and_it_is_refunded(box: Any) -> None:
    box.world.faults.add(Fault("failed", operation="createBackgroundRemoval", message="No person"))
    job_id = _removal(box)["id"]

    box.wait(60.0)

    shown = _get(box, job_id)
    assert (shown["status"], shown["error"], shown["layers"]) == ("failed", "No person", {})
    assert box.account.balance == 1000.0


def test_a_deleted_removal_says_so_has_no_files_and_is_not_listed(box: Any) -> None:
    first, second = _removal(box)["id"], _removal(box)["id"]
    box.wait(60.0)

    deleted = box.call("deleteBackgroundRemoval", job_id=first)

    shown = _get(box, first)
    assert deleted == {"id": first, "deleted": True}
    assert (shown["status"], shown["layers"]) == ("deleted", {})
    assert [it["id"] for it in box.call("listBackgroundRemovals")] == [second]
    assert not [path for path in box.world.files if first in path]


def test_a_removal_deleted_while_it_runs_stays_deleted(box: Any) -> None:
    job_id = _removal(box)["id"]
    box.call("deleteBackgroundRemoval", job_id=job_id)

    box.wait(60.0)

    assert _get(box, job_id)["status"] == "deleted"
    assert not [path for path in box.world.files if job_id in path]


@pytest.mark.parametrize("operation", ["getBackgroundRemoval", "deleteBackgroundRemoval"])
def test_an_unknown_removal_is_not_found(box: Any, operation: str) -> None:
    assert box.refused(operation, job_id="no").code == "resource_not_found"
