"""What it costs: by sector and by month, and how much of it rests on prices of low confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.appeal import BELOW, MILLION, banner, millions, sector_names
from sim.publish.charts.page import COVERED, GAP, NEED, heading, page
from sim.publish.charts.words import about as roughly
from sim.publish.charts.words import amount

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

MONTH = "cost.month."
LOW = "low"
NAMED = 8
"""Items named that are not costed."""


def draw(results: Results) -> Figure | None:
    """Cost by sector with its range over the runs; beside it the months after the movement, where there are any."""
    rows = results.table("costs")
    if rows.empty or not results.indicator("cost.total") > 0:
        return None
    sectors, months = by_sector(results, rows), by_month(results)
    unit, named = (
        (MILLION, "USD million") if results.indicator("cost.total", "p95") >= MILLION else (1e3, "USD thousand")
    )
    figure = page(results, finding(results, sectors), about(results))
    banner(figure, results.manifest["costs"]["banner"])
    height = figure.subplotpars.top - BELOW - 0.06
    wide = 0.31 if len(months) else 0.62
    axes = figure.add_axes((0.26, BELOW, wide, height))
    _sectors(axes, sectors, unit, named)
    if len(months):
        _months(figure.add_axes((0.65, BELOW, 0.31, height)), months, unit, named)
    return figure


def by_sector(results: Results, rows: pd.DataFrame) -> pd.DataFrame:
    """Each sector's cost over the runs, and the share of it that rests on prices of low confidence in the plan."""
    planned = rows.assign(usd=rows["quantity_plan"] * rows["unit_cost_usd"])
    found = []
    for code, mine in planned.groupby("sector_code", sort=False):
        low, whole = mine[mine["confidence"] == LOW]["usd"].sum(), mine["usd"].sum()
        levels = {level: results.indicator(f"cost.{code}", level) for level in ("p05", "p50", "p95")}
        found.append({"sector_name": mine["sector_name"].iloc[0], "low": low / whole if whole > 0 else 0.0, **levels})
    return pd.DataFrame(found).sort_values("p50", ignore_index=True)


def by_month(results: Results) -> pd.DataFrame:
    """Cost of each month after the movement."""
    rows = results.table("indicators")
    mine = rows[rows["indicator"].str.startswith(MONTH)]
    return mine.assign(month=mine["indicator"].str.removeprefix(MONTH))


def finding(results: Results, sectors: pd.DataFrame) -> str:
    """What is still to be provided costs in all, and the dearest sector."""
    low, middle, high = (dollars(results.indicator("cost.total", level)) for level in ("p05", "p50", "p95"))
    span = "" if low == high else f" ({low} to {high})"
    most = sectors["sector_name"].iloc[-1]
    return f"What is still to be provided costs USD {middle}{span}, most of it for {most}"


def dollars(usd: float) -> str:
    """Dollars for a headline: `2.5 million`, `24,000`."""
    return f"{millions(usd)} million" if usd >= MILLION else roughly(usd).removeprefix("about ")


def about(results: Results) -> str:
    """How to read it, and what is not costed."""
    told = results.manifest.get("costs", {})
    parts = ["Need less supply, at the prices of costs.csv. Bars: median run; lines: likely range (9 of 10 runs)"]
    missing = [item.replace("_", " ") for item in told.get("not_costed", [])]
    more = f" and {len(missing) - NAMED} more, named in run.json" if len(missing) > NAMED else ""
    parts += [f"Not costed, no goods or price known: {', '.join(missing[:NAMED])}{more}"] if missing else []
    return "\n".join(parts)


def _sectors(axes: Axes, rows: pd.DataFrame, unit: float, named: str) -> None:
    at = range(len(rows))
    axes.barh(at, rows["p50"] / unit, height=0.7, color=NEED, linewidth=0)
    axes.barh(
        at, rows["p50"] * rows["low"] / unit, height=0.7, facecolor=COVERED, edgecolor=NEED, hatch="////", linewidth=0
    )
    axes.hlines(at, rows["p05"] / unit, rows["p95"] / unit, color=GAP, linewidth=1.6)
    for place, (middle, high) in enumerate(zip(rows["p50"] / unit, rows["p95"] / unit, strict=True)):
        beside: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points"}
        axes.annotate(amount(middle), (max(middle, high), place), va="center", size=8.5, **beside)
    axes.set_xlim(0, float((rows["p95"] / unit).max()) * 1.18)
    heading(axes, "By sector", f"{named}; pale, hatched: prices of low confidence")
    sector_names(axes, rows, names=True)


def _months(axes: Axes, rows: pd.DataFrame, unit: float, named: str) -> None:
    at = range(len(rows))
    axes.bar(at, rows["p50"] / unit, width=0.7, color=NEED, linewidth=0)
    axes.vlines(at, rows["p05"] / unit, rows["p95"] / unit, color=GAP, linewidth=1.6)
    labels = [str(month).replace("_", " ") for month in rows["month"]]
    step = -(-len(labels) // 4)
    axes.set_xticks(list(at)[::step], labels[::step])
    axes.tick_params(labelsize=7.5)
    axes.grid(axis="x", visible=False)
    axes.set_ylim(bottom=0)
    dated = not rows["month"].str.startswith("day").any()
    parts = "; the first and the last month may not be whole" if dated else ", months of 30 days"
    heading(axes, "By month after the movement", f"{named}{parts}")
