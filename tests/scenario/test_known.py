"""What follows from a scenario alone is worked out once for it."""

from __future__ import annotations

from sim.scenario.known import LAST, once
from sim.scenario.schema import Scenario


def scenario(people: int = 10) -> Scenario:
    return Scenario.model_validate({"population": {"total": people}}, context={"start": None})


def test_it_is_worked_out_once_for_a_scenario_and_anew_for_one_that_only_says_the_same() -> None:
    asked: list[Scenario] = []
    people = once(lambda told: asked.append(told) or told.population.total)
    one, like_it = scenario(), scenario()
    assert [people(one), people(one), people(like_it), people(one)] == [10] * 4
    assert [told is one for told in asked] == [True, False]


def test_it_is_kept_for_the_last_few_scenarios() -> None:
    asked: list[int] = []
    people = once(lambda told: asked.append(int(told.population.total)))
    told = [scenario(number) for number in range(1, LAST + 2)]
    for one in [*told, told[0]]:
        people(one)
    assert asked == [*range(1, LAST + 2), 1]
