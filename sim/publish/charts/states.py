"""Where everybody is, hour by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.model.record import Array
from sim.publish.charts.arrivals import span
from sim.publish.charts.page import INK, beside, counts, page, panels, spread
from sim.publish.charts.words import STATES, people, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

# From those who have not left, over the way, to those who have arrived: greys, blues, tints; neighbours differ in
# lightness, so that the order can be read in print.
COLOURS = {
    "stayed": "#BDBDBD",
    "home": "#E3E3E3",
    "fuel_queue": "#8C8C8C",
    "waiting_transport": "#B5B5B5",
    "road": "#144372",
    "stranded": "#82B5E9",
    "walking": "#1F69B3",
    "in_care": "#D4E5F7",
    "reception": "#3E7CB8",
    "registered": "#A9CBEB",
    "accommodated": "#6FA3D8",
    "onward": "#DCE9F6",
    "reported_dead": "#262626",
}
AWAY = ("fuel_queue", "waiting_transport", "road", "stranded", "walking")
LEAST_TO_WRITE_IN = 0.3  # of all people: a lower band would cut through its name
AT_EDGE = 0.15  # of the time shown: a band that is widest before then is named inside it, at its left edge
BESIDE = 0.12  # of the time shown: how far names stand from the last band they point at
APART = 0.06  # of all people: between names above each other
LEAST_SHARE = 0.02  # of all people: thinner than that a band cannot carry its name


def draw(results: Results) -> Figure | None:
    """People in each state as stacked areas, from the mean of the runs."""
    wide = _wide(results)
    if wide.empty or not wide.diff().abs().to_numpy()[1:].sum() > 0:
        return None  # everybody stays in one state: nothing to show
    figure = page(results, finding(results, wide), _about(wide))
    (axes,) = panels(figure, 1, left=0.095, right=0.82, headings=False)
    axes.stackplot(
        wide.index, wide.to_numpy().T, colors=[COLOURS[str(s)] for s in wide], edgecolor="white", linewidth=0.4
    )
    counts(axes)
    axes.set_ylim(0, float(wide.sum(axis=1).max()))
    axes.set_ylabel("people")
    results.clock.axis(axes, float(wide.index[0]), float(wide.index[-1]))
    axes.set_xlabel(results.clock.name())
    _names(axes, wide)
    return figure


def finding(results: Results, wide: pd.DataFrame) -> str:
    """How many were on the way at once, at most, and when."""
    away = wide[[state for state in AWAY if state in wide]].sum(axis=1)
    if not away.max() > 0:
        return f"Nobody was on the way, of {people(wide.iloc[0].sum())}"
    peak = float(away.index.to_numpy()[int(away.argmax())])
    waiting = [word for state, word in (("fuel_queue", "fuel"), ("waiting_transport", "transport")) if state in wide]
    waited = f" or waiting for {' or '.join(waiting)}" if waiting else ""
    when = results.clock.words(peak)
    return f"At the peak, on {when}: {people(away.max())} on the way{waited}"


def _wide(results: Results) -> pd.DataFrame:
    rows = results.table("ledger")
    if rows.empty:
        return rows
    wide = rows.pivot_table(index="hour", columns="state", values="mean", aggfunc="sum", fill_value=0.0)
    wide = wide[[state for state in COLOURS if state in wide and wide[state].max() > 0]]
    moving = results.series("arrived")
    return wide if moving.empty or not moving["p50"].max() > 0 else wide[wide.index <= _last(results, wide)]


def _last(results: Results, wide: pd.DataFrame) -> float:
    """A day after the last change worth showing."""
    change = wide.diff().abs().sum(axis=1) > 0.0005 * wide.iloc[0].sum()
    changing = wide.index[change.to_numpy()]
    return max(float(changing[-1]) + 6 if len(changing) else 0.0, min(span(results), float(wide.index[-1])))


def _about(wide: pd.DataFrame) -> str:
    thin = wide.max()[wide.max() < LEAST_SHARE * wide.iloc[0].sum()]
    base = f"People in each state, mean of the runs; together always {thousands(wide.iloc[0].sum())}"
    if thin.empty:
        return base
    few = ", ".join(f"{STATES[str(state)]} (at most {thousands(most)})" for state, most in thin.items())
    return f"{base}\nToo few to be seen: {few}"


def _names(axes: Axes, wide: pd.DataFrame) -> None:
    """Name each band beside its end, or inside it where it is widest when nothing of it is left at the end."""
    total = float(wide.iloc[0].sum())
    hours, below = wide.index.to_numpy(float), np.zeros(len(wide))
    outside: list[tuple[float, str]] = []
    pointed: list[tuple[float, float, str]] = []
    for state in wide.columns.astype(str):
        count = wide[state].to_numpy(float)
        if count[-1] > LEAST_SHARE * total:
            outside.append((below[-1] + count[-1] / 2, f"{STATES[state]}\n{thousands(count[-1])}"))
        elif count.max() >= LEAST_SHARE * total:
            widest = int(count.argmax())
            at = (float(hours[widest]), float(below[widest] + count[widest] / 2))
            if min(count[_beside_edge(axes, hours)]) >= LEAST_TO_WRITE_IN * total and _is_at_edge(axes, at[0]):
                _inside(axes, state, at)
            else:
                pointed.append((*at, STATES[state]))
        below = below + count
    _pointed(axes, pointed)
    heights = spread([height for height, _ in outside], 0.075 * total, 0.97 * total)
    for height, (_, name) in zip(heights, outside, strict=True):
        beside(axes, (float(hours[-1]), height), name)


def _is_at_edge(axes: Axes, hour: float) -> bool:
    low, high = axes.get_xlim()
    return hour < low + AT_EDGE * (high - low)


def _beside_edge(axes: Axes, hours: Array) -> Array:
    """The hours over which a name at the left edge stands."""
    low, high = axes.get_xlim()
    beside_edge: Array = hours <= low + AT_EDGE * (high - low)
    return beside_edge


def _inside(axes: Axes, state: str, at: tuple[float, float]) -> None:
    colour = "white" if _luminance(COLOURS[state]) < 0.55 else INK
    low, high = axes.get_xlim()
    hour = max(at[0], low + 0.01 * (high - low))
    axes.text(hour, at[1], STATES[state], color=colour, size=8.5, ha="left", va="center")


def _pointed(axes: Axes, bands: list[tuple[float, float, str]]) -> None:
    """Names of bands too thin to hold them, in a column in the order of their heights, with lines that lead to them."""
    if not bands:
        return
    (low, high), most = axes.get_xlim(), axes.get_ylim()[1]
    column = min(max(hour for hour, _, _ in bands) + BESIDE * (high - low), low + 0.8 * (high - low))
    line = {"arrowstyle": "-", "color": INK, "linewidth": 0.7, "shrinkB": 0}
    box = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none"}
    heights = spread([height for _, height, _ in bands], APART * most, 0.95 * most)
    for (hour, height, name), placed in zip(bands, heights, strict=True):
        at = (column, max(placed, 0.04 * most))
        axes.annotate(name, (hour, height), xytext=at, arrowprops=line, bbox=box, size=8.5, ha="left", va="center")


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return float(np.dot([0.299, 0.587, 0.114], [red, green, blue]))
