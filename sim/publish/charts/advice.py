"""Advice in two pictures: what a dollar closes by lever, and what is left for how much money."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.publish.charts.folder import Results
from sim.publish.charts.page import COVERED, GAP, INK, NEED, QUIET, heading, page, save, style
from sim.publish.charts.words import about as roughly
from sim.publish.charts.words import amount, capital

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BOTTOM, THOUSAND = 0.16, 1e3
SEARCH, BUY, SINGLE = "search", "package", "best single lever"


def draw_all(folder: Path, called: str = "") -> list[Path]:
    """Draw what the tables of an advice allow."""
    results, written = Results(folder, called), []
    with style():
        for name, draw in {"gain_per_dollar": gains, "frontier": frontier}.items():
            figure = draw(results)
            if figure is not None:
                written += save(figure, folder / "charts" / name)
    return written


def gains(results: Results) -> Figure | None:
    """What the first step of each lever closes for a thousand dollars, with its interval."""
    rows = results.table("advice")
    rows = rows if rows.empty else rows[(rows["rank"] > 0) & rows["per_1000_usd"].notna()].sort_values("rank")
    if rows.empty:
        return None
    figure = page(results, _most(rows), "Mean over paired runs of the first step of each lever, nothing else bought; "
                  "lines: 90 % interval of the mean. Pale: cannot be told from nothing")  # fmt: skip
    top = figure.subplotpars.top - 0.06
    _bars(figure.add_axes((0.4, BOTTOM, 0.52, top - BOTTOM)), rows.iloc[::-1])
    return figure


def _most(rows: pd.DataFrame) -> str:
    """The lever that closes most for a dollar, of those that can be told from nothing; and what it is tied with."""
    sure = rows[rows["within_noise"] == "no"]
    if sure.empty or not sure["per_1000_usd"].iloc[0] > 0:
        return "No first step of a lever can be told from nothing by itself"
    first = sure.iloc[0]
    tied = rows["apart_from_next"].eq("no").iloc[int(first["rank"]) - 1]
    what = f"{capital(_word(first['lever']))} closes {roughly(first['per_1000_usd'])} {first['indicator_unit']}"
    return f"{what} for USD 1,000{'; it cannot be told apart from the next' if tied else ''}"


def _word(path: str) -> str:
    """The end of a dotted path, in words: the thing and what of it."""
    return " ".join(path.split(".")[-2:]).replace("_", " ")


def _unit(unit: object) -> str:
    """The unit of a lever; nothing for plain numbers, which the table calls 1."""
    return "" if str(unit) == "1" else str(unit)


def _bars(axes: Axes, rows: pd.DataFrame) -> None:
    at = range(len(rows))
    colours = [COVERED if noisy == "yes" else NEED for noisy in rows["within_noise"]]
    axes.barh(at, rows["per_1000_usd"], height=0.65, color=colours, linewidth=0)
    axes.hlines(at, rows["per_1000_usd_low"], rows["per_1000_usd_high"], color=INK, linewidth=1.4)
    axes.axvline(0, color=QUIET, linewidth=1)
    told = zip(rows["lever"], rows["value_now"], rows["value"], rows["unit"], strict=True)
    axes.set_yticks(
        list(at), [f"{_word(path)}\n{amount(now)} to {amount(then)} {_unit(unit)}" for path, now, then, unit in told]
    )
    axes.tick_params(axis="y", labelsize=7.5)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: amount(value)))
    heading(axes, str(rows["indicator"].iloc[0]), f"{rows['indicator_unit'].iloc[0]} closed for USD 1,000")


def frontier(results: Results) -> Figure | None:
    """What is left in the worst tenth and the mean for how much money, over the packages tried."""
    rows = results.table("packages")
    rows = rows if rows.empty else rows[rows["measured"] == SEARCH].sort_values("cost_usd")
    if len(rows) < 2:
        return None
    about = "Line: packages that none tried beats in cost and worst tenth. Bars: 90 % interval of the mean gain"
    figure = page(results, _left(rows), about)
    top = figure.subplotpars.top - 0.06
    _steps(figure.add_axes((0.11, BOTTOM, 0.8, top - BOTTOM)), rows)
    return figure


def _left(rows: pd.DataFrame) -> str:
    first, unit = rows.iloc[0], rows["indicator_unit"].iloc[0]
    named = rows[rows["package"] == BUY]
    chosen = (named if len(named) else rows).iloc[-1]
    begin = f"USD {amount(chosen['cost_usd'])} bring the worst tenth from"
    return f"{begin} {roughly(first['worst_tenth'])} to {roughly(chosen['worst_tenth'])} {unit}"


def _steps(axes: Axes, rows: pd.DataFrame) -> None:
    money = rows["cost_usd"] / THOUSAND
    less = rows["closed_mean"].iloc[-1] * (rows["mean"].iloc[0] - rows["mean"].iloc[-1]) >= 0
    least = rows["worst_tenth"].cummin() if less else rows["worst_tenth"].cummax()
    axes.step(money, least, where="post", color=GAP, linewidth=1.8)
    axes.plot(money, rows["worst_tenth"], "o", color=GAP, markersize=4)
    off = (rows["closed_mean"] - rows["closed_low"]).fillna(0)
    axes.errorbar(money, rows["mean"], yerr=off, fmt="s", color=NEED, markersize=3.5, linewidth=1.2)
    place: dict[str, Any] = {"xytext": (6, 6), "textcoords": "offset points", "size": 8}
    for name in (BUY, SINGLE):
        for _, one in rows[rows["package"] == name].iterrows():
            axes.annotate(name, (one["cost_usd"] / THOUSAND, one["worst_tenth"]), **place)
    axes.set_xlabel("USD thousand")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: amount(value)))
    unit = rows["indicator_unit"].iloc[0]
    heading(
        axes, str(rows["indicator"].iloc[0]), f"{unit} left; round, red: worst tenth of the runs; square, blue: mean"
    )
