"""Designs in files: every fault with its place, every shipped one sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.faults import ScenarioError
from sim.studies.design_file import experiment_in, is_design

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted((SCENARIOS / "sweeps").glob("*.yaml"))
ROAD = SCENARIOS / "example_bare_road.yaml"
LENGTH = "corridor.segments.road.length"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "design.yaml"
    path.write_text("\n".join([f"scenario: {ROAD.as_posix()}", *lines, ""]))
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_design_has_the_cases_it_tells(path: Path) -> None:
    assert is_design(path)
    asked = experiment_in(path)
    found = asked.design
    assert found.kind in ("latin", "sobol", "one_at_a_time")
    assert len(found.cases) >= len(found.varied) + 1
    for case in (found.cases[0], found.cases[-1]):
        assert list(case) == [one.path for one in found.varied]


def test_a_scenario_is_not_a_design() -> None:
    assert not is_design(ROAD)


def test_what_the_command_line_tells_goes_before_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "runs: 9", "seed: 3", "vary:", f"  {LENGTH}: 10..20 km", "set:", "  horizon: 50 h")
    asked = experiment_in(path)
    assert (len(asked.design.cases), asked.seed, asked.replications, asked.scenario.horizon) == (9, 3, 1, 50)
    other = experiment_in(path, {"horizon": "60 h"}, runs=5, seed=4, replications=2, design="grid")
    assert (len(other.design.cases), other.seed, other.replications, other.scenario.horizon) == (5, 4, 2, 60)
    assert other.design.kind == "grid"


def test_cases_may_be_written_down_one_by_one(tmp_path: Path) -> None:
    lines = [f"  short: {{ {LENGTH}: 10 km, population.present: 100 % }}"]
    lines += ["  long:", "    population.present: 50 %", "    corridor: { segments: { road: { length: 20 km } } }"]
    found = experiment_in(written(tmp_path, "cases:", *lines)).design
    assert found.cases == [{LENGTH: 10.0, "population.present": 1.0}, {LENGTH: 20.0, "population.present": 0.5}]
    assert found.told()["names"] == ["short", "long"]
    assert found.kind == "file"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["vari:", f"  {LENGTH}: 1..2 km"], r"design\.yaml:3:3: vari: unknown key; did you mean 'vary'\?"),
        (
            ["runs: many", "vary:", f"  {LENGTH}: 1..2 km"],
            r"design\.yaml:2:7: runs: must be a whole number from 1 on; found 'many'",
        ),
        (
            ["design: sobl", "vary:", f"  {LENGTH}: 1..2 km"],
            r"design\.yaml:2:9: .* no design 'sobl'; did you mean 'sobol'",
        ),
        (["runs: 4", "vary:", f"  {LENGTH}: 2..1 km"], r"design\.yaml:4:\d+: .*length: the range is empty"),
        (["runs: 4", "vary:", f"  {LENGTH}: 1..2 L"], r"design\.yaml:4:\d+: .*the unit 'L' does not fit; use 'km'"),
        (["runs: 4", "vary:", f"  {LENGTH[:-1]}: 1..2 km"], r"design\.yaml:4:\d+: .* did you mean 'length'\?"),
        (
            ["runs: 4", "vary:", f"  {LENGTH}: [1 km, 2 km]"],
            r"design\.yaml:4:\d+: .*is a list; write values as 'a \| b \| c'",
        ),
        (["vary:", f"  {LENGTH}: 1..2 km"], r"design\.yaml: a latin design needs a number of runs"),
        (["vary: 3"], r"design\.yaml:2:7: vary: must be a mapping; found 3"),
        (["runs: 4"], r"tell either what is varied, under `vary`, or each case, under `cases`"),
        (["cases:", f"  one: {{ {LENGTH}: 1 km }}", "  two: {}"], r"cases\.two: tells nothing for corridor"),
        (["set: { horizn: 5 h }", "vary:", f"  {LENGTH}: 1..2 km"], r"design\.yaml:2:\d+: horizn: .*'horizon'"),
        (
            ["runs: 0", "vary:", f"  {LENGTH}: 1..2 km"],
            r"design\.yaml:2:7: runs: must be a whole number from 1 on; found 0",
        ),
    ],
)
def test_a_fault_says_place_what_was_found_and_what_would_be_right(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        experiment_in(written(tmp_path, *lines))


def test_a_scenario_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    (tmp_path / "road.yaml").write_text("")
    path.write_text("scenario: raod.yaml\nvary: { horizon: 1..2 h }\n")
    with pytest.raises(
        ScenarioError, match=r"design\.yaml:1:11: scenario: no such file: raod\.yaml; did you mean 'road"
    ):
        experiment_in(path)
