"""Registered and given a place to sleep, and how many waited for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.arrivals import observed, points, span
from sim.publish.charts.page import BAND, BAND_INNER, NEED, QUIET, counts, heading, page, panels
from sim.publish.charts.words import people

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

SERIES = {"registered": "registration", "accommodated": "accommodation"}
NAMES = {"registered": "Registered", "accommodated": "Given a place to sleep"}


def draw(results: Results) -> Figure | None:
    """Registration, backlog and accommodation, each with its counts."""
    shown = [name for name in SERIES if _ever(results, name)]
    if not shown or not _ever(results, "arrived"):
        return None
    figure = page(results, finding(results), _about(results))
    axes = panels(figure, len(shown) + 1, len(shown) + 1)
    last = _last(results)
    for panel, name in zip(axes, shown, strict=False):
        _curve(panel, results, name)
    _backlog(axes[-1], results)
    for panel in axes:
        counts(panel)
        _days(panel, results, last)
    return figure


def finding(results: Results) -> str:
    """When most people had crossed and were not yet registered."""
    waiting = backlog(results)
    if waiting.empty or not waiting.max() > 0:
        return "Everybody was registered on arrival"
    hour = results.clock.words(float(waiting.index.to_numpy()[int(waiting.argmax())]))
    return f"At the peak, on {hour}: {people(waiting.max())} who had crossed waited to be registered"


def backlog(results: Results) -> pd.Series[float]:
    """Mean number who had arrived and not registered, by hour: of means, which may be subtracted."""
    arrived, registered = (results.series(name).set_index("hour")["mean"] for name in ("arrived", "registered"))
    return (arrived - registered).dropna()


def counted_backlog(results: Results) -> pd.DataFrame:
    """Counted arrivals less counted registrations, where both were given for one hour."""
    arrived, registered = results.counted("arrivals"), results.counted("registration")
    if arrived.empty or registered.empty:
        return pd.DataFrame()
    both = registered.merge(arrived[["hour", "value"]], on="hour", suffixes=("", "_arrived"))
    return both.assign(value=both["value_arrived"] - both["value"])


def _ever(results: Results, name: str) -> bool:
    rows = results.series(name)
    return not rows.empty and bool(rows["p95"].max() > 0)


def _about(results: Results) -> str:
    base = "People, cumulative. Line: median run; shades: half of the runs, likely range (9 of 10 runs)"
    counted = pd.concat([results.counted(series) for series in SERIES.values()])
    return base if counted.empty else f"{base}. {points(results, counted)}"


def _last(results: Results) -> float:
    rows = results.observed
    points = rows[rows["series"].isin(SERIES.values())]["hour"].max() if not rows.empty else 0
    end = float(results.series("arrived")["hour"].iloc[-1])
    return min(end, max(span(results) + 48, float(np.nan_to_num(points))))


def _curve(axes: Axes, results: Results, name: str) -> None:
    rows, arrived = results.series(name), results.series("arrived")
    axes.fill_between(rows["hour"], rows["p05"], rows["p95"], color=BAND, linewidth=0)
    axes.fill_between(rows["hour"], rows["p25"], rows["p75"], color=BAND_INNER, linewidth=0)
    axes.plot(rows["hour"], rows["p50"], color=NEED, linewidth=1.8)
    axes.plot(arrived["hour"], arrived["p50"], color=QUIET, linewidth=0.9, linestyle=(0, (5, 2)))
    observed(axes, results, results.counted(SERIES[name]))
    heading(axes, NAMES[name], "people, cumulative; dashed: crossed")


def _backlog(axes: Axes, results: Results) -> None:
    waiting = backlog(results)
    axes.fill_between(waiting.index, 0, waiting, color=BAND, linewidth=0)
    axes.plot(waiting.index, waiting, color=NEED, linewidth=1.8)
    observed(axes, results, counted_backlog(results))
    heading(axes, "Crossed, not yet registered", "people, mean of the runs")


def _days(axes: Axes, results: Results, last: float) -> None:
    results.clock.axis(axes, 0.0, last, most=5)
    axes.tick_params(labelsize=8)
