"""Stored runs, read back: what was put in, what came out, what failed, and by which design."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.results import summary
from sim.results.curves import CURVES
from sim.scenario.faults import Fault, ScenarioError, near
from sim.studies.store import FAILED, FORMAT, INDICATOR, INPUT, NAME, about, names, quoted, unpacked

CASE, REPLICATION, POINT, BLOCK, ERROR = "case", "replication", "point", "block", "error"


@dataclass(frozen=True)
class Stored:
    """The runs of a sweep; every table has the case's number as its index, and failed cases stay in it."""

    directory: Path
    inputs: pd.DataFrame
    """A column a dotted path, in the unit that `units` gives; choices are text."""
    indicators: pd.DataFrame
    """A column an indicator: with several replications their mean; inf is never, nan that there is none."""
    failures: dict[int, str]
    """Cases that failed, and why."""
    design: dict[str, Any]
    """As it was stored: `kind`, `cases`, `varied` by path, and what its kind needs (`sim.studies.design`)."""
    units: dict[str, str]
    """Of paths and of indicators; empty for choices."""
    replicates: pd.DataFrame | None = None
    """Indicators by case and replication, where a case has several."""
    about: dict[str, Any] = field(default_factory=dict)
    """Seed, replications, version, scenario: what the sweep was made of."""

    @property
    def missing(self) -> list[int]:
        """Cases that have not been run yet."""
        kept = set(self.inputs.index)
        return [case for case in range(self.design["cases"]) if case not in kept]

    def table(self) -> pd.DataFrame:
        """Inputs, indicators and errors side by side, a row a case."""
        errors = pd.Series(self.failures, self.inputs.index, dtype=object, name=ERROR).fillna("")
        return pd.concat([self.inputs, self.indicators, errors], axis=1)

    def curves(self, case: int) -> pd.DataFrame:
        """Cumulative counts of a case, a row an hour since the start; with several replications their mean."""
        with opened(self.directory) as file:
            found = file.execute("SELECT curves FROM runs WHERE case_number = ?", (case,)).fetchone()
        if found is None or found[0] is None:
            raise KeyError(f"case {case} has no curves: {self.failures.get(case, 'it was not run yet')}")
        values = unpacked(found[0])
        hours = pd.RangeIndex(values.shape[1], name="hour")
        return pd.DataFrame(dict(zip(CURVES, values, strict=True)), index=hours)

    def quantiles(self, level: str) -> pd.DataFrame:
        """A quantile (`p05`, `p50`, ...) of every indicator over the replications of each case; nan where it failed."""
        if self.replicates is None or self.replicates.empty:
            return self.indicators
        cases = self.replicates.index.unique(CASE)
        values = self.replicates.to_numpy().reshape(len(cases), -1, self.replicates.shape[1])
        found = summary.quantiles(summary.held(values.swapaxes(0, 1)))[level]
        return pd.DataFrame(found, cases, self.indicators.columns).reindex(self.indicators.index)

    def blocks(self) -> pd.DataFrame:
        """Of a Sobol design, the base point of each case and its block: A, B, or the path whose column is B's in A."""
        if self.design["kind"] != "sobol":
            raise ValueError(f"{self.directory}: a {self.design['kind']} design has no blocks; sweep a sobol design")
        order = np.array(["A", "B", *self.design["varied"]], dtype=object)
        point, block = np.divmod(self.inputs.index.to_numpy(), len(order))
        return pd.DataFrame({POINT: point, BLOCK: order[block]}, index=self.inputs.index)


def read(directory: str | Path) -> Stored:
    """The runs stored in the folder of a sweep; ScenarioError says what is wrong with it."""
    with opened(Path(directory)) as file:
        told = about(file)
        kinds = {kind: [row for row in names(file) if row[1] == kind] for kind in (INPUT, INDICATOR)}
        kinds[INDICATOR].sort()
        inputs, indicators = (_table(file, kinds[kind]) for kind in (INPUT, INDICATOR))
        failed = file.execute("SELECT case_number, error FROM runs WHERE status = ? ORDER BY case_number", (FAILED,))
        return Stored(
            Path(directory),
            inputs,
            indicators.astype(float),
            dict(failed.fetchall()),
            told["design"],
            {name: unit for rows in kinds.values() for name, _, unit, _ in rows},
            _replicates(file, kinds[INDICATOR]) if told["replications"] > 1 else None,
            {key: value for key, value in told.items() if key != "design"},
        )


def _table(file: sqlite3.Connection, wanted: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    """Columns of `runs`, a row a case in the order of their numbers."""
    columns = ", ".join(["case_number", *(quoted(column) for *_, column in wanted)])
    rows = file.execute(f"SELECT {columns} FROM runs ORDER BY case_number").fetchall()
    return _framed(rows, [name for name, *_ in wanted], 1).rename_axis(CASE)


def _replicates(file: sqlite3.Connection, wanted: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    """Indicators by case and replication."""
    columns = ", ".join(["case_number", "replication", *(quoted(column) for *_, column in wanted)])
    rows = file.execute(f"SELECT {columns} FROM replications ORDER BY case_number, replication").fetchall()
    return _framed(rows, [name for name, *_ in wanted], 2).rename_axis([CASE, REPLICATION]).astype(float)


def _framed(rows: list[tuple[Any, ...]], titles: list[str], keys: int) -> pd.DataFrame:
    """Rows as a table whose first columns are its index; columns are numbers wherever all their cells are."""
    cells = list(zip(*rows, strict=True)) if rows else [()] * (keys + len(titles))
    index = pd.Index(cells[0], dtype=int) if keys == 1 else pd.MultiIndex.from_arrays(cells[:keys])
    return pd.DataFrame(
        {title: _column(values) for title, values in zip(titles, cells[keys:], strict=True)}, index=index
    )


def _column(values: tuple[Any, ...]) -> Any:
    text = any(isinstance(value, str) for value in values)
    return np.array(values, dtype=object if text else float)


@contextmanager
def opened(directory: Path) -> Iterator[sqlite3.Connection]:
    """The store in a folder, for reading: a sweep that is running goes on writing meanwhile."""
    path = directory / NAME
    if not path.is_file():
        raise ScenarioError([Fault("", f"holds no {NAME}; {_instead(directory)}", str(directory))])
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=60)) as file:
        try:
            file.execute("PRAGMA query_only = ON")
            found = about(file).get("format")
        except sqlite3.DatabaseError as fault:
            raise ScenarioError([Fault("", f"is no store of runs: {fault}", str(path))]) from None
        if found != FORMAT:
            what = f"is a store of format {found}; this version reads format {FORMAT}: sweep anew into another folder"
            raise ScenarioError([Fault("", what, str(path))])
        yield file


def _instead(directory: Path) -> str:
    """Another folder that may have been meant, or how one is made."""
    others = [path.parent.name for path in directory.parent.glob(f"*/{NAME}")]
    meant = near(directory.name, others) or near(f"{directory.name}-sweep", others)
    return f"did you mean '{directory.parent / meant}'?" if meant else "make one with `sweep`"
