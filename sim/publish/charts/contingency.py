"""A contingency in two pictures: what it costs to be ready, and whether each trigger is in time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.folder import Results
from sim.publish.charts.page import COVERED, GAP, INK, NEED, QUIET, heading, page, save, style
from sim.publish.charts.words import about as roughly
from sim.publish.charts.words import amount, item_words, name_words, units

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RECORD = "prepare.json"
SHOWN = 12
"""Items and places drawn; the table holds all."""
LAY_IN, TOO_LATE = "lay in", "too late"
THOUSAND, DAY = 1e3, 24.0
BOTTOM = 0.15


def draw_all(folder: Path) -> list[Path]:
    """Draw what the tables of a contingency allow."""
    results, written = Results(folder, record=RECORD), []
    with style():
        for name, draw in {"preposition": lying, "triggers": fired}.items():
            figure = draw(results)
            if figure is not None:
                written += save(figure, folder / "charts" / name)
    return written


def lying(results: Results) -> Figure | None:
    """The dearest items and places: what every scenario needs, and what is enough in each."""
    rows = results.table("preposition")
    rows = rows if rows.empty else rows[(rows["status"] == LAY_IN) & (rows["cost_usd"] > 0)]
    if rows.empty:
        return None
    rows = rows.assign(whole=rows["cost_usd"] + rows["transport_usd"]).sort_values("whole", ascending=False)
    figure = page(results, _finding(rows), _about(rows))
    top = figure.subplotpars.top - 0.06
    _bars(figure.add_axes((0.3, BOTTOM, 0.62, top - BOTTOM)), rows.head(SHOWN).iloc[::-1])
    return figure


def _finding(rows: pd.DataFrame) -> str:
    whole, sure = rows["whole"].sum(), rows["no_regret_usd"].sum()
    if sure < 1:
        return f"To be ready for each scenario costs {_usd(whole)}; no item is needed in all of them"
    return f"Goods for {_usd(sure)} are needed in every scenario; to be ready for each costs {_usd(whole)}"


def _usd(value: float) -> str:
    """Dollars for a headline."""
    told = roughly(value)
    return f"about USD {told.removeprefix('about ')}" if told.startswith("about") else f"USD {told}"


def _about(rows: pd.DataFrame) -> str:
    """How to read it, and what all of it takes."""
    tonnes, m3, floor = (amount(rows[name].sum()) for name in ("mass_t", "volume_m3", "store_m2"))
    more = len(rows) - SHOWN
    rest = f" The {SHOWN} dearest; {more} more in preposition.csv." if more > 0 else ""
    base = (
        "What must already lie there until the next source that does not run out can deliver; goods and the way there."
    )
    return f"{base}{rest}\nAll of it: {tonnes} t, {m3} m³, {floor} m² of store"


def _bars(axes: Axes, rows: pd.DataFrame) -> None:
    at = range(len(rows))
    axes.barh(at, rows["whole"] / THOUSAND, height=0.7, color=COVERED, linewidth=0, label="enough in each scenario")
    axes.barh(
        at, rows["no_regret_usd"] / THOUSAND, height=0.7, color=NEED, linewidth=0, label="every scenario needs it"
    )
    beside: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points", "va": "center", "size": 8}
    for place, (usd, quantity, unit) in enumerate(zip(rows["whole"], rows["quantity"], rows["unit"], strict=True)):
        axes.annotate(f"{amount(quantity)} {unit if quantity == 1 else units(unit)}", (usd / THOUSAND, place), **beside)
    names = [
        f"{item_words(item)}, {name_words(where)}" for item, where in zip(rows["item"], rows["place"], strict=True)
    ]
    axes.set_yticks(list(at), names)
    axes.set_xlim(0, float(rows["whole"].max() / THOUSAND) * 1.25)
    axes.grid(axis="y", visible=False)
    heading(axes, "To lie there beforehand", "USD thousand; dark: every scenario needs it, pale: enough in each")


def fired(results: Results) -> Figure | None:
    """Hours to spare of each trigger in each scenario."""
    rows = results.table("triggers")
    rows = rows if rows.empty else rows.dropna(subset=["slack_p50"])
    if rows.empty:
        return None
    late = rows[rows["status"] == TOO_LATE]
    figure = page(results, _said(rows, late), "Days between the end of the action and the hour its need begins: median "
                  "run; lines: likely range (9 of 10 runs)")  # fmt: skip
    top = figure.subplotpars.top - 0.06
    _slack(figure.add_axes((0.36, BOTTOM, 0.56, top - BOTTOM)), rows.iloc[::-1])
    return figure


def _said(rows: pd.DataFrame, late: pd.DataFrame) -> str:
    if late.empty:
        return "Every action ends before the need for it begins, in each scenario"
    return f"{len(late)} of {len(rows)} actions end after the need for them has begun, at the level planned on"


def _slack(axes: Axes, rows: pd.DataFrame) -> None:
    at = range(len(rows))
    colours = [GAP if status == TOO_LATE else NEED for status in rows["status"]]
    axes.barh(at, rows["slack_p50"] / DAY, height=0.6, color=colours, linewidth=0)
    axes.hlines(at, rows["slack_p05"] / DAY, rows["slack_p95"] / DAY, color=INK, linewidth=1.4)
    axes.axvline(0, color=QUIET, linewidth=1)
    told = zip(rows["trigger"], rows["scenario"], strict=True)
    axes.set_yticks(list(at), [f"{name_words(name)}\n{scenario}" for name, scenario in told])
    axes.tick_params(axis="y", labelsize=7.5)
    axes.grid(axis="y", visible=False)
    heading(axes, "Days to spare", "left of the line, red: too late")
