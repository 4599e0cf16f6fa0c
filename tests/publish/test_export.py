"""A results folder is whole or as it was."""

from __future__ import annotations

import errno
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.publish import export, tables
from sim.results import columns
from sim.scenario.schema import Scenario
from sim.studies.ensemble import Ensemble

TOLD = {
    "population": {"total": 300},
    "horizon": 30,
    "corridor": {"segments": {"road": {"from": "a", "to": "b", "length": 20, "speed": 40, "jam_density": 100}}},
}


@pytest.fixture(scope="module")
def runs() -> Ensemble:
    return sim.replicate(Scenario.model_validate(TOLD, context={"start": None}), 3)


@pytest.fixture(scope="module")
def folder(runs: Ensemble, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("out") / "road"
    sim.write(runs, made)
    return made


def test_every_table_has_the_columns_that_are_declared(folder: Path) -> None:
    written = {file.stem: list(pd.read_csv(file, nrows=0).columns) for file in folder.glob("*.csv")}
    written.pop("replications")
    assert len(written) >= 10
    assert written == {name: columns.header(name) for name in written}


def test_the_mean_of_the_ledger_sums_to_the_same_people_in_every_hour(folder: Path) -> None:
    sums = pd.read_csv(folder / "ledger.csv").groupby("hour")["mean"].sum()
    assert sums.to_numpy() == pytest.approx(300, abs=1e-6)


def test_quantiles_of_arrivals_rise_with_their_level_and_with_time(folder: Path) -> None:
    rows = pd.read_csv(folder / "arrivals.csv")
    levels = rows[["p05", "p25", "p50", "p75", "p95"]].to_numpy()
    assert (levels[:, 1:] >= levels[:, :-1]).all()
    assert (rows.groupby("series")[["p05", "p50", "p95"]].diff().dropna() >= 0).all(axis=None)


def test_a_run_that_is_cut_off_leaves_the_earlier_results_whole(
    runs: Ensemble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sim.write(runs, tmp_path / "road")
    before = {file.name: file.read_bytes() for file in (tmp_path / "road").glob("*.csv")}

    def broken(ensemble: Ensemble) -> tables.Table:
        raise KeyboardInterrupt

    monkeypatch.setitem(tables.ALWAYS, "ledger", broken)
    with pytest.raises(KeyboardInterrupt):
        sim.write(runs, tmp_path / "road")
    assert {file.name: file.read_bytes() for file in (tmp_path / "road").glob("*.csv")} == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["road"]


def test_a_full_disk_is_told_with_the_folder_and_leaves_the_earlier_results(
    runs: Ensemble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sim.write(runs, tmp_path / "road")
    before = {file.name: file.read_bytes() for file in (tmp_path / "road").glob("*.csv")}

    def full(ensemble: Ensemble) -> tables.Table:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(tables.ALWAYS, "ledger", full)
    with pytest.raises(OSError, match="No space left on device: the new results could not be written") as told:
        sim.write(runs, tmp_path / "road")
    assert told.value.filename == str(tmp_path / "road")
    assert {file.name: file.read_bytes() for file in (tmp_path / "road").glob("*.csv")} == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["road"]


def test_the_journal_is_the_same_however_many_rows_are_made_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Scenario.model_validate({**TOLD, "run": {"journal": True}}, context={"start": None})
    runs = sim.replicate(asked, 2)
    export.write_tables(runs, tmp_path, export.Told())
    whole = (tmp_path / "journal.csv").read_bytes()
    monkeypatch.setattr(tables, "ROWS", 7)
    export.write_tables(runs, tmp_path, export.Told())
    assert (tmp_path / "journal.csv").read_bytes() == whole
    rows = sim.frame(runs, "journal")
    lengths = {number: len(journal.hour) for number, journal in runs.journals()}
    assert rows.groupby("replication").size().to_dict() == lengths
    assert min(lengths.values()) > 7


def test_a_move_cut_off_between_its_two_steps_is_mended_by_the_next_run(runs: Ensemble, tmp_path: Path) -> None:
    sim.write(runs, tmp_path / "road")
    (tmp_path / "road").rename(tmp_path / f"{export.ASIDE}road")
    export.restore(tmp_path / "road")
    assert (tmp_path / "road" / "arrivals.csv").is_file()


def test_a_row_of_tags_stands_below_the_header_when_asked_for(runs: Ensemble, tmp_path: Path) -> None:
    export.write(runs, tmp_path / "road", export.Told(hxl=True))
    second = (tmp_path / "road" / "arrivals.csv").read_text(encoding="utf-8").splitlines()[1]
    assert second.startswith("#date,#indicator+hour+num")
    assert (tmp_path / "road" / "charts" / "arrivals.svg").is_file()
