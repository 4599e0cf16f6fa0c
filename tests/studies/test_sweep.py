"""A sweep runs each case once, whatever happens on the way, and never mixes what does not belong together."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import fastparquet
import numpy as np
import pandas as pd
import pytest

import sim
from sim import cli
from sim.publish import runs as export
from sim.results.outcome import essence, outcome
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.studies import resume, sweep
from sim.studies.experiment import Experiment, experiment
from sim.studies.resume import writing
from sim.studies.run import Case, Failure, run_one
from sim.studies.store import NAME, Store
from sim.studies.stored import read
from sim.studies.sweep import averaged, carry_out
from tests.studies.sweeping import BREAKDOWNS, LENGTH, PRESENT, ROAD, SMALL, VARY, asked, cut_off, here

LACHIN = ROAD.with_name("lachin_2023.yaml")


def exported(folder: Path) -> dict[str, bytes]:
    """What others get of a sweep."""
    return {path.name: path.read_bytes() for path in export.write(read(folder))}


def test_a_case_is_the_run_of_the_scenario_with_its_inputs(tmp_path: Path) -> None:
    told = asked()
    carry_out(told, tmp_path, here())
    stored = read(tmp_path)
    for case, inputs in stored.inputs.iterrows():
        scenario = load(
            ROAD, {**BREAKDOWNS, LENGTH: f"{inputs[LENGTH]:.17g} km", PRESENT: f"{inputs[PRESENT] * 100:.17g} %"}
        )
        alone = outcome(sim.run(scenario, 1, 0))
        assert stored.indicators.loc[case, "clearance.p95"] == pytest.approx(alone.indicators["clearance.p95"])
        assert pytest.approx(alone.arrays["curves"]) == stored.curves(case).to_numpy().T
    assert stored.inputs[LENGTH].between(10, 40).all()
    assert stored.units[LENGTH] == "km"
    assert stored.units["clearance.p95"] == "h"


def test_what_is_kept_of_a_case_is_what_a_run_says() -> None:
    record = run_one(load(ROAD, BREAKDOWNS), 1, Case(0, 0))
    assert essence(record).indicators == pytest.approx(outcome(record).indicators, nan_ok=True)
    assert list(essence(record).indicators) == list(outcome(record).indicators)


def test_the_order_in_which_cases_come_in_changes_no_byte(tmp_path: Path) -> None:
    for name, order in (("one", list), ("other", lambda cases: cases[::-1])):
        carry_out(asked(), tmp_path / name, here(order))
    one, other = exported(tmp_path / "one"), exported(tmp_path / "other")
    assert {"runs.csv", "runs.parquet", "sweep.json"} == set(one)
    assert one == other


def test_a_sweep_that_was_cut_off_goes_on_and_runs_nothing_twice(tmp_path: Path) -> None:
    carry_out(asked(), tmp_path / "whole", here())
    with pytest.raises(KeyboardInterrupt):
        carry_out(asked(), tmp_path / "cut", cut_off(4))
    assert read(tmp_path / "cut").missing == [4, 5]
    told: list[tuple[int, int]] = []
    carry_out(asked(), tmp_path / "cut", here(), lambda *progress: told.append(progress))
    assert told == [(4, 6), (5, 6), (6, 6)]
    assert exported(tmp_path / "cut") == exported(tmp_path / "whole")
    carry_out(asked(), tmp_path / "cut", cut_off(0))  # nothing is left to run


def test_with_replications_a_row_is_their_mean_and_each_is_kept(tmp_path: Path) -> None:
    carry_out(asked(3, replications=4), tmp_path, here(lambda cases: cases[::-1]))
    stored = read(tmp_path)
    assert stored.replicates is not None
    assert stored.replicates.index.tolist() == [(case, number) for case in range(3) for number in range(4)]
    means = stored.replicates.groupby(level="case").mean()
    known = means.columns[means.notna().all() & np.isfinite(means).all()]
    assert stored.indicators[known].to_numpy() == pytest.approx(means[known].to_numpy())
    assert stored.replicates["transit.p50"].groupby(level="case").nunique().min() > 1
    medians = stored.replicates["arrived.total"].groupby(level="case").median()
    assert stored.quantiles("p50")["arrived.total"].tolist() == medians.tolist()
    assert {"replications.csv", "replications.parquet"} < set(exported(tmp_path))


def test_every_case_has_the_same_luck(tmp_path: Path) -> None:
    """A choice that changes nothing leaves every indicator as it is, in each replication."""
    same = {"needs.plan_on": "p80 | p50"}
    carry_out(asked(2, replications=3, vary=same), tmp_path, here())
    stored = read(tmp_path)
    assert sorted(stored.inputs["needs.plan_on"]) == ["p50", "p80"]
    assert stored.replicates is not None
    one, other = (stored.replicates.xs(case, level="case") for case in (0, 1))
    pd.testing.assert_frame_equal(one, other)


def test_means_say_never_where_a_replication_never_does() -> None:
    found = averaged([{"a": 1.0, "b": np.inf}, {"a": 3.0, "b": 1.0, "c": np.nan}])
    assert (found["a"], found["b"]) == (2.0, np.inf)
    assert np.isnan(found["c"])


def test_a_varied_path_goes_before_its_uncertainty() -> None:
    """Also before a factor over many paths: what a case says is what the run has."""
    vary = {"fuel.ration": "10..30 L", "corridor.segments.mets_shen_to_bridge.speed": "20..30 km/h"}
    told = experiment(load(LACHIN, {"population.present": "2000 people"}), vary, 2)
    assert "fuel.ration" not in told.scenario.uncertainty
    record = run_one(told.scenario, 1, told.case(1, 0))
    assert "fuel.ration" not in record.drawn
    inputs = told.design.cases[1]
    assert record.scenario.fuel is not None
    assert record.scenario.fuel.ration == inputs["fuel.ration"]
    assert record.scenario.corridor is not None
    assert (
        record.scenario.corridor.segments["mets_shen_to_bridge"].speed
        == inputs["corridor.segments.mets_shen_to_bridge.speed"]
    )


def test_a_factor_that_is_varied_multiplies_what_is_told() -> None:
    vary = {
        "corridor.segments.*.speed": "0.5..0.5001",
        "corridor.segments.mets_shen_to_bridge.speed": "20..20.001 km/h",
    }
    told = experiment(load(LACHIN, {"population.present": "2000 people"}), vary, 1)
    scenario = run_one(told.scenario, 1, told.case(0, 0)).scenario
    assert scenario.corridor is not None
    assert told.scenario.corridor is not None
    speeds = {name: segment.speed for name, segment in scenario.corridor.segments.items()}
    usual = {name: segment.speed for name, segment in told.scenario.corridor.segments.items()}
    assert speeds.pop("mets_shen_to_bridge") == pytest.approx(20, abs=0.01)
    assert speeds == {name: pytest.approx(usual[name] * 0.5, rel=0.001) for name in speeds}


def test_a_run_that_fails_is_a_row_with_its_error(tmp_path: Path) -> None:
    def failing(cases: list[Case]) -> list[Case]:
        return [case if case.number != 1 else Case(1, case.replication, {LENGTH: -1.0}) for case in cases]

    carry_out(asked(3, replications=2), tmp_path, here(failing))
    stored = read(tmp_path)
    assert list(stored.failures) == [1]
    assert stored.failures[1].startswith("replication 0: ")
    assert "-1 km is too small" in stored.failures[1]
    assert stored.indicators.loc[1].isna().all()
    assert stored.table().loc[1, "error"] == stored.failures[1]
    assert stored.indicators["arrived.total"].notna().tolist() == [True, False, True]
    carry_out(asked(3, replications=2), tmp_path, cut_off(0))
    assert list(read(tmp_path).failures) == [1]
    carry_out(asked(3, replications=2), tmp_path, here(), again=True)
    assert read(tmp_path).failures == {}
    assert read(tmp_path).indicators["arrived.total"].notna().all()


def test_a_fault_of_the_program_is_kept_with_its_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_record: object) -> object:
        raise ZeroDivisionError("of the program")

    monkeypatch.setattr(sweep, "essence", broken)
    carry_out(asked(1), tmp_path, here())
    with sqlite3.connect(tmp_path / NAME) as file:
        status, error, trace = file.execute("SELECT status, error, traceback FROM runs").fetchone()
    assert (status, error) == ("failed", "ZeroDivisionError: of the program")
    assert "in broken" in trace


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"runs": 7}, r"the number of cases was 6, is 7"),
        ({"seed": 2}, r"the seed was 1, is 2"),
        ({"replications": 2}, r"the number of replications was 1, is 2"),
        ({"vary": {**VARY, LENGTH: "10..50 km"}}, r"length was unit km, low 10, high 40, is unit km, low 10, high 50"),
        ({"vary": {LENGTH: VARY[LENGTH]}}, r"population\.present was unit 1, low 0\.6, high 1, is nothing"),
        ({"vary": dict(reversed(VARY.items()))}, r"the paths stand in another order"),
        ({"kind": "grid"}, r"its kind was latin, is grid"),
    ],
)
def test_a_changed_design_is_refused_and_nothing_is_lost(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    carry_out(asked(), tmp_path, here())
    before = exported(tmp_path)
    with pytest.raises(ScenarioError, match=reason) as told:
        carry_out(asked(**change), tmp_path, here())  # type: ignore[arg-type]
    assert "nothing was changed; sweep into another folder with --out, or move " in str(told.value)
    assert exported(tmp_path) == before


def test_a_changed_scenario_or_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carry_out(asked(2), tmp_path, here())
    other = asked(2)
    changed = sim.change(other.scenario, {"vehicles.per_household": 0.5})
    with pytest.raises(ScenarioError, match=r"the scenario was changed: vehicles\.per_household was .*, is 0\.5"):
        carry_out(Experiment(changed, other.design, 1, 1), tmp_path, here())
    monkeypatch.setattr(resume, "program", lambda: "9.9.9 (abc)")
    with pytest.raises(ScenarioError, match=r"the store was made by needsim .*; this is 9\.9\.9 \(abc\)"):
        carry_out(asked(2), tmp_path, here())


def test_a_store_of_another_format_is_refused(tmp_path: Path) -> None:
    carry_out(asked(2), tmp_path, here())
    with sqlite3.connect(tmp_path / NAME) as file:
        file.execute("UPDATE about SET value = '99' WHERE key = 'format'")
    file.close()
    with pytest.raises(ScenarioError, match="the store has format 99; this version writes format 1"):
        carry_out(asked(2), tmp_path, here())


def test_a_store_in_which_no_case_was_run_yet_takes_another_design(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        carry_out(asked(4), tmp_path, cut_off(0))
    carry_out(asked(2), tmp_path, here())
    assert len(read(tmp_path).inputs) == 2


def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("notes " * 40)
    with pytest.raises(ScenarioError, match="is no store of runs"):
        carry_out(asked(2), tmp_path, here())
    assert (tmp_path / NAME).read_text() == "notes " * 40


def test_two_sweeps_never_write_into_one_folder(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(ScenarioError, match="another sweep is writing here; wait for it"):
        carry_out(asked(2), tmp_path, here())
    carry_out(asked(2), tmp_path, here())


def test_a_full_disk_ends_with_its_line_and_what_was_committed_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = Store.begin

    def small(self: Store, *told: object) -> None:
        begun(self, *told)  # type: ignore[arg-type]
        pages = self._file.execute("PRAGMA page_count").fetchone()[0]
        self._file.execute(f"PRAGMA max_page_count = {pages + 1}")

    monkeypatch.setattr(sweep, "mapped", lambda _workers, _on: here())
    command = ["needsim", "sweep", str(SMALL), "--set", "population.total=50 people", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", command)
    with monkeypatch.context() as full:
        full.setattr(Store, "begin", small)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert ended.value.code == cli.RUNS_FAILED
    said = capsys.readouterr().err
    assert f"{NAME}: database or disk is full; every row committed before is kept: make room" in said
    kept = len(read(tmp_path / "small-sweep").inputs)
    assert 0 < kept < 60
    cli.cli(command[1:], standalone_mode=False)
    assert f"small: {kept} of 60 cases" in capsys.readouterr().err
    assert read(tmp_path / "small-sweep").missing == []


def test_parquet_and_csv_hold_the_same_table(tmp_path: Path) -> None:
    carry_out(asked(3, vary={**VARY, "needs.plan_on": "p80 | p50"}), tmp_path, here())
    export.write(read(tmp_path))
    table = read(tmp_path).table().reset_index()
    with (tmp_path / "runs.parquet").open("rb") as file:
        parquet = fastparquet.ParquetFile(file).to_pandas()
    pd.testing.assert_frame_equal(parquet, table, check_dtype=False)
    written = pd.read_csv(
        tmp_path / "runs.csv", keep_default_na=False, na_values={c: [""] for c in table if c != "error"}
    )
    assert written.columns.tolist() == table.columns.tolist()
    finite = table.select_dtypes("number").replace([np.inf, -np.inf], np.nan)
    pd.testing.assert_frame_equal(written[finite.columns], finite, check_dtype=False)
    assert written["needs.plan_on"].tolist() == table["needs.plan_on"].tolist()
    told = json.loads((tmp_path / "sweep.json").read_text())
    assert (told["sharing"], told["label"]) == ("internal", "what-if scenario, not a forecast")


def test_in_python_a_sweep_is_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "mapped", lambda _workers, _on: here())
    scenario = load(ROAD, BREAKDOWNS)
    table = sim.sweep(scenario, {LENGTH: "10..40 km"}, 3)
    assert table.index.tolist() == [0, 1, 2]
    assert {LENGTH, "clearance.p95", "error"} < set(table)
    again = sim.sweep(ROAD, {LENGTH: "10..40 km"}, 3, out=tmp_path)
    pd.testing.assert_frame_equal(again, read(tmp_path).table())
    assert len(sim.sweep(SMALL, runs=2)) == 2


def test_a_failure_takes_only_its_own_case() -> None:
    told = asked(2)
    lost = Failure(told.case(1, 0), "given up after 3 tries")
    rows = list(
        sweep.rows(told, [0, 1], lambda function, cases: [(c, lost if c.number else function(c)) for c in cases])
    )
    assert [(row.case, row.error) for row in rows] == [(0, ""), (1, "given up after 3 tries")]
