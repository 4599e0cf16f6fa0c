"""What stood in stores and depots, hour by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.page import BAND, NEED, columns_for, counts, heading, page, panels
from sim.publish.charts.words import amount, capital, item_words

if TYPE_CHECKING:
    from sim.publish.charts.folder import Results

MOST = 9


def draw(results: Results) -> Figure | None:
    """Stock of each store and depot: median and likely range."""
    stores = _stores(results)
    if not stores:
        return None
    about = "Amount in stock. Line: median run; shade: likely range (9 of 10 runs)"
    figure = page(results, finding(results, stores), about)
    for axes, rows in zip(panels(figure, len(stores), columns_for(len(stores))), stores, strict=True):
        axes.fill_between(rows["hour"], rows["p05"], rows["p95"], color=BAND, linewidth=0)
        axes.plot(rows["hour"], rows["p50"], color=NEED, linewidth=1.6)
        heading(axes, _name(rows), str(rows["unit"].iloc[0]))
        counts(axes)
        axes.tick_params(labelsize=7.5)
        results.clock.axis(axes, float(rows["hour"].iloc[0]), float(rows["hour"].iloc[-1]), most=5)
    return figure


def finding(results: Results, stores: list[pd.DataFrame]) -> str:
    """Which store was empty first, and when."""
    empty = [(float(out.iloc[0]), rows) for rows in stores if len(out := _out(rows))]
    if not empty:
        least = min(stores, key=lambda rows: float(rows["p50"].min() / rows["p50"].max()))
        left = f"{amount(float(least['p50'].min()))} {least['unit'].iloc[0]}"
        return f"No stock ran out; {_name(least).lower()} came down to {left}"
    hour, rows = min(empty, key=lambda pair: pair[0])
    others = len(empty) - 1
    more = f"; {others} more ran out later" if others else ""
    return f"{_name(rows)} ran out first, on {results.clock.words(hour)}{more}"


def _stores(results: Results) -> list[pd.DataFrame]:
    rows = results.table("stocks")
    if rows.empty:
        return []
    groups = [group.sort_values("hour") for _, group in rows.groupby(["item", "place"], sort=False)]
    return [group for group in groups if group["p95"].max() > 0][:MOST]


def _out(rows: pd.DataFrame) -> pd.Series[float]:
    """Hours at which the median stock is empty after it was not."""
    held = rows["p50"].cummax() > 0
    return rows["hour"][held & (rows["p50"] <= 1e-9)]


def _name(rows: pd.DataFrame) -> str:
    return capital(f"{item_words(str(rows['item'].iloc[0]))}, {str(rows['place'].iloc[0]).replace('_', ' ')}")
