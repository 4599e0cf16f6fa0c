"""Where everybody is, hour by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.arrivals import span
from sim.publish.charts.page import INK, beside, counts, page, panels, spread
from sim.publish.charts.words import STATES, about, thousands

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
AWAY_BY = ((0.16, 0.14), (0.28, 0.035))  # of the axes: names of neighbours stand apart
LEAST_SHARE = 0.02  # of all people: thinner than that a band cannot carry its name


def draw(results: Results) -> Figure | None:
    """People in each state as stacked areas, from the mean of the runs."""
    wide = _wide(results)
    if wide.empty or not wide.to_numpy().sum() > 0:
        return None
    figure = page(results, finding(results, wide), _about(wide))
    (axes,) = panels(figure, 1, right=0.82, headings=False)
    axes.stackplot(
        wide.index, wide.to_numpy().T, colors=[COLOURS[str(s)] for s in wide], edgecolor="white", linewidth=0.4
    )
    counts(axes)
    axes.set_ylim(0, float(wide.sum(axis=1).max()))
    results.clock.axis(axes, float(wide.index[0]), float(wide.index[-1]))
    axes.set_xlabel(results.clock.name())
    _names(axes, wide)
    return figure


def finding(results: Results, wide: pd.DataFrame) -> str:
    """How many were on the way at once, at most, and when."""
    away = wide[[state for state in AWAY if state in wide]].sum(axis=1)
    if not away.max() > 0:
        return f"{about(wide.iloc[0].sum()).capitalize()} people, none of them on the way"
    peak = float(away.index.to_numpy()[int(away.argmax())])
    return f"{about(away.max()).capitalize()} people were on the way or waiting to go on {results.clock.words(peak)}"


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
    pointed = 0
    for state in wide.columns.astype(str):
        people = wide[state].to_numpy(float)
        if people[-1] > LEAST_SHARE * total:
            outside.append((below[-1] + people[-1] / 2, f"{STATES[state]}\n{thousands(people[-1])}"))
        elif people.max() >= LEAST_TO_WRITE_IN * total:
            widest = int(people.argmax())
            _inside(axes, state, hours[widest], below[widest] + people[widest] / 2)
        elif people.max() >= LEAST_SHARE * total:
            widest = int(people.argmax())
            _pointed(axes, state, (hours[widest], below[widest] + people[widest] / 2), AWAY_BY[pointed % 2])
            pointed += 1
        below = below + people
    heights = spread([height for height, _ in outside], 0.075 * total)
    for height, (_, name) in zip(heights, outside, strict=True):
        beside(axes, (float(hours[-1]), height), name)


def _inside(axes: Axes, state: str, hour: float, height: float) -> None:
    colour = "white" if _luminance(COLOURS[state]) < 0.55 else INK
    low, high = axes.get_xlim()
    at_edge = hour < low + 0.15 * (high - low)
    shift = 0.01 * (high - low) if at_edge else 0.0
    axes.text(
        hour + shift, height, STATES[state], color=colour, size=8.5, ha="left" if at_edge else "center", va="center"
    )


def _pointed(axes: Axes, state: str, at: tuple[float, float], by: tuple[float, float]) -> None:
    """The name of a band too thin to hold it, written beside it with a line that leads to it."""
    low, high = axes.get_xlim()
    away = (at[0] + by[0] * (high - low), at[1] + by[1] * axes.get_ylim()[1])
    line = {"arrowstyle": "-", "color": INK, "linewidth": 0.7, "shrinkB": 0}
    box = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    axes.annotate(STATES[state], at, xytext=away, arrowprops=line, bbox=box, size=8.5, ha="center")


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return float(np.dot([0.299, 0.587, 0.114], [red, green, blue]))
