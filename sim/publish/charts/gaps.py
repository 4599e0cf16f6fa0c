"""Need, what covers it, and what is missing, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.model.record import Array
from sim.publish.charts.page import COVERED, GAP, GAP_TINT, NEED, columns_for, counts, heading, page, panels
from sim.publish.charts.words import about, about_some, amount, capital, item_words, people, units
from sim.scenario import standards

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

LEVELS = ("standard", "emergency_minimum", "survival_minimum", "post_emergency")
ON_A_PAGE = 9
IN_TITLE = 2
NUMBER = 0.06  # of the time shown: half as wide as the number over the largest gap
ROOM = 1.22  # of the largest need: above it stands the largest gap


def draw(results: Results, number: int = 0) -> Figure | None:
    """One page of panels, nine items each, for all places together."""
    chosen = items(results)[number * ON_A_PAGE : (number + 1) * ON_A_PAGE]
    if not chosen:
        return None
    figure = page(results, finding(chosen), _about(chosen))
    days = (min(int(rows["day"].min()) for rows in chosen), max(int(rows["day"].max()) for rows in chosen))
    axes = panels(figure, len(chosen), columns_for(len(chosen)))
    for panel, rows in zip(axes, chosen, strict=True):
        _panel(panel, rows, results)
        _days(panel, results, rows, days)
    return figure


def items(results: Results) -> list[pd.DataFrame]:
    """The rows of each item at its fullest level, all places together; items with a gap come first."""
    rows = results.table("gaps")
    if rows.empty:
        return []
    rows = rows[rows["place"] == "all"]
    # A stretch of road may be called `all` too; the row for all places together stands last.
    rows = rows.drop_duplicates(["sector_code", "item", "level", "day"], keep="last")
    groups = [_fullest(group) for _, group in rows.groupby(["sector_code", "item"], sort=True)]
    groups = [group for group in groups if group["need_p50"].max() > 0]
    return sorted(groups, key=lambda group: (provided(group) is False, str(group["sector_code"].iloc[0])))


def provided(rows: pd.DataFrame) -> bool:
    """Whether the supply of an item is known wherever it is needed, so that its gap is."""
    return bool(rows["gap_p50"].notna().any())


def finding(chosen: list[pd.DataFrame]) -> str:
    """The item of which most people are short; the requirement where supply is not known."""
    known = [rows for rows in chosen if provided(rows)]
    if not known:
        return _required(chosen)
    worst = max(known, key=lambda rows: (_people_short(rows), rows["gap_p50"].max()))
    if not worst["gap_p50"].max() > 0:
        every = "" if len(known) == len(chosen) else " of what was told"
        return f"What is provided covers the need every day in the median run{every}"
    day = worst.iloc[int(worst["gap_p50"].argmax())]
    need = about_some(day["need_p50"], str(worst["unit"].iloc[0]))
    whole = about(day["gap_p50"]) == about(day["need_p50"])
    missing = f"all of {need}" if whole else f"{about(day['gap_p50'])} of {need.removeprefix('about ')}"
    short = f", the need of {people(_people_short(worst))}" if _people_short(worst) >= 1 else ""
    return f"{_who(worst, known, chosen)}: on the worst day {missing} missing{short}"


def _who(worst: pd.DataFrame, known: list[pd.DataFrame], chosen: list[pd.DataFrame]) -> str:
    """The item that is short, and among which ones: nothing is said of those of which no supply was told."""
    if len(known) == 1:
        return capital(_name(worst))
    said = f"{_name(worst)} is short for the most people"
    return capital(said if len(known) == len(chosen) else f"where supply was told, {said}")


def _required(chosen: list[pd.DataFrame]) -> str:
    """What is required of the first items, and how much is known of the supply."""
    first = chosen[:IN_TITLE]
    told = [f"{_name(rows)} {about_some(rows['need_p50'].max(), str(rows['unit'].iloc[0]))}" for rows in first]
    none = all((rows["supply_status"] == "not_provided").all() for rows in chosen)
    known = "no supply was told" if none else "supply was told only in part"
    return f"Required on the largest day: {', '.join(told)}; {known}"


def _people_short(rows: pd.DataFrame) -> float:
    """People short on the worst day: what items of all units can be set beside each other by, never summed."""
    return float(rows["people_short_p50"].iloc[int(rows["gap_p50"].argmax())])


def _fullest(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows at the highest planning level the item has."""
    levels = rows["level"].fillna("")
    level = next((known for known in LEVELS if (levels == known).any()), levels.iloc[0])
    return _every_day(rows[levels == level].sort_values("day"))


def _every_day(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with days of no need and no gap between them, which the table leaves out."""
    days = range(int(rows["day"].min()), int(rows["day"].max()) + 1)
    if len(rows) == len(days):
        return rows
    whole = rows.set_index("day").reindex(days).rename_axis("day").reset_index()
    told = ["date", "unit", "level", "item", "sector_code", "supply_status"]
    whole[told] = whole[told].ffill()
    amounts = ["need_p50", *(["gap_p50", "people_short_p50"] if provided(rows) else [])]
    whole[amounts] = whole[amounts].fillna(0.0)
    return whole


def _about(chosen: list[pd.DataFrame]) -> str:
    known = [provided(rows) for rows in chosen]
    parts = ["line: need; pale: covered; red, hatched: gap"] if any(known) else []
    parts += [] if all(known) else ["dotted: requirement, supply not fully told"]
    return f"All places, per day, median run. {capital('; '.join(parts))}"


def _panel(axes: Axes, rows: pd.DataFrame, results: Results) -> None:
    hours = _hours(results, rows)
    need = rows["need_p50"].to_numpy(float)
    known = provided(rows)
    if known:
        _covered(axes, hours, rows)
    _steps(axes, hours, need, "-" if known else ":")
    name = capital(_name(rows)) if known else f"{capital(_name(rows))}: requirement"
    heading(axes, name, _detail(rows))
    axes.tick_params(labelsize=7.5)
    counts(axes)
    axes.set_ylim(0, float(need.max()) * ROOM)
    axes.locator_params(axis="y", nbins=4)


def _detail(rows: pd.DataFrame) -> str:
    """Unit and level; of what is held and not used up there is no amount a day."""
    held = any(figure.hours is None for figure in standards.of_item(str(rows["item"].iloc[0])))
    level = str(rows["level"].iloc[0]).replace("_", " ") if rows["level"].notna().any() else ""
    return ", ".join(filter(None, (_units(rows) if held else f"{_units(rows)} a day", level)))


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
            (hours[largest] + 12, float(need[np.abs(hours - hours[largest]) <= _label(hours)].max())),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            size=7.5,
            color=GAP,
            weight="bold",
        )


def _label(hours: Array) -> float:
    """Hours to either side of a day that its number may cover."""
    return max(24.0, NUMBER * float(hours[-1] - hours[0]))


def _steps(axes: Axes, hours: Array, need: Array, line: str) -> None:
    edges = np.append(hours, hours[-1] + 24)
    axes.step(edges, np.append(need, need[-1]), where="post", color=NEED, linewidth=1.5, linestyle=line)


def _days(axes: Axes, results: Results, rows: pd.DataFrame, days: tuple[int, int]) -> None:
    """The same days in every panel, with a few of them named."""
    first = _hours(results, rows)[0] - 24.0 * (int(rows["day"].iloc[0]) - days[0])
    count = days[1] - days[0] + 1
    ticks = [first + 24.0 * day for day in range(0, count, max(1, -(-count // 4)))]
    axes.set_xticks(ticks, [results.clock.day(hour) for hour in ticks], ha="left")
    axes.set_xlim(first, first + 24.0 * count)


def _hours(results: Results, rows: pd.DataFrame) -> Array:
    """The hour at which each day begins."""
    since: Array = results.clock.hour(str(rows["date"].iloc[0])) + 24.0 * (rows["day"] - rows["day"].iloc[0]).to_numpy()
    return since


def _name(rows: pd.DataFrame) -> str:
    return item_words(str(rows["item"].iloc[0]))


def _units(rows: pd.DataFrame) -> str:
    return units(str(rows["unit"].iloc[0]))
