"""The time before the road opened: what was needed, what there was, what was left, over what was reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.model.record import Array
from sim.publish.charts import reported
from sim.publish.charts.page import (
    BAND,
    COVERED,
    GAP,
    GAP_TINT,
    INK,
    NEED,
    QUIET,
    columns_for,
    counts,
    heading,
    page,
    panels,
)
from sim.publish.charts.words import amount, capital, item_words, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results
    from sim.publish.charts.reported import Report

MOST = 9
LITTLE = 0.1  # of the stock at the closing: the share a headline calls nearly used up
LATELY = 30.0  # days


@dataclass(frozen=True)
class Item:
    """One commodity, a row a day."""

    name: str
    unit: str
    hours: Array
    """Beginning of each day, and the end of the last."""
    rows: pd.DataFrame
    people: float

    def column(self, name: str) -> Array:
        """A column of the table."""
        return self.rows[name].to_numpy(float)

    def per_head(self, name: str) -> Array:
        """An amount per person and day; the first and last day may be shorter, and so is their need."""
        need = self.column("need_p50")
        amounts: Array = self.column(name) * need.max() / np.maximum(need, 1e-12) / max(self.people, 1.0)
        return amounts

    def stock_share(self, name: str = "stock_p50") -> Array:
        """Stock as a share of the median stock at the end of the first day."""
        share: Array = self.column(name) / max(float(self.column("stock_p50")[0]), 1e-12)
        return share

    def on(self, hour: float, values: Array) -> float:
        """The value of the day an hour lies in."""
        day = int(np.searchsorted(self.hours, hour, side="right")) - 1
        return float(values[min(max(day, 0), len(values) - 1)])


def draw(results: Results) -> Figure | None:
    """Need, what covered it and what was missing, per person and day."""
    found = items(results)
    if not found:
        return None
    about = "Per person and day, median run. Line: need; pale: covered; red, hatched: gap"
    figure = page(results, finding(found), _with_reports(results, about))
    for axes, item in zip(panels(figure, len(found), columns_for(len(found))), found, strict=True):
        _rations(axes, item)
        told = reported.reports(results, item.name)
        _points(axes, item, [r for r in told if r.of_ration], item.per_head("supply_p50"))
        _marks(axes, item, [r for r in told if not r.of_ration and not r.of_stock])
        _finish(axes, results, item, f"{item.unit} per person and day")
    return figure


def draw_stocks(results: Results) -> Figure | None:
    """Stock inside as a share of the stock at the closing, with its likely range."""
    found = [item for item in items(results) if item.column("stock_p50")[0] > 0]
    if not found:
        return None
    about = "Stock inside, % of the first day. Line: median run; shade: likely range (9 of 10 runs)"
    figure = page(results, finding_stocks(results, found), _with_reports(results, about))
    for axes, item in zip(panels(figure, len(found), columns_for(len(found))), found, strict=True):
        _stock(axes, item)
        _points(axes, item, [r for r in reported.reports(results, item.name) if r.of_stock], item.stock_share())
        _finish(axes, results, item, f"first day: {amount(float(item.column('stock_p50')[0]))} {item.unit}")
    return figure


def items(results: Results) -> list[Item]:
    """The commodities of blockade.csv, at most nine."""
    rows = results.table("blockade")
    if rows.empty:
        return []
    rows = rows.assign(hour=[results.clock.hour(str(date)) for date in rows["date"]]).sort_values("hour", kind="stable")
    groups = [group for _, group in rows.groupby("item", sort=False) if group["need_p50"].max() > 0][:MOST]
    return [_item(group, results.present) for group in groups]


def finding(found: list[Item]) -> str:
    """The item of which the smallest share of the need was covered in the last month."""
    covered = [_covered_lately(item) for item in found]
    worst = int(np.argmin(covered))
    if covered[worst] > 0.995:
        return "What came in and what was there covered the need to the end"
    name = item_words(found[worst].name)
    return f"In the last {LATELY:.0f} days {percent(covered[worst])} of the need for {name} was covered"


def finding_stocks(results: Results, found: list[Item]) -> str:
    """Which stock was nearly used up first, and when."""
    low = [(float(item.hours[int(np.argmax(item.stock_share() <= LITTLE))]), item) for item in found if _ran_low(item)]
    if not low:
        return f"No stock fell to {percent(LITTLE)} of what there was at first"
    hour, item = min(low, key=lambda pair: pair[0])
    left = ", ".join(f"{item_words(i.name)} {percent(float(i.stock_share()[-1]))}" for i in found[:4])
    day = results.clock.day(hour)
    return (
        f"{capital(item_words(item.name))} was first to fall to a tenth of its stock, on {day}; left at the end: {left}"
    )


def _item(rows: pd.DataFrame, people: float) -> Item:
    hours = rows["hour"].to_numpy(float)
    end = hours[-1] + 24.0 if hours[-1] >= 0 else min(hours[-1] + 24.0, 0.0)
    return Item(str(rows["item"].iloc[0]), str(rows["unit"].iloc[0]), np.append(hours, end), rows, people)


def _ran_low(item: Item) -> bool:
    return bool((item.stock_share() <= LITTLE).any())


def _covered_lately(item: Item) -> float:
    late = item.hours[:-1] >= item.hours[-1] - LATELY * 24
    return 1 - float(item.column("gap_p50")[late].sum()) / max(float(item.column("need_p50")[late].sum()), 1e-12)


def _with_reports(results: Results, about: str) -> str:
    return about if results.counted("blockade").empty else f"{about}; points, dotted lines: reported"


def _rations(axes: Axes, item: Item) -> None:
    need, gap = item.per_head("need_p50"), item.per_head("gap_p50")
    covered, all_of_it = (np.append(values, values[-1]) for values in (need - gap, need))
    axes.fill_between(item.hours, 0, covered, color=COVERED, linewidth=0, step="post")
    look: dict[str, Any] = {"facecolor": GAP_TINT, "edgecolor": GAP, "hatch": "////", "linewidth": 0}
    axes.fill_between(item.hours, covered, all_of_it, where=covered < all_of_it - 1e-9, step="post", **look)
    axes.step(item.hours, all_of_it, where="post", color=NEED, linewidth=1.5)
    counts(axes)
    axes.set_ylim(0, float(np.median(need)) * 1.25)


def _stock(axes: Axes, item: Item) -> None:
    low, high = item.stock_share("stock_p05"), item.stock_share("stock_p95")
    axes.fill_between(item.hours[1:], low, high, color=BAND, linewidth=0)
    axes.plot(item.hours[1:], item.stock_share(), color=NEED, linewidth=1.6)
    axes.set_ylim(0, max(1.05, float(high.max()) * 1.02))
    axes.yaxis.set_major_formatter(lambda value, _: percent(value))


def _points(axes: Axes, item: Item, found: list[Report], values: Array) -> None:
    """Reported values as points, with the run's own value beside them."""
    middle = (item.hours[0] + item.hours[-1]) / 2
    for report in found:
        late = report.hour > middle
        axes.scatter([report.hour], [report.drawn_at], s=20, color=INK, zorder=5)
        place: dict[str, Any] = {"xytext": (-5 if late else 5, 2), "textcoords": "offset points"}
        place |= {"ha": "right" if late else "left", "va": "bottom", "size": 7, "bbox": _behind()}
        axes.annotate(report.beside(item.on(report.hour, values)), (report.hour, report.drawn_at), **place)


def _marks(axes: Axes, item: Item, found: list[Report]) -> None:
    """Other reports as dotted lines with their words."""
    for report in found:
        if not item.hours[0] <= report.hour <= item.hours[-1]:
            continue
        axes.axvline(report.hour, color=INK, linewidth=0.9, linestyle=":")
        place: dict[str, Any] = {
            "xytext": (-2, -3),
            "textcoords": "offset points",
            "xycoords": ("data", "axes fraction"),
        }
        look: dict[str, Any] = {"rotation": 90, "ha": "right", "va": "top", "size": 6, "bbox": _behind()}
        axes.annotate(report.words, (report.hour, 1), **place, **look)


def _behind() -> dict[str, Any]:
    return {"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 0.8}


def _finish(axes: Axes, results: Results, item: Item, unit: str) -> None:
    heading(axes, capital(item_words(item.name)), unit)
    axes.tick_params(labelsize=7.5, labelcolor=QUIET)
    axes.locator_params(axis="y", nbins=4)
    results.clock.axis(axes, float(item.hours[0]), float(item.hours[-1]))
