"""Inputs in words: by their own wording, or by the schema's descriptions and the names of places."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.scenario import saying
from sim.scenario.paths import kind_at

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
BOOTH = "corridor.checkpoints.hakari.booth_rate"


def test_every_wording_is_of_an_input_that_there_is():
    for row in saying.wordings():
        assert kind_at(row.path.replace("*", "somewhere"))
        assert row.question.endswith("?")
        assert "{value}" in row.fewer
        assert "{value}" in row.more


def test_no_wording_knows_a_place():
    paths = [key for row in saying.wordings() for key in row.path.split(".")]
    names = {key for file in SHIPPED for path in sim.load(file).uncertainty for key in path.split(".")}
    told = " ".join(row.question + row.fewer + row.more for row in saying.wordings())
    assert [name for name in names - set(paths) if name in told.split()] == []


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_input_that_varies_in_a_shipped_scenario_has_a_question(file):
    scenario = sim.load(file)
    for path, how in scenario.uncertainty.items():
        question = saying.question(path, factor=hasattr(how, "factor"))
        assert question.endswith("?")
        assert question[0].isupper()
        assert len(question.split()) >= 4
        assert "_" not in question
        assert "None" not in question


def test_an_input_with_its_own_wording_is_asked_in_it():
    assert saying.question(BOOTH) == "How many vehicles an hour does one booth of checkpoint hakari pass?"
    assert saying.question("fuel.held.mean") == "How many litres does a vehicle have when it sets off?"


def test_an_input_without_one_is_asked_by_its_description_and_its_place():
    assert saying.question("transport.helicopters.to_sisian.seats") == (
        "Patients each takes (helicopter to sisian): how many?"
    )
    assert saying.question("reception.accommodation.share") == (
        "Share of parties that ask for one (accommodation): how many in a hundred?"
    )
    assert saying.question("corridor.segments.*.speed", factor=True) == (
        "Free-flow speed (every segment): how many times what is told may it be?"
    )


def test_limits_read_as_clauses():
    assert saying.limit(BOOTH, None, 190.0) == "a booth of checkpoint hakari passes fewer than 190 vehicles an hour"
    assert saying.limit("fuel.ration", 10.0, 20.0) == "a vehicle is given more than 10 L, yet less than 20 L"
    assert saying.limit("weather.night_speed", 0.5, None) == "the share of the usual speed at night lies above 50 %"
    assert saying.limit("transport.helicopters.a.cycle", None, 2.0) == (
        "hours from one take-off to the next (helicopter a) lie below 2 h"
    )


def test_limits_are_rounded_by_no_more_than_a_hundredth_of_what_was_varied():
    assert saying.rounded(189.37, 200) == 190
    assert saying.rounded(0.4567, 0.6) == 0.46
    for value in (189.37, 61.237, 0.0123, 98_765.4):
        for across in (0.5, 3.0, 70.0, 4000.0):
            assert abs(saying.rounded(value, across) - value) <= 0.01 * across + 1e-12


def test_a_column_that_is_no_path_is_its_own_name():
    assert saying.label("x1") == "x1"
    assert saying.unit("x1") == ""
