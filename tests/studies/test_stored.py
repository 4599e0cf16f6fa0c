"""What a sweep stores is read back as it was: inputs, indicators, failures, replications and curves."""

from __future__ import annotations

import errno
import math
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.faults import ScenarioError
from sim.studies.store import NAME, Row, Store, packed, unpacked
from sim.studies.stored import read
from tests.studies.rows_by_hand import FOUND, PROFILE, RATION, UNITS, about, made

NAN = float("nan")
CURVES = np.arange(15.0).reshape(5, 3)


def row(case: int, arrived: float = 10.0, cleared: float = 60.0) -> Row:
    inputs = {RATION: 10.0 * case, PROFILE: "armenia"}
    return Row(case, inputs, {"arrived.total": arrived, "clearance.p95": cleared}, curves=CURVES)


def put(store: Store, cases: range) -> None:
    for case in cases:
        store.put(row(case), FOUND)


def test_rows_are_read_back_by_case_whatever_their_order(tmp_path: Path) -> None:
    stored = read(made(tmp_path, [row(2, 12, math.inf), row(0, NAN), row(1)]))
    assert stored.inputs.index.tolist() == stored.indicators.index.tolist() == [0, 1, 2]
    assert stored.inputs[RATION].tolist() == [0.0, 10.0, 20.0]
    assert stored.inputs[PROFILE].tolist() == ["armenia"] * 3
    assert stored.indicators["clearance.p95"].tolist() == [60.0, 60.0, math.inf]
    assert np.isnan(stored.indicators.loc[0, "arrived.total"])
    assert stored.units == {**UNITS, **FOUND}
    assert stored.missing == [3]
    assert stored.replicates is None
    assert stored.about["seed"] == 1


def test_a_failed_case_keeps_its_inputs_and_says_why(tmp_path: Path) -> None:
    failed = Row(1, {RATION: 5.0, PROFILE: "global"}, error="ValueError: no road", trace="Traceback ...")
    stored = read(made(tmp_path, [row(0), failed]))
    assert stored.failures == {1: "ValueError: no road"}
    assert stored.inputs.loc[1].tolist() == [5.0, "global"]
    assert stored.indicators.loc[1].isna().all()
    with sqlite3.connect(tmp_path / NAME) as file:
        assert file.execute("SELECT case_number, status, traceback FROM runs ORDER BY 1").fetchall() == [
            (0, "done", None),
            (1, "failed", "Traceback ..."),
        ]
    with pytest.raises(KeyError, match="case 1 has no curves: ValueError: no road"):
        stored.curves(1)


def test_curves_are_read_back_by_the_hour(tmp_path: Path) -> None:
    curves = read(made(tmp_path, [row(0)])).curves(0)
    assert curves.columns.tolist() == ["departed", "arrived", "registered", "accommodated", "vehicles_arrived"]
    assert curves.to_numpy().T.tolist() == CURVES.tolist()
    assert len(packed(np.zeros((5, 289)))) < 100  # type: ignore[arg-type]
    assert unpacked(packed(CURVES)).tolist() == CURVES.tolist()  # type: ignore[arg-type]


def test_indicators_of_a_case_without_any_before_it_have_no_value_there(tmp_path: Path) -> None:
    one = Row(0, {RATION: 1.0, PROFILE: "global"}, {"arrived.total": 1.0})
    stored = read(made(tmp_path, [one, row(1)]))
    assert np.isnan(stored.indicators.loc[0, "clearance.p95"])


def test_replications_are_kept_beside_their_mean(tmp_path: Path) -> None:
    each = {0: {"arrived.total": 1.0}, 1: {"arrived.total": math.inf}, 2: {"arrived.total": 3.0}}
    told = Row(0, {RATION: 1.0, PROFILE: "global"}, {"arrived.total": 2.0}, each)
    failed = Row(1, {RATION: 1.0, PROFILE: "global"}, error="lost")
    stored = read(made(tmp_path, [told, failed], about(replications=3)))
    assert stored.replicates is not None
    assert stored.replicates.index.tolist() == [(0, 0), (0, 1), (0, 2)]
    assert stored.replicates["arrived.total"].tolist() == [1.0, math.inf, 3.0]
    assert stored.quantiles("p50").loc[0, "arrived.total"] == 3.0
    assert np.isnan(stored.quantiles("p50").loc[1, "arrived.total"])


def test_a_sobol_case_tells_its_base_point_and_its_block(tmp_path: Path) -> None:
    stored = read(made(tmp_path, [row(k) for k in (0, 1, 3, 4, 7)], about("sobol", 8)))
    blocks = stored.blocks()
    assert blocks["point"].tolist() == [0, 0, 0, 1, 1]
    assert blocks["block"].tolist() == ["A", "B", PROFILE, "A", PROFILE]
    with pytest.raises(ValueError, match="a latin design has no blocks"):
        read(made(tmp_path / "other", [])).blocks()


def test_a_case_is_never_stored_twice(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="case_number"):
        made(tmp_path, [row(0), row(0, 11.0)])
    assert read(tmp_path).indicators["arrived.total"].tolist() == [10.0]


def test_names_that_differ_by_capitals_or_are_columns_already_keep_their_own_values(tmp_path: Path) -> None:
    units = {"stock.Goris.level": "L", "stock.goris.level": "L", "status": ""}
    told = Row(0, {"stock.Goris.level": 1.0, "stock.goris.level": 2.0, "status": 3.0})
    assert read(made(tmp_path, [told], units=units)).inputs.loc[0].tolist() == [1.0, 2.0, 3.0]


def test_a_full_disk_is_told_and_the_rows_before_stay(tmp_path: Path) -> None:
    made(tmp_path, [row(0)], about(cases=1000))
    store = Store(tmp_path / NAME)
    store.resume()
    pages = store._file.execute("PRAGMA page_count").fetchone()[0]
    store._file.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OSError, match="full; every row committed before is kept: make room") as told:
        put(store, range(1, 1000))
    assert told.value.errno == errno.ENOSPC
    store.close()
    stored = read(tmp_path)
    assert 1 <= len(stored.inputs) < 1000
    assert stored.missing[0] == len(stored.inputs)
    assert sqlite3.connect(tmp_path / NAME).execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_sweep_that_is_running_can_be_read(tmp_path: Path) -> None:
    store = Store(tmp_path / NAME)
    store.begin(about(), UNITS)
    store.put(row(0), FOUND)
    assert read(tmp_path).inputs.index.tolist() == [0]
    store.put(row(1), FOUND)
    assert read(tmp_path).inputs.index.tolist() == [0, 1]
    store.close()


def test_a_folder_without_a_store_names_one_that_may_be_meant(tmp_path: Path) -> None:
    made(tmp_path / "lachin-sweep", [])
    with pytest.raises(ScenarioError, match=r"holds no runs\.sqlite; did you mean '.*lachin-sweep'\?"):
        read(tmp_path / "lachin-swep")
    with pytest.raises(ScenarioError, match=r"holds no runs\.sqlite; make one with `sweep`"):
        read(tmp_path / "elsewhere" / "x")


def test_a_store_of_another_format_or_none_at_all_is_refused(tmp_path: Path) -> None:
    made(tmp_path, [])
    with sqlite3.connect(tmp_path / NAME) as file:
        file.execute("UPDATE about SET value = '99' WHERE key = 'format'")
    file.close()
    with pytest.raises(ScenarioError, match="is a store of format 99; this version reads format 1: sweep anew"):
        read(tmp_path)
    (tmp_path / NAME).write_text("no database at all, but longer than its header of a hundred bytes" * 4)
    with pytest.raises(ScenarioError, match="is no store of runs: file is not a database"):
        read(tmp_path)


def test_two_thousand_rows_are_all_read_back(tmp_path: Path) -> None:
    stored = read(made(tmp_path, [row(k) for k in range(2000)], about(cases=2000)))
    assert stored.missing == []
    assert stored.indicators["arrived.total"].sum() == 20_000
