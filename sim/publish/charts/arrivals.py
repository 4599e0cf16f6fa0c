"""Who had crossed by when, over what was counted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.page import BAND, BAND_INNER, INK, NEED, QUIET, beside, counts, page, panels
from sim.publish.charts.words import name_words, people, percent, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

LOWEST = 0.04  # of the height: lower, a name would stand in the axis of time
AT_EDGE = 0.08  # of the time shown: nearer to its beginning there is no room for a name
SCORED_KINDS = ("stated", "stated_rounded")


def draw(results: Results) -> Figure | None:
    """Cumulative arrivals: likely ranges, median, departures and the counts; none where nobody is to come."""
    arrived = results.series("arrived")
    if arrived.empty or not (results.has_road or arrived["p95"].max() > 0):
        return None
    figure = page(results, finding(results), _about(results))
    (axes,) = panels(figure, 1, left=0.095, right=0.9, headings=False)
    band(axes, arrived)
    _departed(axes, results)
    observed(axes, results, results.counted("arrivals"))
    counts(axes)
    if not arrived["p95"].max() > 0:
        axes.set_ylim(0, max(results.present, 1.0))
    axes.set_ylabel("people")
    results.clock.axis(axes, float(arrived["hour"].iloc[0]), span(results))
    _name_lines(axes, results)
    axes.set_xlabel(results.clock.name())
    return figure


def finding(results: Results) -> str:
    """When half and nearly all had crossed, or how few did."""
    arrived = results.series("arrived")
    half, nearly = (_clearance(results, share) for share in (0.5, 0.95))
    words = results.clock.words
    if math.isnan(half):
        return _few(results, arrived)
    said = f"Half of those {'leaving' if results.has_road else 'to come'} had {_verb(results)} by {words(half)}"
    if math.isnan(nearly):
        return f"{said}; 95 % had not by {words(_end(results))}"
    return f"{said}; 95 % by {words(nearly)}"


def _verb(results: Results) -> str:
    """Where there is no road people do not cross but come."""
    return "crossed" if results.has_road else "arrived"


def band(axes: Axes, rows: pd.DataFrame, colour: str = NEED) -> None:
    """The ranges of 9 in 10 and of half the runs, and the median."""
    axes.fill_between(rows["hour"], rows["p05"], rows["p95"], color=BAND, linewidth=0)
    axes.fill_between(rows["hour"], rows["p25"], rows["p75"], color=BAND_INNER, linewidth=0)
    axes.plot(rows["hour"], rows["p50"], color=colour, linewidth=1.8)


def observed(axes: Axes, results: Results, rows: pd.DataFrame) -> None:
    """Counts as points: filled where they are scored, hollow where they are only shown; all filled in a what-if."""
    if rows.empty:
        return
    filled = scored(rows) | results.is_what_if
    for chosen, face in ((filled, INK), (~filled, "white")):
        part = rows[chosen]
        axes.scatter(part["hour"], part["value"], s=17, facecolor=face, edgecolor=INK, linewidth=0.9, zorder=5)


def scored(rows: pd.DataFrame) -> pd.Series[bool]:
    """Which counts the run is scored on: of high confidence, at a stated time."""
    if "scored" in rows:
        return rows["scored"].astype(str).isin(["1", "yes", "True", "true"])
    return (rows["confidence"] == "high") & rows["kind"].isin(SCORED_KINDS)


def span(results: Results) -> float:
    """The last hour worth showing: a day after the median has come to rest."""
    rows = results.series("arrived")
    last, middle = float(rows["hour"].iloc[-1]), rows["p95"].to_numpy(float)
    moving = np.flatnonzero(middle < 0.995 * middle[-1])
    if not len(moving):
        return last
    return min(last, float(rows["hour"].iloc[moving[-1]]) + 24)


def _clearance(results: Results, share: float) -> float:
    """Hour at which a share of the people had crossed, in the median run."""
    name = f"clearance.p{share * 100:.0f}"
    hour = results.indicator(name)
    return hour if math.isfinite(hour) else float("nan")


def _few(results: Results, arrived: pd.DataFrame) -> str:
    last = arrived.iloc[-1]
    end = results.clock.words(_end(results))
    if last["p95"] < 1:
        return f"Nobody had crossed by {end}"
    return f"Fewer than half of those leaving had crossed by {end}: {people(last['p50'])}"


def _end(results: Results) -> float:
    return float(results.series("arrived")["hour"].iloc[-1])


def _about(results: Results) -> str:
    place = results.manifest.get("count_at")
    where = f"crossed at {name_words(str(place))}" if place else "arrived"
    base = (
        f"People who had {where}, cumulative. Line: median run; shades: half of the runs, likely range (9 of 10 runs)"
    )
    rows = results.counted("arrivals")
    if rows.empty:
        return base
    inside = "" if results.is_what_if else _inside(results, rows[scored(rows)])
    return f"{base}\n{points(results, rows)}{inside}"


def points(results: Results, rows: pd.DataFrame) -> str:
    """What the points of a chart are."""
    if results.is_what_if:
        return "Points: counted in the event"
    return "Points: counted (hollow: not scored)" if (~scored(rows)).any() else "Points: counted"


def _inside(results: Results, rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    arrived = results.series("arrived")
    hours = arrived["hour"].to_numpy(float)
    low, high = (np.interp(rows["hour"].to_numpy(float), hours, arrived[c].to_numpy(float)) for c in ("p05", "p95"))
    value = rows["value"].to_numpy(float)
    held = (value >= low) & (value <= high)
    return f"; the likely range holds {held.sum()} of {len(held)} scored points ({percent(float(held.mean()))})"


def _departed(axes: Axes, results: Results) -> None:
    rows = results.series("departed")
    if not rows.empty:
        axes.plot(rows["hour"], rows["p50"], color=QUIET, linewidth=0.9, linestyle=(0, (5, 2)))


def _name_lines(axes: Axes, results: Results) -> None:
    end = axes.get_xlim()[1]
    rows = results.series("arrived")
    value = float(np.interp(end, rows["hour"].to_numpy(float), rows["p50"].to_numpy(float)))
    height = max(value, LOWEST * axes.get_ylim()[1])
    beside(axes, (end, height), f"{_verb(results)}\n{thousands(value)}", NEED)
    rows = results.series("departed")
    if rows.empty or not rows["p50"].max() > 0:
        return
    half = rows[rows["p50"] >= rows["p50"].max() / 2].iloc[0]
    at, place = (float(half["hour"]), float(half["p50"])), {"xytext": (-6, 2), "ha": "right"}
    begin = axes.get_xlim()[0]
    if at[0] < begin + AT_EDGE * (end - begin):  # no room to the left of the line: below it, where it is level
        middle = (begin + end) / 2
        at = (middle, float(np.interp(middle, rows["hour"].to_numpy(float), rows["p50"].to_numpy(float))))
        place = {"xytext": (0, -6), "ha": "center", "va": "top"}
    look: dict[str, Any] = {"textcoords": "offset points", "size": 8.5, "color": QUIET, **place}
    axes.annotate("set off", at, **look)
