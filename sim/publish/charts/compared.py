"""Two scenarios side by side: both medians, and below them the range of their difference."""

from __future__ import annotations

import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.publish.charts.clock import Clock
from sim.publish.charts.folder import Results
from sim.publish.charts.page import BAND, INK, NEED, QUIET, counts, heading, page, panels, save, spread, style
from sim.publish.charts.words import about, about_some, amount, item_words, name_words, units

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIDES = ("a_p50", "b_p50")
DASHED = (0, (5, 2))
CALM = 0.002
"""Share of the largest value below which a curve counts as at rest."""
APART = 0.09
"""Of the height: the least distance of two labels."""


def draw_compared(folder: Path) -> list[Path]:
    """Arrivals, people on the road, and the gap that differs most, into the folder `charts`."""
    results, written = Results(folder), []
    with style():
        for name, make in {"arrivals": arrivals, "on_the_road": on_the_road, "gap": gap}.items():
            figure = make(results)
            if figure is not None:
                written += save(figure, folder / "charts" / name)
    return written


def arrivals(results: Results) -> Figure | None:
    """Who had crossed by when, on both sides."""
    rows = _series(results, "arrived")
    if rows.empty or not rows[[*SIDES]].to_numpy().max() > 0:
        return None
    shows = f"People who had arrived, cumulative, median run. {_legend(results)}"
    return _two_panels(results, rows, finding(results), shows, "people")


def on_the_road(results: Results) -> Figure | None:
    """How many were on the road, on both sides."""
    rows = _series(results, "on_the_road")
    if rows.empty or not rows[[*SIDES]].to_numpy().max() > 0:
        return None
    most = rows[[*SIDES]].max()
    said = f"Most people on the road at a time: {about(most['b_p50'])} in {_name(results, 'b')}, "
    said += f"{about(most['a_p50'])} in {_name(results, 'a')}"
    shows = f"People driving, walking or stranded, median run. {_legend(results)}"
    return _two_panels(results, rows, said, shows, "people")


def gap(results: Results) -> Figure | None:
    """The gap, by day, of the item whose gap changes by the largest share."""
    rows = results.table("gaps_compared")
    if rows.empty:
        return None
    sums = rows.groupby("item", sort=False)[["a_p50", "b_p50", "difference_p50"]].sum()
    share = (sums["difference_p50"].abs() / sums[[*SIDES]].max(axis=1)).fillna(0.0)
    if not share.max() > 0:
        return None
    item = str(share.idxmax())
    mine = rows[rows["item"] == item].reset_index(drop=True)
    unit, totals = str(mine["unit"].iloc[0]), results.table("differences").set_index("indicator")
    b, a = (about_some(float(totals[side][f"gap.{item}.total"]), unit) for side in SIDES[::-1])
    mine["hour"] = [_clock(results).hour(str(day)) + 12 for day in mine["date"]]
    said = f"The gap of {item_words(item)} in all: {b} in {_name(results, 'b')}, {a} in {_name(results, 'a')}"
    shows = f"Need less supply of each day, all places together, median run. {_legend(results)}"
    return _two_panels(results, mine, said, shows, units(unit))


def finding(results: Results) -> str:
    """By how much earlier nearly all had crossed, or how many more had, or that it cannot be told."""
    rows, other = results.table("differences").set_index("indicator"), _name(results, "b")
    for indicator, words in (("clearance.p95", _hours), ("arrived.total", _people)):
        if indicator in rows.index:
            low, middle, high = (float(rows[f"difference_{level}"][indicator]) for level in ("p05", "p50", "p95"))
            if math.isfinite(low + middle + high) and (low or high):
                return f"With {other}, {words(low, middle, high)}"
    return f"With {other}, the same people have crossed, and when"


def _hours(low: float, middle: float, high: float) -> str:
    if low <= 0 <= high:
        return f"95 % may have crossed earlier or later: by {_range(low, high)} h"
    return f"95 % have crossed {amount(abs(middle))} h {'later' if middle > 0 else 'earlier'} ({_range(low, high)} h)"


def _people(low: float, middle: float, high: float) -> str:
    if low <= 0 <= high:
        return f"more or fewer people may have crossed in the end: by {_range(low, high)}"
    more = "more" if middle > 0 else "fewer"
    return f"{amount(abs(middle))} {more} people have crossed in the end ({_range(low, high)})"


def _range(low: float, high: float) -> str:
    """A band, without its sign where both ends have the same."""
    if low <= 0 <= high:
        return f"{low:+,.0f} to {high:+,.0f}"
    return " to ".join(amount(end) for end in sorted((abs(low), abs(high))))


def _name(results: Results, side: str) -> str:
    """A side as a reader calls it."""
    told = str(results.manifest.get("reference" if side == "a" else "other", side))
    return "the change" if told == "set" else name_words(told)


def _legend(results: Results) -> str:
    return (
        f"Line: {_name(results, 'b')}; dashed: {_name(results, 'a')}\n"
        "Below: how much more that is, the same people and luck on both sides; line: median of the differences, "
        "shade: 9 of 10"
    )


def _series(results: Results, name: str) -> pd.DataFrame:
    """One series of the curves until it comes to rest on both sides."""
    rows = results.table("curves")
    rows = rows[rows["series"] == name].reset_index(drop=True) if not rows.empty else rows
    if rows.empty:
        return rows
    values = rows[["a_p50", "b_p50", "difference_p05", "difference_p95"]].to_numpy(float)
    moving = np.flatnonzero((np.abs(values - values[-1]) > CALM * max(np.abs(values).max(), 1.0)).any(axis=1))
    last = min(int(moving[-1]) + 12, len(rows) - 1) if len(moving) else len(rows) - 1
    return rows.iloc[: last + 1]


def _clock(results: Results) -> Clock:
    rows = results.table("curves")
    return Clock.of(str(rows["time"].iloc[0]), float(rows["hour"].iloc[0])) if len(rows) else Clock(None)


def _two_panels(results: Results, rows: pd.DataFrame, said: str, shows: str, unit: str) -> Figure:
    figure = page(results, said, shows)
    above, below = panels(figure, 2, left=0.095, right=0.84)
    hour = rows["hour"].to_numpy(float)
    above.plot(hour, rows["a_p50"], color=INK, linewidth=1.3, linestyle=DASHED)
    above.plot(hour, rows["b_p50"], color=NEED, linewidth=1.8)
    counts(above)
    heading(above, unit)
    below.fill_between(hour, rows["difference_p05"], rows["difference_p95"], color=BAND, linewidth=0)
    below.plot(hour, rows["difference_p50"], color=NEED, linewidth=1.5)
    below.axhline(0, color=QUIET, linewidth=0.8)
    below.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+,.0f}" if value else "0"))
    heading(below, f"difference, {unit}")
    clock = _clock(results)
    for axes in (above, below):
        axes.locator_params(axis="y", nbins=5)
        clock.axis(axes, float(hour[0]), float(hour[-1]))
    above.tick_params(labelbottom=False)
    below.set_xlabel(clock.name())
    _labels(above, rows, {"a_p50": (_name(results, "a"), INK), "b_p50": (_name(results, "b"), NEED)})
    return figure


def _labels(axes: Axes, rows: pd.DataFrame, sides: dict[str, tuple[str, str]]) -> None:
    """The name of each line to its right, moved apart where they end close together."""
    last, top = float(rows["hour"].iloc[-1]), axes.get_ylim()[1]
    ends = [float(rows[side].iloc[-1]) for side in sides]
    at = spread([0.0 if math.isnan(end) else end for end in ends], APART * top * 2, top)
    for height, (name, colour) in zip(at, sides.values(), strict=True):
        text = "\n".join(textwrap.wrap(name, 20))
        axes.annotate(
            text, (last, height), xytext=(5, 0), textcoords="offset points", size=8, color=colour, va="center",
            annotation_clip=False,
        )  # fmt: skip
