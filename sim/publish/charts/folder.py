"""A results folder, read back as it was written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.publish.charts.clock import Clock


@dataclass(frozen=True)
class Results:
    """The tables and the manifest of one run."""

    folder: Path
    called: str = ""
    """What the folder will be called when everything in it is written; its own name when left out."""
    record: str = "run.json"
    """The file that says what was run."""
    told: dict[str, Any] | None = None
    """What is told of runs that wrote no manifest."""

    def table(self, name: str) -> pd.DataFrame:
        """A table by its file name; empty where the run wrote none."""
        path = self.folder / f"{name}.csv"
        if not path.is_file():
            return pd.DataFrame()
        with path.open(encoding="utf-8") as lines:
            tagged = [line.startswith("#") for _, line in zip(range(2), lines, strict=False)] == [False, True]
        return pd.read_csv(path, keep_default_na=False, na_values=[""], skiprows=[1] if tagged else None)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What is said of the run, in `run.json` unless another file says it."""
        path = self.folder / self.record
        if self.told is not None:
            return self.told
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    @cached_property
    def arrivals(self) -> pd.DataFrame:
        """Cumulative counts by hour and series."""
        return self.table("arrivals")

    @cached_property
    def observed(self) -> pd.DataFrame:
        """What was counted, by series and hour."""
        return self.table("observed")

    @cached_property
    def clock(self) -> Clock:
        """The calendar of the run, as its tables tell it: a time and its hour."""
        rows = self.arrivals if not self.arrivals.empty else self.table("ledger")
        return Clock.of(str(rows["time"].iloc[0]), float(rows["hour"].iloc[0])) if len(rows) else Clock(None)

    @cached_property
    def present(self) -> float:
        """People who are there, as the ledger counts them."""
        rows = self.table("ledger")
        return float(rows[rows["hour"] == rows["hour"].min()]["mean"].sum()) if len(rows) else 0.0

    @property
    def title(self) -> str:
        """What the scenario calls itself, or else its file's name."""
        return str(self.manifest.get("title") or self.called or self.folder.name)

    @property
    def is_what_if(self) -> bool:
        """Whether it shows what would be and not what was: then counts are no score."""
        return str(self.manifest.get("label", "")).startswith("what-if")

    @property
    def road_km(self) -> float:
        """Length of the road, in km."""
        return float(self.manifest["road_km"])

    @property
    def has_road(self) -> bool:
        """Whether there is a road on which arrivals are counted."""
        return "count_at" in self.manifest

    def series(self, name: str) -> pd.DataFrame:
        """One series of arrivals.csv in order of time."""
        rows = self.arrivals
        return rows if rows.empty else rows[rows["series"] == name].sort_values("hour")

    def counted(self, name: str) -> pd.DataFrame:
        """The observed values of one series in order of time."""
        rows = self.observed
        return rows if rows.empty else rows[rows["series"] == name].sort_values("hour")

    def indicator(self, name: str, column: str = "p50") -> float:
        """One figure of indicators.csv, nan where there is none."""
        rows = self._indicators
        return float(rows[column][name]) if name in rows.index else float("nan")

    @cached_property
    def _indicators(self) -> pd.DataFrame:
        rows = self.table("indicators")
        return rows if rows.empty else rows.set_index("indicator")
