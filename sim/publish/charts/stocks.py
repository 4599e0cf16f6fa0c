"""What stood in stores and depots, hour by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.page import BAND, NEED, columns_for, counts, heading, page, panels
from sim.publish.charts.words import capital, item_words, name_words, some, units

if TYPE_CHECKING:
    from sim.publish.charts.folder import Results

MOST = 9


def draw(results: Results) -> Figure | None:
    """Stock of each store and depot: median and likely range; of a depot from when it opens."""
    stores = _stores(results)
    if not stores:
        return None
    about = "Amount in stock. Line: median run; shade: likely range (9 of 10 runs)"
    figure = page(results, finding(results, stores), about)
    last = max(float(rows["hour"].iloc[-1]) for rows in stores)
    for axes, rows in zip(panels(figure, len(stores), columns_for(len(stores))), stores, strict=True):
        axes.fill_between(rows["hour"], rows["p05"], rows["p95"], color=BAND, linewidth=0)
        axes.plot(rows["hour"], rows["p50"], color=NEED, linewidth=1.6)
        heading(axes, name(rows), _detail(rows))
        counts(axes)
        axes.tick_params(labelsize=7.5)
        results.clock.axis(axes, 0.0, last, most=5)
    return figure


def _detail(rows: pd.DataFrame) -> str:
    """The unit, and the store's own name where its place has another one."""
    store, place = str(rows["store"].iloc[0]), str(rows["place"].iloc[0])
    return ", ".join(filter(None, (units(_unit(rows)), "" if store == place else name_words(store).lower())))


def finding(results: Results, stores: list[pd.DataFrame]) -> str:
    """Which store was used up first, and when; what an explosion took is told apart."""
    struck = [rows for rows in stores if _struck(results, rows) is not None]
    empty = [(float(out.iloc[0]), rows) for rows in stores if len(out := _used_up(results, rows))]
    return "; ".join([_first(results, empty) if empty else _least(stores), *(_lost(results, rows) for rows in struck)])


def name(rows: pd.DataFrame) -> str:
    """What is held and where: `Water, Goris`."""
    item, place = str(rows["item"].iloc[0]), str(rows["place"].iloc[0])
    return f"{capital(item_words(item))}, {name_words(place)}"


def _at(rows: pd.DataFrame) -> str:
    """The same within a sentence: `water at Goris`."""
    item, place = str(rows["item"].iloc[0]), str(rows["place"].iloc[0])
    return f"{item_words(item)} at {'home' if place == 'home' else name_words(place)}"


def _first(results: Results, empty: list[tuple[float, pd.DataFrame]]) -> str:
    hour, rows = min(empty, key=lambda pair: pair[0])
    others = len(empty) - 1
    more = f" (then {others} more)" if others else ""
    return f"Used up first: {_at(rows)}, {results.clock.words(hour)}{more}"


def _least(stores: list[pd.DataFrame]) -> str:
    held = [rows for rows in stores if rows["p50"].max() > 0]
    if not held:
        return "No stock was used up"
    least = min(held, key=lambda rows: float(rows["p50"].min() / rows["p50"].max()))
    return f"No stock was used up; {_at(least)} came down to {some(float(least['p50'].min()), _unit(least))}"


def _lost(results: Results, rows: pd.DataFrame) -> str:
    hour = _struck(results, rows)
    assert hour is not None
    return f"lost in the explosion of {results.clock.words(hour)}: {_at(rows)}"


def _stores(results: Results) -> list[pd.DataFrame]:
    """The rows of each store, a table each; of a depot those since it opened."""
    table = results.table("stocks")
    if table.empty:
        return []
    groups = [group.sort_values("hour") for _, group in table.groupby("store", sort=False)]
    open_ = [group[group["hour"] >= _depot(results, group).get("opens", 0.0)] for group in groups]
    return [group for group in open_ if len(group) and group["p95"].max() > 0][:MOST]


def _depot(results: Results, rows: pd.DataFrame) -> dict[str, Any]:
    known: dict[str, dict[str, Any]] = results.manifest.get("depots", {})
    return known.get(str(rows["store"].iloc[0]), {})


def _struck(results: Results, rows: pd.DataFrame) -> float | None:
    """The hour of the explosion that emptied a store in the median run, None when none did."""
    for hour in _depot(results, rows).get("explosions", []):
        before, after = rows[rows["hour"] <= hour], rows[rows["hour"] > hour]
        if len(before) and len(after) and before["p50"].iloc[-1] > 0 and after["p50"].iloc[0] <= 1e-9:
            return float(hour)
    return None


def _used_up(results: Results, rows: pd.DataFrame) -> pd.Series[float]:
    """Hours at which the median stock is empty after it was not, unless an explosion took it."""
    if _struck(results, rows) is not None:
        return rows["hour"][:0]
    held = rows["p50"].cummax() > 0
    return rows["hour"][held & (rows["p50"] <= 1e-9)]


def _unit(rows: pd.DataFrame) -> str:
    unit = rows["unit"].iloc[0]
    return "" if pd.isna(unit) else str(unit)
