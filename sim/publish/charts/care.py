"""Patients: taken to a hospital outside, over what was counted; still waiting; past a safe interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.arrivals import band, observed, points
from sim.publish.charts.page import counts, heading, page, panels
from sim.publish.charts.words import capital, people

if TYPE_CHECKING:
    from sim.publish.charts.folder import Results

PANELS = {
    "evacuated": ("Taken to a hospital outside", "patients, cumulative"),
    "waiting_for_transport": ("Waiting to be taken out", "patients"),
    "past_safe_interval": ("Past a safe interval", "not yet in care, with their party too"),
}
ALL = "all"
QUIET_AFTER = 24
"""Hours shown after the last change."""


def draw(results: Results) -> Figure | None:
    """Who was taken out by when, who waited for it, and whose clock had run past its limit."""
    out, wait = (stage(results, name) for name in ("evacuated", "waiting_for_transport"))
    if out.empty and wait.empty:
        return None
    shown = {name: rows for name in PANELS if not (rows := stage(results, name)).empty}
    figure = page(results, finding(out, wait, results), _about(results))
    last = _last(results, shown)
    for axes, (name, rows) in zip(panels(figure, len(shown), len(shown)), shown.items(), strict=True):
        band(axes, rows)
        if name == "evacuated":
            observed(axes, results, _since_the_start(results))
        counts(axes)
        heading(axes, *PANELS[name])
        results.clock.axis(axes, 0.0, last, most=5)
        axes.tick_params(labelsize=8)
    return figure


def stage(results: Results, name: str) -> pd.DataFrame:
    """All patients in a stage, hour by hour; empty where nobody ever is."""
    rows = results.table("care")
    if rows.empty:
        return rows
    return rows[(rows["stage"] == name) & (rows["group"] == ALL) & (rows["place"] == ALL)].sort_values("hour")


def finding(out: pd.DataFrame, wait: pd.DataFrame, results: Results) -> str:
    """How many were taken out by when; or that nobody was."""
    if out.empty or not out["p50"].max() > 0:
        return f"Nobody was taken to a hospital outside: {people(wait['p50'].max())} waited for it"
    most = out["p50"].max()
    hour = float(out[out["p50"] >= most]["hour"].iloc[0])
    return f"{capital(people(most))} had been taken to a hospital outside by {results.clock.words(hour)}"


def _about(results: Results) -> str:
    base = (
        "Patients who need an ambulance or a helicopter. Line: median run; shades: half of the runs, likely range "
        "(9 of 10 runs). Clocks only: no outcome is predicted"
    )
    rows = _since_the_start(results)
    return base if rows.empty else f"{base}\n{points(results, rows)}"


def _since_the_start(results: Results) -> pd.DataFrame:
    """Counts of all who had been taken out since the start; those of a day or of a hospital are another thing."""
    rows = results.counted("evacuations")
    return rows if rows.empty else rows[~rows["kind"].isin(["day_total", "inpatients", "cumulative_abroad"])]


def _last(results: Results, shown: dict[str, pd.DataFrame]) -> float:
    changing = [rows["hour"][rows["p95"].diff().fillna(0) != 0].max() for rows in shown.values()]
    end = float(results.table("care")["hour"].max())
    return min(end, max([float(hour) for hour in changing if hour == hour], default=end) + QUIET_AFTER)
