"""Bad input: a clear error with its place and exit code 2, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.scenario import units
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load

ROAD = "corridor: {segments: {s: {from: a, to: b, length: 10 km, speed: 50 km/h}}}\n"
PEOPLE = "population: {total: 100 people}\n"

BAD = {
    "unit of another kind": ("population: {total: 100 km}\n", "does not fit"),
    "bare number": ("population: {total: 100}\n", "write '100 people'"),
    "negative count": ("population: {total: -5 people}\n", "too small"),
    "too many people": ("population: {total: 1000000000000 people}\n", "too large"),
    "misspelt key": (PEOPLE + "corridoor: {}\n", "did you mean 'corridor'"),
    "no length": (PEOPLE + ROAD.replace("10 km", "0 km"), "must be more than 0 km"),
    "capacity 0": (PEOPLE + ROAD.replace("speed", "capacity: 0 vehicles/h, speed"), "must be more than"),
    "capacity above the apex": (PEOPLE + ROAD.replace("speed", "capacity: 9999 vehicles/h, speed"), "apex"),
    "loop": (
        PEOPLE + "corridor: {segments: {s: {from: a, to: b, length: 1 km}, t: {from: b, to: a, length: 1 km}}}\n",
        "loop",
    ),
    "gap": (
        PEOPLE + "corridor: {segments: {s: {from: a, to: b, length: 1 km}, t: {from: c, to: d, length: 1 km}}}\n",
        "a gap",
    ),
    "shares": (PEOPLE + "vehicles: {classes: {car: {share: 50 %, seats: 5}}}\n", "must be 100 %"),
    "twice": (PEOPLE + PEOPLE, "stands twice"),
    "list": ("population: [1, 2]\n", "is a list"),
    "alias": ("a: &x {b: 1}\nc: *x\n", "anchors and aliases"),
    "comma in braces": ("population: {total: 1,150 people}\n", "split a number"),
    "not yaml": ("population: {total: 100\n", "not YAML"),
    "people unknown": ("population: {total: unknown}\n", "cannot be unknown"),
    "expression": ("population: {total: 9**9**9 people}\n", "is not a quantity"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_says_what_is_wrong_and_where(name: str, tmp_path: Path) -> None:
    text, message = BAD[name]
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert message in str(caught.value)
    assert "bad.yaml:" in str(caught.value)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(ScenarioError, match="cannot be read as text"):
        load(tmp_path / "bad.yaml")


def test_bases_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("base: b.yaml\n")
    (tmp_path / "b.yaml").write_text("base: a.yaml\n")
    with pytest.raises(ScenarioError, match="in a circle"):
        load(tmp_path / "a.yaml")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("population: {total: 5 km}\nhorizon: 3 L\n")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "bad.yaml")
    assert len(caught.value.faults) == 2


def test_an_error_in_the_base_names_the_base(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("population: {total: 5 km}\n")
    (tmp_path / "own.yaml").write_text("base: base.yaml\ntitle: x\n")
    with pytest.raises(ScenarioError, match=r"base\.yaml:1:"):
        load(tmp_path / "own.yaml")


@pytest.mark.parametrize(
    ("text", "unit", "value"), [("1,150 m3", "L", 1_150_000), ("90 min", "h", 1.5), ("5 %", "1", 0.05)]
)
def test_quantities_are_read_in_the_unit_wanted(text: str, unit: str, value: float) -> None:
    assert units.read(text, unit) == pytest.approx(value)


@pytest.mark.parametrize("text", ["9**9**9 km", "1 MT", "10 C", "km", "", "1 km km", "nan km", "1e999 km", "1 / km"])
def test_odd_quantities_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"quantity|unit|large"):
        units.read(text, "km")


def test_wrong_input_ends_with_exit_code_2_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("population: {total: 5 km}\n")
    command = [sys.executable, "-m", "sim", "run", str(tmp_path / "bad.yaml"), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
