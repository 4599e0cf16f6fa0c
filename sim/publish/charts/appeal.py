"""The appeal: its key figures as a strip, and by sector people in need and targeted, and what is asked."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.page import COVERED, GAP, INK, LEFT, NEED, QUIET, heading, page
from sim.publish.charts.words import capital, thousands
from sim.results.appeal import EVERY, WHOLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

MILLION = 1e6
STRIP, BELOW = 0.13, 0.12  # of the height: the key figures, and what lies below the bars
WIDEST, BANNER = 34, 40  # letters of a sector's name, and of a line of the banner


def draw(results: Results) -> Figure | None:
    """A strip of key figures above bars by sector; sorted by what is asked."""
    rows = results.table("appeal")
    if rows.empty:
        return None
    whole = rows[(rows["sector_code"] == WHOLE) & (rows["group"] == EVERY)].iloc[0]
    by_sector = rows[(rows["sector_code"] != WHOLE) & (rows["group"] == EVERY)].sort_values("requirement_usd")
    figure = page(results, finding(results, whole, by_sector), about(results))
    top = figure.subplotpars.top
    strip(figure, results, rows, top)
    banner(figure, results.manifest["costs"]["appeal"]["banner"])
    bottom, height = BELOW, top - STRIP - BELOW - 0.07
    people = figure.add_axes((0.26, bottom, 0.31, height))
    dollars = figure.add_axes((0.63, bottom, 0.29, height))
    _people(people, by_sector)
    _dollars(dollars, by_sector)
    return figure


def finding(results: Results, whole: Any, by_sector: pd.DataFrame) -> str:
    """What is asked in all, for whom, and the sector that asks most."""
    most = by_sector.iloc[-1]
    share = most["requirement_usd"] / whole["requirement_usd"] if whole["requirement_usd"] > 0 else 0.0
    asked = f"USD {millions(whole['requirement_usd'])} million for {thousands(people_in(results))} people"
    return f"The appeal asks {asked}; {100 * share:.0f} % of it for {most['sector_name']}"


def about(results: Results) -> str:
    """How to read it, and what must be said beside a total."""
    base = "People are never summed over sectors; dollars are. Line ends: all prices at their low and high ends"
    told = results.manifest.get("costs", {}).get("appeal", {})
    return "\n".join([base, *filter(None, (told.get("rates", ""), told.get("band", "")))])


def banner(figure: Figure, text: str) -> None:
    """What must not be overlooked, in red beside the footer."""
    words = "\n".join(textwrap.wrap(text, BANNER))
    figure.text(1 - LEFT, 0.015, words, size=8, weight="bold", color=GAP, ha="right", va="bottom", gid="banner")


def people_in(results: Results) -> float:
    """People over all groups of the appeal: its planning figure."""
    groups: dict[str, float] = results.manifest["costs"]["appeal"]["groups"]
    return sum(groups.values())


def millions(usd: float) -> str:
    """So many millions, as an appeal prints them."""
    return f"{usd / MILLION:,.0f}" if usd >= 10 * MILLION else f"{usd / MILLION:,.1f}"


def strip(figure: Figure, results: Results, rows: pd.DataFrame, top: float) -> None:
    """Key figures side by side, a large number over what it counts: groups first, then dollars."""
    told = results.manifest["costs"]["appeal"]
    whole = rows[(rows["sector_code"] == WHOLE) & (rows["group"] == EVERY)].iloc[0]
    shown = [(thousands(people), capital(told["titles"][group])) for group, people in told["groups"].items()][:4]
    low, high = (millions(float(whole[f"requirement_{end}_usd"])) for end in ("low", "high"))
    shown.append((f"{millions(float(whole['requirement_usd']))} M", f"USD required ({low} to {high})"))
    shown.append((f"{float(whole['usd_per_person']):,.0f}", "USD a person, all groups"))
    wide = (1 - 2 * LEFT) / len(shown)
    for place, (number, label) in enumerate(shown):
        at = LEFT + place * wide
        figure.text(at, top - 0.005, number, size=17, weight="bold", color=NEED, va="top")
        figure.text(at, top - 0.072, label, size=8.5, color=QUIET, va="top")


def sector_names(axes: Axes, rows: pd.DataFrame, names: bool) -> None:
    """One line a sector, its name at the left."""
    labels = [capital(str(name))[:WIDEST] for name in rows["sector_name"]]
    axes.set_yticks(range(len(rows)), labels if names else [""] * len(rows))
    axes.tick_params(axis="y", length=0, labelsize=8.5, labelcolor=INK)
    axes.tick_params(axis="x", labelsize=7.5)
    axes.grid(axis="y", visible=False)
    axes.set_ylim(-0.6, len(rows) - 0.4)


def _people(axes: Axes, rows: pd.DataFrame) -> None:
    at = range(len(rows))
    axes.barh(at, rows["in_need"] / 1000, height=0.7, color=COVERED, linewidth=0)
    axes.barh(at, rows["targeted"] / 1000, height=0.35, color=NEED, linewidth=0)
    heading(axes, "People in need (pale) and targeted (dark)", "thousands, all groups")
    sector_names(axes, rows, names=True)


def _dollars(axes: Axes, rows: pd.DataFrame) -> None:
    middle, low, high = (rows[f"requirement_{end}usd"].to_numpy(float) / MILLION for end in ("", "low_", "high_"))
    axes.barh(range(len(rows)), middle, height=0.7, color=NEED, linewidth=0)
    axes.hlines(range(len(rows)), low, high, color=GAP, linewidth=1.6)
    for place, (value, end) in enumerate(zip(middle, high, strict=True)):
        beside: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points"}
        axes.annotate(f"{value:,.1f}", (max(value, end), place), va="center", size=8.5, **beside)
    axes.set_xlim(0, float(high.max(initial=0.0)) * 1.15 or 1.0)
    heading(axes, "Required", "USD million; red: range of prices")
    sector_names(axes, rows, names=False)
