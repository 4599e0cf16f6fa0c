"""The name of a planning figure stands where a number could, and own values stand before the library's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.scenario import standards
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.provenance import origins
from sim.scenario.standards import explain, named

PLAN = """population: {total: 100 people}
start: 2023-09-24 13:00
blockade:
  from: -240 h
  items:
    water: {unit: UNIT, need: NAME, opening_stock: 10}
"""


def plan(tmp_path: Path, text: str) -> sim.scenario.schema.Scenario:  # type: ignore[name-defined]
    file = tmp_path / "plan.yaml"
    file.write_text(text)
    return load(file)


@pytest.mark.parametrize(("unit", "need"), [("L", 15.0), ("m3", 0.015), ("mL", 15_000.0)])
def test_a_figure_is_read_in_the_unit_of_its_item(tmp_path: Path, unit: str, need: float) -> None:
    scenario = plan(tmp_path, PLAN.replace("UNIT", unit).replace("NAME", "sphere.water.total"))
    assert scenario.blockade.items["water"].need == pytest.approx(need)


def test_a_months_soap_is_a_thirtieth_a_day(tmp_path: Path) -> None:
    scenario = plan(tmp_path, PLAN.replace("UNIT", "kg").replace("NAME", "sphere.hygiene.bathing_soap"))
    assert scenario.blockade.items["water"].need == pytest.approx(0.25 / 30)


def test_a_quantity_told_by_name_carries_the_source_of_its_figure(tmp_path: Path) -> None:
    scenario = plan(tmp_path, PLAN.replace("UNIT", "L").replace("NAME", "sphere.water.total"))
    row = next(row for row in origins(scenario) if row.path == "blockade.items.water.need")
    assert (row.value, row.origin, row.confidence, row.date) == ("15", "sourced", "high", "2018-11-01")
    assert "sphere.water.total, 15 L per person/day: Sphere 2018" in row.source


def test_what_is_from_memory_counts_as_assumed(tmp_path: Path) -> None:
    car = "{share: 100 %, seats: 5, use: practice.fuel.car}"
    told = f"population: {{total: 100 people}}\nvehicles: {{classes: {{car: {car}}}}}\n"
    scenario = plan(tmp_path, told)
    assert scenario.vehicles.classes["car"].use.centre == pytest.approx(0.08)
    row = next(row for row in origins(scenario) if row.path.startswith("vehicles.classes.car.use"))
    assert row.origin == "assumed"


BAD = {
    "unknown": (
        PLAN.replace("UNIT", "L").replace("NAME", "sphere.water.totl"),
        6,
        "did you mean 'sphere.water.total'?",
    ),
    "another kind": (
        PLAN.replace("UNIT", "kg").replace("NAME", "sphere.water.total"),
        6,
        "sphere.water.total is 15 L per person/day, which does not fit; 'kg/day' is due",
    ),
    "a time that would be lost": (
        "population: {total: 100 people}\nfuel: {ration: sphere.water.total}\n",
        2,
        "is 15 L per person/day, which does not fit; 'L' is due",
    ),
    "a number for people": (
        "population: {total: 100 people, present: sphere.water.total}\n",
        1,
        "which does not fit; a plain number is due",
    ),
    "own value of another kind": (
        "population: {total: 100 people}\nneeds: {figures: {sphere.water.total: 18 kg}}\n",
        2,
        "the unit 'kg' does not fit; use 'L'",
    ),
    "own value without unit": (
        "population: {total: 100 people}\nneeds: {figures: {sphere.water.total: 18}}\n",
        2,
        "sphere.water.total: 18 has no unit",
    ),
    "own value below nothing": (
        "population: {total: 100 people}\nneeds: {figures: {sphere.water.total: -1 L}}\n",
        2,
        "-1 L is not possible",
    ),
    "own value of no figure": (
        "population: {total: 100 people}\nneeds: {figures: {sphere.water.totl: 18 L}}\n",
        2,
        "did you mean 'sphere.water.total'?",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_does_not_fit_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    text, line, message = BAD[name]
    with pytest.raises(ScenarioError) as caught:
        plan(tmp_path, text)
    assert message in str(caught.value)
    assert f"plan.yaml:{line}:" in str(caught.value)


def test_shares_are_told_by_name_too(tmp_path: Path) -> None:
    patients = "{insulin: {people: practice.share.insulin}, dialysis: {people: ndt.share.dialysis}}"
    scenario = plan(tmp_path, f"population: {{total: 120000 people, patients: {patients}}}\n")
    found = {name: group.people.of(scenario.present) for name, group in scenario.population.patients.items()}
    assert found == {"insulin": pytest.approx(600), "dialysis": pytest.approx(27.48)}


def test_an_own_value_stands_in_place_of_the_librarys(tmp_path: Path) -> None:
    own = {"sphere.water.total": "18 L", "wfp.food.energy": "0.5 person-day"}
    assert standards.drawn_at("water", own).value == 18
    assert standards.drawn_at("food", own).value == 0.5
    assert standards.drawn_at("water").value == 15
    assert "in place of 15" in standards.drawn_at("water", own).source
    higher = standards.with_own(named("sphere.water.total"), {"sphere.water.total": "unhcr.water.post_emergency"})
    assert higher.value == pytest.approx(20)


def test_an_own_value_changes_what_people_need(tmp_path: Path) -> None:
    told = "population: {total: 100 people}\nhorizon: 48 h\n"
    usual = sim.run(plan(tmp_path, told), seed=1)
    own = sim.run(plan(tmp_path, told + "needs: {figures: {sphere.water.total: 30 L}}\n"), seed=1)
    from sim.results.requirement import amounts, figures

    def water(record: sim.model.record.Record) -> float:  # type: ignore[name-defined]
        figure = next(f for f in figures(record.scenario) if f.name == "sphere.water.total")
        return float(amounts(record)(figure).need.sum())

    assert water(usual) == pytest.approx(100 * 15 * 2)
    assert water(own) == pytest.approx(2 * water(usual))


def test_an_own_value_is_told_on_the_command_line_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("population: {total: 100 people}\n")
    path = "needs.figures.sphere.water.total"
    scenario = load(file, {path: "18 L"})
    assert standards.drawn_at("water", scenario.needs.figures).value == 18
    row = next(row for row in origins(scenario) if row.path == path)
    assert (row.value, row.default, row.unit) == ("18 L", "15", "L")
    assert standards.drawn_at("water", sim.change(scenario, {path: 9.0}).needs.figures).value == 9
    with pytest.raises(ScenarioError, match=r"did you mean 'sphere\.water\.total'"):
        load(file, {"needs.figures.sphere.water.totl": "18 L"})


def needsim(*told: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sim", *told], capture_output=True, text=True, check=False)


def test_the_list_in_json_holds_every_figure_with_its_source() -> None:
    told = json.loads(needsim("standards", "--json").stdout)
    assert [row["name"] for row in told] == [figure.name for figure in standards.figures()]
    keys = ["name", "value", "unit", "per", "level", "edition", "source", "confidence"]
    assert all(list(row) == keys and row["source"] for row in told)


def test_one_figure_is_explained() -> None:
    told = needsim("standards", "unhcr.relief.tarpaulin").stdout
    assert "Tarpaulins of 4 m by 5 m" in told
    assert "2 piece per household (range 1 to 2)" in told
    assert "page, confidence high" in told
    assert "4.2 kg, 0.0115 m3" in told


def test_a_figure_that_is_not_there_ends_with_the_nearest_name() -> None:
    told = needsim("standards", "sphere.watr.total")
    assert told.returncode == 2
    assert "no such planning figure: 'sphere.watr.total'; did you mean 'sphere.water.total'?" in told.stderr
    assert told.stdout == ""


def test_figures_are_found_by_sector_by_item_and_by_the_beginning_of_their_names() -> None:
    assert {figure.sector_code for figure in explain.matching("NUT")} == {"NUT"}
    assert {figure.item for figure in explain.matching("latrine")} == {"latrine"}
    assert all(figure.name.startswith("sphere.water.") for figure in explain.matching("sphere.water"))


def test_figures_are_listed_without_loading_numbers_units_or_files() -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sim", "standards"], capture_output=True, text=True, check=True
    )
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in told.stderr.splitlines()}
    assert not loaded & {"numpy", "pandas", "scipy", "matplotlib", "pydantic", "pint", "yaml"}
