"""The dotted path as the one handle: names with dots in them, and names that were mistyped."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.paths import change, keys_in
from sim.scenario.schema import Scenario

TOLD = """
population:
  total: 1000 people
  settlements: { St. Ives: { people: 40 %, at: ives }, town: { people: 60 %, at: ives } }
fuel: { depots: { haykazov: { stock: 500 L } } }
corridor: { segments: { road: { from: ives, to: border, length: 10 km } } }
transport: { buses: { city: { buses: 2 } }, trucks: { lorries: { trucks: 2 } } }
needs: { figures: { sphere.water.total: 15 L } }
"""


def told(folder: Path, more: str = "", changes: dict[str, str] | None = None) -> Scenario:
    file = folder / "told.yaml"
    file.write_text(TOLD + more, encoding="utf-8")
    return load(file, changes)


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("fuel.depots.haykazov.stock", ["fuel", "depots", "haykazov", "stock"]),
        ("needs.figures.sphere.water.total", ["needs", "figures", "sphere.water.total"]),
        ('needs.figures."sphere.water.total"', ["needs", "figures", "sphere.water.total"]),
        ("population.settlements.St. Ives.people", ["population", "settlements", "St. Ives", "people"]),
        ("corridor.segments.*.speed", ["corridor", "segments", "*", "speed"]),
        ("fuel.held.mean", ["fuel", "held", "mean"]),
        ("fuel.depots.haykazov.stok", ["fuel", "depots", "haykazov", "stok"]),
    ],
)
def test_a_name_may_have_dots(path: str, keys: list[str]) -> None:
    assert list(keys_in(path)) == keys


@pytest.mark.parametrize("path", ["needs.figures.sphere.water.total", 'needs.figures."sphere.water.total"'])
def test_a_planning_figure_is_reached_by_every_section_that_names_paths(tmp_path: Path, path: str) -> None:
    more = f"""
uncertainty: {{ '{path}': {{ distribution: uniform, low: 10 L, high: 20 L }} }}
levers: {{ '{path}': {{ low: 10 L, high: 20 L }} }}
sources: {{ '{path}': {{ note: a report, confidence: high, origin: sourced }} }}
"""
    scenario = told(tmp_path, more)
    for section in (scenario.uncertainty, scenario.levers, scenario.sources):
        assert list(section) == ["needs.figures.sphere.water.total"]
    assert told(tmp_path, changes={path: "12 L"}).needs.figures == {"sphere.water.total": "12 L"}


@pytest.mark.parametrize("path", ["population.settlements.St. Ives.people", 'population.settlements."St. Ives".people'])
def test_a_place_with_a_dot_in_its_name_is_reached(tmp_path: Path, path: str) -> None:
    scenario = told(tmp_path, changes={path: "30 %", "population.settlements.town.people": "70 %"})
    assert scenario.population.settlements["St. Ives"].people.share == pytest.approx(0.3)


def test_a_mistyped_figure_is_told_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"no such planning figure: .*; did you mean 'sphere\.water\.total'\?"):
        told(tmp_path, changes={"needs.figures.sphere.water.totl": "12 L"})


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("fuel.depots.haykazv.stock", "5 L", "no 'haykazv' is told of; did you mean 'haykazov'?"),
        ("transport.trucks.lorrys.trucks", "5", "no 'lorrys' is told of; did you mean 'lorries'?"),
        ("transport.buses.ctiy.buses", "5", "no 'ctiy' is told of; did you mean 'city'?"),
        ("fuel.depots.x.pumps", "5", "no 'x' is told of; must be one of haykazov"),
        ("reception.places.goris.capacity", "5 people", "no 'goris' is told of; none is (a new one is told in a file)"),
    ],
)
def test_a_change_brings_up_no_entry_that_nothing_was_told_of(tmp_path: Path, path: str, value: str, said: str) -> None:
    with pytest.raises(ScenarioError) as fault:
        told(tmp_path, changes={path: value})
    entry = path.rpartition(".")[0]
    assert f"--set: {entry}: {said}" in str(fault.value)
    with pytest.raises(ScenarioError) as fault:
        change(told(tmp_path), {path: value})
    assert f"{entry}: {said}" in str(fault.value)


def test_a_change_adds_an_entry_by_every_key_that_it_must_have(tmp_path: Path) -> None:
    keys = {"segment": "road", "from": "1 h", "until": "2 h"}
    scenario = told(tmp_path, changes={f"corridor.closures.night.{key}": value for key, value in keys.items()})
    assert scenario.corridor is not None
    assert scenario.corridor.closures["night"].until == 2
    with pytest.raises(ScenarioError, match=r"--set: corridor\.closures\.night\.until: is missing"):
        told(tmp_path, changes={f"corridor.closures.night.{key}": keys[key] for key in ("segment", "from")})


def test_a_class_of_vehicles_that_is_there_untold_can_be_changed() -> None:
    scenario = change(Scenario.model_validate({"population": {"total": 10}}), {"vehicles.per_household": 0.5})
    assert scenario.vehicles.per_household == 0.5
    with pytest.raises(ScenarioError, match=r"share"):
        change(scenario, {"vehicles.classes.car.seats": 4})
