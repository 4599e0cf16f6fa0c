"""What binds: a strip of hours for each constraint, and what a tenth more of each would gain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.publish.charts.clock import Clock
from sim.publish.charts.folder import Results
from sim.publish.charts.page import COVERED, INK, NEED, QUIET, heading, page, save, style
from sim.publish.charts.words import about, amount, capital, item_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ASIDE = ("nobody_left", "who_is_there")
"""What is no constraint."""
WORDS = {
    "permission": "not let go, or not ready",
    "fuel": "waiting for fuel",
    "road": "the road itself",
    "checkpoint": "the checkpoint",
    "incident": "breakdowns, closures",
    "transport": "waiting for transport",
    "not_provided": "not provided",
    "stock": "too little in stock",
    "not_yet_come": "not yet come",
    "pledge": "pledged, not come",
    "lead_time": "ordered, on its way",
    "handout": "pace of hand-out",
    "room": "no room",
    "storage": "room in stores",
    "trucks": "trucks",
    "budget": "money for orders",
}
SOME = 1e-6
LEVELS = ("p50", "p05", "p95")
DELAY = "delay.person_hours"
MOST, FEW = 16, 0.5
"""Strips and bars that are drawn at most; hours in which a constraint has to limit to have a strip."""
SHADES = LinearSegmentedColormap.from_list("shares", ["#FFFFFF", COVERED, NEED])


def draw_binding(folder: Path) -> list[Path]:
    """Both charts, into the folder `charts`."""
    results, written = Results(folder), []
    with style():
        for name, make in {"binding": strips, "gains": gains}.items():
            figure = make(results)
            if figure is not None:
                written += save(figure, folder / "charts" / name)
    return written


def strips(results: Results) -> Figure | None:
    """Hour by hour, in which share of the runs each constraint limits."""
    rows = results.table("binding")
    if rows.empty:
        return None
    clock = Clock.of(str(rows["time"].iloc[0]), float(rows["hour"].iloc[0]))
    shares = rows[~rows["constraint"].isin(ASIDE)].pivot_table(
        index=["of", "constraint"], columns="hour", values="share", sort=False
    )
    shares = shares[shares.sum(axis=1) >= FEW]
    if shares.empty:
        return None
    names, untold = shares.index.get_level_values(0), _nothing_told(shares)
    shown = shares[~names.isin(untold)] if len(untold) < len(set(names)) else shares
    left_out = f"; {len(shown) - MOST} more strips in binding.csv" if len(shown) > MOST else ""
    shown, nothing = shown.iloc[:MOST], f"\nNothing is provided: {', '.join(untold)}" if untold else ""
    shade = f"Shade: share of the runs in which it limits in that hour{left_out}{nothing}"
    figure = page(results, _most(shares), shade)
    axes = figure.add_axes((0.27, 0.14, 0.66, figure.subplotpars.top - 0.16))
    hours = shown.columns.to_numpy(float)
    extent = (float(hours[0]), float(hours[-1]) + 1, len(shown) - 0.5, -0.5)
    axes.imshow(shown.to_numpy(), aspect="auto", cmap=SHADES, vmin=0, vmax=1, extent=extent, interpolation="none")
    _names(axes, shown)
    axes.grid(visible=False, axis="y")
    clock.axis(axes, float(hours[0]), float(hours[-1]) + 1)
    axes.set_xlabel(clock.name())
    return figure


def _nothing_told(shares: pd.DataFrame) -> list[str]:
    """Sectors that nothing limits but that nothing is provided."""
    limits: dict[str, set[str]] = {}
    for of, constraint in shares.index:
        limits.setdefault(str(of), set()).add(str(constraint))
    return [of for of, known in limits.items() if known == {"not_provided"}]


def _names(axes: Axes, shown: pd.DataFrame) -> None:
    """The name of each strip, and what is limited over the first strip of it; its hours to the right."""
    pairs = [(str(of), str(constraint)) for of, constraint in shown.index]
    axes.set_yticks(range(len(pairs)), [WORDS.get(constraint, constraint) for _, constraint in pairs])
    axes.tick_params(axis="y", length=0)
    before = ""
    for number, (of, _) in enumerate(pairs):
        hours = float(shown.iloc[number].sum())
        axes.text(1.008, number, f"{hours:,.0f} h", transform=axes.get_yaxis_transform(), va="center", size=8.5)
        if of != before:
            axes.text(-0.39, number, capital(of), transform=axes.get_yaxis_transform(), va="center", weight="bold")
            axes.axhline(number - 0.5, color=QUIET, linewidth=0.6, clip_on=False)
        before = of


def _most(shares: pd.DataFrame) -> str:
    """What limits arrivals in most hours, or supply where nobody comes by a road."""
    sums = shares.sum(axis=1)
    if "arrivals" in sums.index.get_level_values(0):
        mine = sums["arrivals"].sort_values(ascending=False)
        hours = float(mine.iloc[0])
        return (
            f"Arrivals are limited in most hours by: {WORDS[str(mine.index[0])]} ({hours:,.0f} of {mine.sum():,.0f} h)"
        )
    of, constraint = shares.index[int(sums.to_numpy().argmax())]
    return f"Supply of {of} is limited by: {WORDS[str(constraint)]} ({float(sums.max()):,.0f} h)"


def gains(results: Results) -> Figure | None:
    """What a tenth more of each constraint gains: hours of waiting, and gaps by item."""
    rows = results.table("gains")
    if rows.empty:
        return None
    delays = rows[rows["indicator"] == DELAY].sort_values("gain_p50")
    totals = rows[rows["indicator"].str.startswith("gap.") & rows["indicator"].str.endswith(".total")]
    totals = totals[(totals["gain_p05"].abs() > SOME) | (totals["gain_p95"].abs() > SOME)]
    totals = totals[totals["as_told_p50"] > SOME].assign(size=lambda told: told["gain_p50"] / told["as_told_p50"])
    totals = totals.sort_values("size").tail(MOST // 2)
    if delays.empty and totals.empty:
        return None
    figure = page(results, _best(delays, totals), _about(delays, totals))
    height, wide = figure.subplotpars.top - 0.14 - 0.08, 0.27 if len(delays) and len(totals) else 0.6
    if len(delays):
        names = [WORDS.get(name, name) for name in delays["constraint"]]
        _bars(figure.add_axes((0.17, 0.14, wide, height)), delays, names, "waiting saved, person-hours")
    if len(totals):
        axes = figure.add_axes((0.97 - wide, 0.14, wide, height))
        items = [item_words(name.split(".")[1]) for name in totals["indicator"]]
        names = [
            f"{item}:\n{WORDS.get(constraint, constraint)}"
            for item, constraint in zip(items, totals["constraint"], strict=True)
        ]
        share = totals[[f"gain_{level}" for level in LEVELS]].div(totals["as_told_p50"], axis=0) * 100
        _bars(axes, share.assign(within_noise=totals["within_noise"]), names, "gap closed, % of the gap as told")
    return figure


def _best(delays: pd.DataFrame, totals: pd.DataFrame) -> str:
    """The largest gain that can be told from luck."""
    sure = [rows[(rows["within_noise"] == "no") & (rows["gain_p50"] > 0)] for rows in (delays, totals)]
    if not len(sure[0]) and not len(sure[1]):
        return "No gain of 10 % more can be told from luck: more replications would tell"
    best = sure[0].iloc[-1] if len(sure[0]) else sure[1].iloc[-1]
    name = capital(WORDS.get(str(best["constraint"]), str(best["constraint"])))
    if len(sure[0]):
        return f"{name}, relaxed by 10 %, saves {about(float(best['gain_p50']))} person-hours of waiting"
    share = 100 * float(best["gain_p50"]) / float(best["as_told_p50"])
    item = item_words(str(best["indicator"]).split(".")[1])
    return f"{name}, relaxed by 10 %, closes {amount(share)} % of the gap of {item}"


def _about(delays: pd.DataFrame, totals: pd.DataFrame) -> str:
    noise = (pd.concat([delays, totals])["within_noise"] == "yes").any()
    said = "One constraint relaxed by 10 % at a time, the same people and luck. Bars: median; lines: 9 of 10 runs"
    return f"{said}\nPale: within noise, the line holds 0 or runs are too few to tell" if noise else said


def _bars(axes: Axes, rows: pd.DataFrame, names: list[str], what: str) -> None:
    at = np.arange(len(rows))
    pale = (rows["within_noise"] == "yes").to_numpy()
    middle, low, high = (rows[f"gain_{level}"].to_numpy(float) for level in LEVELS)
    axes.barh(at, middle, color=np.where(pale, COVERED, NEED).tolist(), height=0.6)
    axes.hlines(at, low, high, color=INK, linewidth=1.1)
    axes.axvline(0, color=QUIET, linewidth=0.8)
    axes.set_yticks(at, names, size=8)
    axes.grid(visible=False, axis="y")
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: amount(value)))
    heading(axes, what)
