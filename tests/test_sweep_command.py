"""What people type to sweep: each fault is placed at the option it stands in, and being stopped loses nothing."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from sim import cli
from sim.scenario.faults import ScenarioError
from sim.studies import sweep as studies
from sim.studies.stored import read
from tests.studies.sweeping import LENGTH, ROAD, SMALL, cut_off, here

command = import_module("sim.cli.sweep")

FEW = ("--set", "population.total=50 people")
LONGER = ("--vary", f"{LENGTH}=10..20 km")


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "mapped", lambda _workers, _on: here())


def swept(*told: object, out: Path) -> str:
    """What a sweep says on standard output and standard error."""
    done = CliRunner().invoke(cli.cli, ["sweep", *map(str, told), "--out", str(out)], catch_exceptions=False)
    return done.output


def test_a_sweep_over_a_scenario_makes_its_folder(tmp_path: Path) -> None:
    said = swept(ROAD, *LONGER, *FEW, "--runs", 3, out=tmp_path)
    folder = tmp_path / "example_bare_road-sweep"
    assert "example_bare_road: 3 of 3 cases" in said
    assert f"3 cases in {folder}, 0 failed" in said
    assert {"runs.csv", "runs.parquet", "runs.sqlite", "sweep.json"} <= {path.name for path in folder.iterdir()}
    assert read(folder).inputs[LENGTH].between(10, 20).all()


def test_json_is_one_document_of_the_cases(tmp_path: Path) -> None:
    words = ["sweep", str(ROAD), *LONGER, *FEW, "--runs", "2", "--json", "--out", str(tmp_path)]
    done = CliRunner().invoke(cli.cli, words, catch_exceptions=False)
    rows = json.loads(done.stdout)
    assert [row["case"] for row in rows] == [0, 1]
    assert set(rows[0]) > {LENGTH, "clearance.p95", "error"}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (
            ("--vary", "corridor.segments.raod.length=1..2 km"),
            r"^--vary: corridor\.segments\.raod.*did you mean 'road'",
        ),
        (("--vary", f"{LENGTH[:-1]}=1..2 km"), r"^--vary: .*no such path.*did you mean 'length'\?"),
        (("--vary", f"{LENGTH}=2..1 km"), r"^--vary: .*the range is empty"),
        (("--vary", f"{LENGTH}=1..2 L"), r"^--vary: .*the unit 'L' does not fit; use 'km'"),
        (("--vary", f"{LENGTH}=0..2 km"), r"^--vary: .*0 km is too small"),
        (LONGER, r"^--runs: a latin design needs a number of runs"),
        ((*LONGER, "--design", "sobol", "--runs", "5"), r"^--runs: 5 runs are too few: a sobol design .* at least 6"),
        ((), r"^--vary: varies nothing"),
    ],
)
def test_a_fault_is_placed_at_its_option_and_nothing_is_made(
    tmp_path: Path, told: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        swept(ROAD, *told, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ((ROAD, "--vary", LENGTH), "must be path=range"),
        ((ROAD, *LONGER, *LONGER), "stands twice"),
        ((ROAD, *LONGER, "--set", f"{LENGTH}=5 km"), "--set tells it as well"),
        ((SMALL, *LONGER), "says itself what is varied"),
        ((ROAD, *LONGER, "--on", "tcp://host:1", "--workers", "2"), "leave one of the two out"),
    ],
)
def test_options_that_contradict_each_other_are_refused(tmp_path: Path, told: tuple[object, ...], message: str) -> None:
    assert message in swept(*told, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_being_stopped_says_that_the_same_command_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = (SMALL, "--runs", 6, *FEW)
    with monkeypatch.context() as cut:
        cut.setattr(studies, "mapped", lambda _workers, _on: cut_off(4))
        said = swept(*words, out=tmp_path)
    assert "small: stopped; every case that was done is kept: the same command goes on from there" in said
    assert "small: 4 of 6 cases" in swept(*words, out=tmp_path)
    assert read(tmp_path / "small-sweep").missing == []


def test_progress_tells_the_rate_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 110.0])
    monkeypatch.setattr(command, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    pace = command.Pace()
    assert pace.told(50, 1000) == ""
    assert pace.told(70, 1000) == "2.00 a second, 8 min left"
    assert command.spoken(59) == "59 s"
    assert command.spoken(7500) == "2 h 05 min"
