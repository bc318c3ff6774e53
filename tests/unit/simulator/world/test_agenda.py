from __future__ import annotations

import math

from heygen_async.simulator.world.agenda import Agenda


def test_actions_run_in_the_order_of_time_and_are_told_their_own_moment() -> None:
    agenda, told = Agenda(), []
    agenda.at(3.0, told.append)
    agenda.at(1.0, told.append)

    agenda.advance(5.0)

    assert told == [1.0, 3.0]


def test_an_action_may_plan_another_that_is_already_due() -> None:
    agenda, told = Agenda(), []
    agenda.at(1.0, lambda moment: agenda.at(moment + 1.0, told.append))

    agenda.advance(5.0)

    assert told == [2.0]


def test_nothing_happens_before_its_time_nor_at_infinity() -> None:
    agenda, told = Agenda(), []
    agenda.at(6.0, told.append)
    agenda.at(math.inf, told.append)

    agenda.advance(5.0)

    assert told == []


def test_an_agenda_says_when_something_happens_next_and_when_that_changed() -> None:
    agenda, heard = Agenda(), []
    agenda.listener = lambda: heard.append(agenda.next_due())

    idle = agenda.next_due()
    agenda.at(3.0, lambda _: None)
    agenda.at(math.inf, lambda _: None)
    agenda.at(1.0, lambda _: None)
    agenda.advance(1.0)

    assert heard == [3.0, 1.0]
    assert (idle, agenda.next_due()) == (math.inf, 3.0)
