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
from sim.publish.charts.words import capital, item_words, percent, some, units

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results
    from sim.publish.charts.reported import Report

MOST = 9
LITTLE = 0.1  # of the stock at the closing: the share a headline calls nearly used up
LATELY = 30.0  # days
IN_TITLE = 5


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
    told = {item.name: within(item, reported.reports(results, item.name)) for item in found}
    about = "Per person and day, median run. Line: need; pale: covered; red, hatched: gap"
    words = rations_beside(results, found, told)
    marks = "; dotted lines: reported ends" if any(r.of_an_end for rows in told.values() for r in rows) else ""
    figure = page(results, finding(found), _with_words(f"{about}{'; points: reported' if words else ''}{marks}", words))
    axes = panels(figure, len(found), columns_for(len(found)), tick_lines=2)
    for panel, item in zip(axes, found, strict=True):
        _rations(panel, item)
        _points(panel, [r for r in told[item.name] if r.of_ration])
        _marks(panel, item, [r for r in told[item.name] if r.of_an_end])
        _finish(panel, results, item, f"{units(item.unit)} per person and day")
    return figure


def draw_stocks(results: Results) -> Figure | None:
    """Stock inside as a share of the stock at the closing, with its likely range."""
    found = [item for item in items(results) if item.column("stock_p50")[0] > 0]
    if not found:
        return None
    told = {item.name: within(item, reported.reports(results, item.name)) for item in found}
    about = "Stock inside, % of the first day. Line: median run; shade: likely range (9 of 10 runs)"
    words = stocks_beside(results, found, told)
    about = _with_words(f"{about}{'; points: reported' if words else ''}", words)
    figure = page(results, finding_stocks(results, found), about)
    axes = panels(figure, len(found), columns_for(len(found)), tick_lines=2)
    for panel, item in zip(axes, found, strict=True):
        _stock(panel, item)
        _points(panel, [r for r in told[item.name] if r.of_stock])
        _finish(panel, results, item, f"% of {some(float(item.column('stock_p50')[0]), item.unit)} on the first day")
    return figure


def within(item: Item, found: list[Report]) -> list[Report]:
    """The reports of the time shown."""
    return [report for report in found if item.hours[0] <= report.hour <= item.hours[-1]]


def rations_beside(results: Results, found: list[Item], told: dict[str, list[Report]]) -> list[str]:
    """A sentence on each reported ration, beside the run's own on that day."""
    return [
        _sentence(results, item, report, item.on(report.hour, item.per_head("supply_p50")))
        for item in found
        for report in told[item.name]
        if report.of_ration
    ]


def stocks_beside(results: Results, found: list[Item], told: dict[str, list[Report]]) -> list[str]:
    """A sentence on each reported stock, beside the run's own on that day."""
    return [
        _sentence(results, item, report, item.on(report.hour, item.stock_share()))
        for item in found
        for report in told[item.name]
        if report.of_stock
    ]


def _sentence(results: Results, item: Item, report: Report, has: float) -> str:
    day = results.clock.day(report.hour)
    return f"{capital(item_words(item.name))}, {day}: {report.beside(has, item.unit)}"


def items(results: Results) -> list[Item]:
    """The commodities of blockade.csv, at most nine."""
    rows = results.table("blockade")
    if rows.empty:
        return []
    rows = rows.assign(hour=[results.clock.hour(str(date)) for date in rows["date"]]).sort_values("hour", kind="stable")
    groups = [group for _, group in rows.groupby("item", sort=False) if group["need_p50"].max() > 0][:MOST]
    return [_item(group, results.present) for group in groups]


def finding(found: list[Item]) -> str:
    """How much of the need was covered in the last month, of what was stored: other items are as told."""
    stored = [item for item in found if item.column("stock_p50").max() > 0] or found
    covered = [(item_words(item.name), _covered_lately(item)) for item in stored]
    if min(share for _, share in covered) > 0.995:
        return "What came in and what was there covered the need to the end"
    told = ", ".join(f"{name} {percent(share)}" for name, share in covered[:IN_TITLE])
    return f"Share of the need covered in the last {LATELY:.0f} days: {told}"


def finding_stocks(results: Results, found: list[Item]) -> str:
    """Which stock was nearly used up first, and when."""
    low = [(float(item.hours[int(np.argmax(item.stock_share() <= LITTLE))]), item) for item in found if _ran_low(item)]
    if not low:
        return f"No stock fell to {percent(LITTLE)} of what there was at first"
    hour, item = min(low, key=lambda pair: pair[0])
    left = ", ".join(f"{item_words(i.name)} {percent(float(i.stock_share()[-1]))}" for i in found[:IN_TITLE])
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


def _with_words(about: str, words: list[str]) -> str:
    return "\n".join([about, *words])


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


def _points(axes: Axes, found: list[Report]) -> None:
    """Reported values as points; the words above the panels set the run's own beside them."""
    hours, heights = [report.hour for report in found], [report.drawn_at for report in found]
    axes.scatter(hours, heights, s=20, facecolor=INK, edgecolor="white", linewidth=0.8, zorder=5)


def _marks(axes: Axes, item: Item, found: list[Report]) -> None:
    """What was reported to stop as dotted lines with their words, one below the other."""
    middle = (item.hours[0] + item.hours[-1]) / 2
    for number, report in enumerate(found):
        late = report.hour > middle
        axes.axvline(report.hour, color=INK, linewidth=1.1, linestyle=":")
        place: dict[str, Any] = {"xytext": (-3 if late else 3, -1 - 11 * number), "textcoords": "offset points"}
        place |= {"xycoords": ("data", "axes fraction"), "ha": "right" if late else "left", "va": "top", "size": 6.5}
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        axes.annotate(report.words, (report.hour, 1), bbox=box, **place)


def _finish(axes: Axes, results: Results, item: Item, unit: str) -> None:
    heading(axes, capital(item_words(item.name)), unit)
    axes.tick_params(labelsize=7.5, labelcolor=QUIET)
    axes.locator_params(axis="y", nbins=4)
    results.clock.axis(axes, float(item.hours[0]), float(item.hours[-1]))
