"""Charts of one run, drawn the same way every time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from sim.model.journal import STATES
from sim.results.outcome import CURVES
from sim.studies.ensemble import Ensemble, ranges

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, TINT, DARK, GREY = "#1F69B3", "#D4E5F7", "#144372", "#595959"
SHADES = (
    "#F2F2F2",
    "#BFBFBF",
    "#8C8C8C",
    "#82B5E9",
    "#E56A54",
    "#DB7B18",
    "#CD3A1F",
    "#D4E5F7",
    "#4F9ED0",
    "#144372",
    "#7FB92F",
    "#595959",
    "#000000",
)
FIXED: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "needsim",
    "font.family": "DejaVu Sans",
    "font.size": 9,
}


def draw_all(ensemble: Ensemble, folder: Path) -> list[Path]:
    """Every chart, as SVG and PNG."""
    if not len(ensemble):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(FIXED):
        charts = {"arrivals": arrivals(ensemble), "people_by_state": people_by_state(ensemble)}
        return [path for name, figure in charts.items() for path in save(figure, folder / name)]


def save(figure: Figure, stem: Path) -> list[Path]:
    """One chart in both forms, without dates."""
    figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None})
    figure.savefig(stem.with_suffix(".png"), dpi=120, metadata={"Software": None})
    return [stem.with_suffix(".svg"), stem.with_suffix(".png")]


def page(ensemble: Ensemble, title: str, unit: str) -> tuple[Figure, Any]:
    """An empty chart with its finding on top and its footer below."""
    from sim.publish.export import label

    figure = Figure(figsize=(9.6, 5.4))
    axes = figure.add_axes((0.09, 0.15, 0.87, 0.67))
    figure.text(0.03, 0.93, title, size=13, weight="bold", color=DARK)
    figure.text(0.03, 0.875, unit, color=GREY)
    scenario = ensemble.scenario
    foot = f"{scenario.title} | {len(ensemble)} runs, seed {ensemble.seed} | {label(scenario)}"
    figure.text(0.03, 0.03, foot, size=7.5, color=GREY)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    return figure, axes


def days(ensemble: Ensemble, axes: Axes, hours: int) -> None:
    """Dates, or days, along the bottom."""
    ticks = np.arange(0, hours + 1, 24 * max(1, hours // 240))
    start = ensemble.scenario.start
    names = [f"day {tick // 24}" if start is None else f"{ensemble.scenario.when(float(tick)):%d %b}" for tick in ticks]
    axes.set_xticks(ticks, names)
    axes.set_xlim(0, hours)


def arrivals(ensemble: Ensemble) -> Figure:
    """Arrivals: median, likely ranges, and who has set off."""
    stack = ensemble.stack("arrivals")
    departed, arrived = ranges(stack[:, 0]), ranges(stack[:, CURVES.index("arrived")])
    hours = np.arange(stack.shape[2])
    figure, axes = page(ensemble, finding(ensemble), "people who have crossed, cumulative")
    axes.fill_between(hours, arrived["p05"], arrived["p95"], color=TINT, lw=0)
    axes.fill_between(hours, arrived["p25"], arrived["p75"], color="#82B5E9", lw=0)
    axes.plot(hours, arrived["p50"], color=BLUE, lw=2)
    axes.plot(hours, departed["p50"], color=GREY, lw=0.8, ls="--")
    axes.annotate("crossed; dark half of the runs, light 9 of 10", (0.02, 0.94), xycoords="axes fraction", color=BLUE)
    axes.annotate("set off", (0.02, 0.88), xycoords="axes fraction", color=GREY)
    axes.set_ylim(0, None)
    days(ensemble, axes, len(hours) - 1)
    return figure


def finding(ensemble: Ensemble) -> str:
    """What the arrivals say, in a line."""
    total, half = ranges(ensemble.indicator("arrived.total")), ranges(ensemble.indicator("clearance.p50"))
    people = f"{float(total['p50']):,.0f}"
    if float(total["p95"]) == 0:
        return "Nobody arrives within the time looked at"
    if np.isnan(float(half["p50"])):
        return f"{people} people arrive within the time looked at, fewer than half of those present"
    when = ensemble.scenario.when(float(half["p50"]))
    return f"{people} people arrive; half have crossed by " + (
        f"{when:%d %b %H:%M}" if when else f"hour {float(half['p50']):.0f}"
    )


def people_by_state(ensemble: Ensemble) -> Figure:
    """Where everybody is, on average over the runs."""
    mean = ensemble.stack("ledger").mean(axis=0)
    hours = np.arange(mean.shape[1])
    shown = [k for k in range(len(STATES)) if mean[k].any()]
    figure, axes = page(ensemble, "Where everybody is, hour by hour", "people, mean of the runs")
    axes.stackplot(
        hours, mean[shown], colors=[SHADES[k] for k in shown], labels=[STATES[k].replace("_", " ") for k in shown]
    )
    axes.legend(loc="center right", fontsize=7, frameon=True)
    days(ensemble, axes, len(hours) - 1)
    return figure
