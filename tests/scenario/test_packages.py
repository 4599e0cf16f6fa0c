"""What a person is handed in the first 72 hours, and what kits hold."""

from __future__ import annotations

import re

import pytest

from sim.scenario import standards
from sim.scenario.faults import ScenarioError
from sim.scenario.standards import packages
from sim.scenario.standards.amounts import amount
from sim.scenario.standards.packages import ARRIVAL, FEEDING, TRANSIT_NIGHT, contents


def lines(package: str, *guidance: str) -> set[str]:
    return {line.line for line in contents(package, guidance)}


def test_who_arrives_is_given_what_the_first_hours_ask_for() -> None:
    wanted = {"hot_meal", "biscuits", "water", "blanket", "nappies", "menstrual", "incontinence", "first_aid"}
    assert lines(ARRIVAL) >= wanted | {"information"}
    assert lines(TRANSIT_NIGHT) >= {"hot_meal", "biscuits", "water", "blanket"}


def test_something_hot_or_biscuits_one_of_the_two() -> None:
    for package in (ARRIVAL, TRANSIT_NIGHT):
        assert {line.line for line in contents(package) if line.choice == "meal"} == {"hot_meal", "biscuits"}


def test_three_litres_of_water_and_a_blanket_for_each() -> None:
    given = {line.line: line for line in contents(ARRIVAL)}
    assert (given["water"].amount, given["water"].unit) == (3, "L")
    assert (given["blanket"].amount, given["blanket"].once) == (1, True)
    blankets = given["blanket"].load(1000)
    assert blankets is not None
    assert (blankets.quantity, blankets.mass_kg) == (1000, pytest.approx(1600))


def test_an_amount_that_is_a_figure_is_a_day_of_it() -> None:
    for package in (ARRIVAL, TRANSIT_NIGHT):
        for line in contents(package):
            if line.figure:
                assert line.amount == amount(standards.named(line.figure), 1)
                assert line.source == standards.named(line.figure).source


def test_infant_formula_comes_only_with_feeding_guidance() -> None:
    for package in packages.packages():
        assert not any("formula" in line.line for line in contents(package))
    assert lines(ARRIVAL, FEEDING) - lines(ARRIVAL) == {"infant_formula"}


@pytest.mark.parametrize("goods", ["infant_formula", ""])
def test_infant_formula_told_without_its_guidance_is_refused(goods: str) -> None:
    head = "package,line,title,per,of,amount,unit,figure,goods,choice,once,guidance,source,found,confidence\n"
    row = f"arrival,infant_formula,Formula,person,infants,1,L,,{goods},,,,somebody,memory,low\n"
    with pytest.raises(ScenarioError, match=re.escape("mine.csv:2: guidance: infant formula is given under feeding")):
        packages.read(head + row, "mine.csv")


def test_every_line_has_a_source_and_says_how_it_was_found() -> None:
    for package in packages.packages():
        for line in contents(package, (FEEDING,)):
            assert line.source
            assert line.found in ("page", "repo", "memory", "derived")
            assert line.amount > 0


def test_a_package_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="no such package: 'arrivals'; did you mean 'arrival'"):
        contents("arrivals")
