"""Need, what covers it, and what is missing, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.model.record import Array
from sim.publish.charts.page import COVERED, GAP, GAP_TINT, NEED, columns_for, counts, heading, page, panels
from sim.publish.charts.words import about, amount, capital, item_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

LEVELS = ("standard", "emergency_minimum", "survival_minimum", "post_emergency")
ON_A_PAGE = 9


def draw(results: Results, number: int = 0) -> Figure | None:
    """One page of panels, nine items each, for all places together."""
    chosen = items(results)[number * ON_A_PAGE : (number + 1) * ON_A_PAGE]
    if not chosen:
        return None
    figure = page(results, finding(chosen), _about(chosen))
    axes = panels(figure, len(chosen), columns_for(len(chosen)))
    for panel, rows in zip(axes, chosen, strict=True):
        _panel(panel, rows, results)
    return figure


def items(results: Results) -> list[pd.DataFrame]:
    """The rows of each item at its fullest level, all places together; items with a gap come first."""
    rows = results.table("gaps")
    if rows.empty:
        return []
    rows = rows[(rows["place"] == "all") & (rows["need_p50"].fillna(0) >= 0)]
    groups = [_fullest(group) for _, group in rows.groupby(["sector_code", "item"], sort=True)]
    groups = [group for group in groups if group["need_p50"].max() > 0]
    return sorted(groups, key=lambda group: (provided(group) is False, str(group["sector_code"].iloc[0])))


def provided(rows: pd.DataFrame) -> bool:
    """Whether the supply of an item is known wherever it is needed, so that its gap is."""
    return bool(rows["gap_p50"].notna().any())


def finding(chosen: list[pd.DataFrame]) -> str:
    """The item with the smallest share of its need met; the requirement where supply is not known."""
    known = [rows for rows in chosen if provided(rows)]
    if not known:
        rows = chosen[0]
        most, unit = rows["need_p50"].max(), rows["unit"].iloc[0]
        return f"{capital(_name(rows))}: {about(most)} {unit} required on the largest day; supply is known only in part"
    worst = max(known, key=lambda rows: rows["gap_p50"].sum() / max(rows["need_p50"].sum(), 1e-9))
    if not worst["gap_p50"].max() > 0:
        return "What is provided covers the need every day in the median run"
    day = worst.iloc[int(worst["gap_p50"].argmax())]
    return (
        f"{capital(_name(worst))} falls furthest short of its need: "
        f"{about(day['gap_p50'])} of {about(day['need_p50'])} {day['unit']} missing on the worst day"
    )


def _fullest(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows at the highest planning level the item has."""
    levels = rows["level"].fillna("")
    level = next((known for known in LEVELS if (levels == known).any()), levels.iloc[0])
    return rows[levels == level].sort_values("day")


def _about(chosen: list[pd.DataFrame]) -> str:
    known = [provided(rows) for rows in chosen]
    parts = ["All places together, per day, median run. Line: need"]
    if any(known):
        parts.append("pale: covered")
        parts.append("red, hatched: gap")
    if not all(known):
        parts.append("dotted: requirement, supply not told for every place")
    return "; ".join(parts)


def _panel(axes: Axes, rows: pd.DataFrame, results: Results) -> None:
    hours = np.array([results.clock.hour(str(date)) for date in rows["date"]])
    need = rows["need_p50"].to_numpy(float)
    known = provided(rows)
    if known:
        _covered(axes, hours, rows)
    _steps(axes, hours, need, "-" if known else ":")
    level = str(rows["level"].iloc[0]) if rows["level"].notna().any() else ""
    detail = ", ".join(part for part in (str(rows["unit"].iloc[0]), level.replace("_", " ")) if part)
    name = capital(_name(rows)) if known else f"{capital(_name(rows))}: requirement"
    heading(axes, name, detail)
    axes.tick_params(labelsize=7.5)
    counts(axes)
    axes.locator_params(axis="y", nbins=4)
    _sparse_days(axes, results, hours)


def _covered(axes: Axes, hours: Array, rows: pd.DataFrame) -> None:
    need, gap = rows["need_p50"].to_numpy(float), rows["gap_p50"].fillna(0).to_numpy(float)
    axes.bar(hours, need - gap, width=24, align="edge", color=COVERED, linewidth=0)
    axes.bar(
        hours,
        gap,
        bottom=need - gap,
        width=24,
        align="edge",
        facecolor=GAP_TINT,
        edgecolor=GAP,
        hatch="////",
        linewidth=0,
    )
    largest = int(gap.argmax())
    if gap[largest] > 0:
        axes.annotate(
            amount(float(f"{gap[largest]:.2g}")),
            (hours[largest] + 12, need[largest]),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            size=7.5,
            color=GAP,
            weight="bold",
        )


def _steps(axes: Axes, hours: Array, need: Array, line: str) -> None:
    edges = np.append(hours, hours[-1] + 24)
    axes.step(edges, np.append(need, need[-1]), where="post", color=NEED, linewidth=1.5, linestyle=line)


def _sparse_days(axes: Axes, results: Results, hours: Array) -> None:
    step = max(1, -(-len(hours) // 4))
    ticks = [float(hour) for hour in hours[::step]]
    axes.set_xticks(ticks, [results.clock.day(hour) for hour in ticks], ha="left")
    axes.set_xlim(float(hours[0]), float(hours[-1]) + 24)


def _name(rows: pd.DataFrame) -> str:
    return item_words(str(rows["item"].iloc[0]))
