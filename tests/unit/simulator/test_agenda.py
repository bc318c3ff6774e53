from __future__ import annotations

import math

from heygen_async.simulator.agenda import Agenda


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
