"""Every input that acts on a run is listed, with where it comes from and the usual value beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.acting import field_default
from sim.scenario.defaults import defaults
from sim.scenario.distributions import Distribution
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.paths import unit_at
from sim.scenario.provenance import Provenance, origins
from sim.scenario.units import read

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))


def rows(file: Path) -> dict[str, Provenance]:
    return {row.path: row for row in origins(load(file))}


def test_the_defaults_of_a_bare_road_are_listed_with_their_source() -> None:
    found = rows(SCENARIOS / "example_bare_road.yaml")
    assert found["population.household_size"].value == found["population.household_size"].default == "4"
    assert found["vehicles.per_household"].origin == "assumed"
    assert found["vehicles.shared_rides"].value == "0.88"
    assert found["corridor.segments.road.capacity"].value == "1300"
    assert "Highway" in found["corridor.segments.road.capacity"].source or "HCM" in str(found)
    assert found["needs.figures.sphere.water.total"].origin == "sourced"


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_each_input_is_sourced_fitted_or_assumed_and_says_how_far_it_can_be_trusted(file: Path) -> None:
    found = rows(file)
    assert {row.origin for row in found.values()} <= {"sourced", "fitted", "assumed"}
    assert [row.path for row in found.values() if row.confidence not in ("high", "medium", "low")] == []
    assert [row.path for row in found.values() if not row.source] == []
    assert len(found) == len(origins(load(file)))


def test_the_usual_value_stands_beside_the_own_one() -> None:
    found = rows(SCENARIOS / "lachin_2023.yaml")
    assert (found["population.household_size"].value, found["population.household_size"].default) == ("3.9", "4")
    assert found["corridor.segments.bridge.speed"].default == "50"
    assert found["incidents.clearing.cv"].default == "0.9"


def test_what_does_not_act_is_not_listed() -> None:
    found = rows(SCENARIOS / "example_needs_only.yaml")
    assert not [path for path in found if path.startswith(("vehicles", "departure", "corridor", "fuel", "incidents"))]


def test_a_value_told_without_a_source_is_assumed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("population: {total: 10 people}\n")
    row = rows(tmp_path / "a.yaml")["population.total"]
    assert (row.origin, row.source) == ("assumed", "told without a source")


KINDS = ("vehicles.classes.car", "vehicles.classes.motorcycle", "medical.without")
"""Classes of vehicles and limits that are there when none are told: no fields of their own."""


@pytest.mark.parametrize("path", [path for path in defaults() if not path.startswith(KINDS)])
def test_the_schema_takes_its_defaults_from_the_file(path: str) -> None:
    row, taken = defaults()[path], field_default(path.replace("corridor.*", "corridor.segments"))
    if row.value.startswith("{"):
        assert isinstance(taken, Distribution)
        assert taken.distribution in row.value
    else:
        centre = taken.centre if isinstance(taken, Distribution) else taken
        unit = unit_at(path.replace("corridor.*", "corridor.segments")).unit
        assert centre == pytest.approx(read(row.value, unit))


def test_neither_standards_nor_defaults_dated_later_than_as_of_may_enter(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(
        "as_of: 2000-01-01\npopulation: {total: 10 people}\ncorridor: {segments: {s: {from: a, to: b, length: 1 km}}}\n"
    )
    with pytest.raises(ScenarioError, match="later than as_of") as caught:
        load(tmp_path / "old.yaml")
    paths = {fault.path for fault in caught.value.faults}
    assert {"needs.figures.sphere.water.total", "corridor.segments.s.speed"} <= paths
    assert "tell your own value, or a later as_of" in str(caught.value)


def test_a_price_of_the_library_later_than_as_of_may_not_enter_where_it_meets_a_need(tmp_path: Path) -> None:
    told = "as_of: 2020-06-01\npopulation: {total: 10 people}\n"
    (tmp_path / "old.yaml").write_text(told)
    paths = faults(tmp_path / "old.yaml")
    assert "costs.prices.soap_bathing" in paths  # of 2021-24
    assert "costs.prices.ration_dry" not in paths  # of 2019
    assert "costs.prices.cash_month" not in paths  # of 2023, but cash is another way to meet the same needs
    own = "".join(f"    {path.rsplit('.', 1)[1]}: {{price: 1 USD, year: 2020}}\n" for path in paths if "prices" in path)
    (tmp_path / "own.yaml").write_text(f"{told}costs:\n  prices:\n{own}")
    assert not [path for path in faults(tmp_path / "own.yaml") if "prices" in path]


def faults(file: Path) -> set[str]:
    """Paths of the faults of a file."""
    try:
        load(file)
    except ScenarioError as error:
        return {fault.path for fault in error.faults}
    return set()
