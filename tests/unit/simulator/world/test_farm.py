from __future__ import annotations

from heygen_async.simulator.world.agenda import Agenda
from heygen_async.simulator.world.farm import Farm, Render


def _render(log: list[tuple[str, float]], name: str, seconds: float) -> Render:
    def begin(moment: float) -> float:
        log.append((f"{name} begins", moment))
        return moment + seconds

    return Render(begin=begin, settle=lambda moment: log.append((f"{name} ends", moment)))


def test_a_queued_job_begins_the_moment_a_slot_is_free_however_late_one_looks() -> None:
    agenda, peaks, log = Agenda(), [], []
    farm = Farm(agenda, 1, peaks.append)
    farm.enqueue(_render(log, "a", 10.0), 0.0)
    farm.enqueue(_render(log, "b", 5.0), 1.0)

    agenda.advance(100.0)

    assert log == [("a begins", 0.0), ("a ends", 10.0), ("b begins", 10.0), ("b ends", 15.0)]
    assert peaks == [1, 1]


def test_the_next_free_slot_is_that_of_the_job_that_ends_first() -> None:
    farm = Farm(Agenda(), 2, lambda _: None)
    farm.start(_render([], "a", 10.0), 0.0)
    farm.start(_render([], "b", 4.0), 1.0)

    free = farm.next_free()

    assert farm.full
    assert free == 5.0


def test_a_job_that_is_ended_early_frees_its_slot_once() -> None:
    agenda, log = Agenda(), []
    farm = Farm(agenda, 1, lambda _: None)
    end = farm.start(_render(log, "a", 10.0), 0.0)
    farm.enqueue(_render(log, "b", 50.0), 1.0)

    end(2.0)
    agenda.advance(20.0)

    assert log == [("a begins", 0.0), ("a ends", 2.0), ("b begins", 2.0)]
    assert farm.running == 1
