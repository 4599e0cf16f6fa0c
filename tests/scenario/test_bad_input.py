"""Bad input beyond the folder of invalid files: odd quantities, files that are not there, and the command itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.scenario import units
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load

INVALID = Path(__file__).parent / "invalid"


@pytest.mark.parametrize(
    ("text", "unit", "value"), [("1,150 m3", "L", 1_150_000), ("90 min", "h", 1.5), ("5 %", "1", 0.05)]
)
def test_quantities_are_read_in_the_unit_wanted(text: str, unit: str, value: float) -> None:
    assert units.read(text, unit) == pytest.approx(value)


@pytest.mark.parametrize("text", ["9**9**9 km", "1 MT", "10 C", "km", "", "1 km km", "nan km", "1e999 km", "1 / km"])
def test_odd_quantities_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"quantity|unit|large"):
        units.read(text, "km")


@pytest.mark.parametrize(("unit", "wanted"), units.USUAL)
def test_a_usual_conversion_is_that_of_the_definitions(unit: str, wanted: str) -> None:
    assert units.USUAL[unit, wanted] == units.registry().Quantity(1.0, unit).to(wanted).magnitude


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nothing\.yaml: no such file"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(ScenarioError, match="is a folder; must be a file"):
        load(tmp_path)


def test_what_is_set_on_the_command_line_is_named_as_its_place(tmp_path: Path) -> None:
    (tmp_path / "road.yaml").write_text("population: {total: 5 people}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"--set: horizon: the unit 'L' does not fit"):
        load(tmp_path / "road.yaml", {"horizon": "3 L"})


def test_wrong_input_ends_with_exit_code_2_and_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sim", "run", str(INVALID / "wrong_unit.yaml"), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "wrong_unit.yaml:2:22: population.total" in done.stderr
    assert not (tmp_path / "out").exists()
