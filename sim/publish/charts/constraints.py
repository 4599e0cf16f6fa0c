"""What holds people up, hour by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from sim.publish.charts.arrivals import span
from sim.publish.charts.page import NEED, QUIET, page, panels
from sim.publish.charts.words import CONSTRAINTS, capital, percent

if TYPE_CHECKING:
    from sim.publish.charts.folder import Results

TINT = LinearSegmentedColormap.from_list("share", ["#FFFFFF", "#82B5E9", NEED])


def draw(results: Results) -> Figure | None:
    """A strip for each constraint, the darker the more runs it held back in that hour."""
    wide = _wide(results)
    if wide.empty:
        return None
    about = "The darker, the more runs in which this limited arrivals in that hour; right: share of all hours shown"
    figure = page(results, finding(wide), about)
    axes = panels(figure, len(wide.columns), left=0.17, right=0.90, headings=False)
    hours = [*wide.index.tolist(), float(wide.index[-1]) + 1]
    for panel, name in zip(axes, wide, strict=True):
        panel.pcolormesh(hours, [0, 1], wide[[name]].to_numpy().T, cmap=TINT, vmin=0, vmax=1, rasterized=True)
        panel.grid(False)
        panel.set_yticks([])
        said = capital(CONSTRAINTS.get(str(name), str(name).replace("_", " ")))
        panel.set_ylabel(said, rotation=0, ha="right", va="center", size=9)
        panel.text(1.01, 0.5, percent(wide[name].mean()), transform=panel.transAxes, va="center", size=10, color=NEED)
        results.clock.axis(panel, float(hours[0]), float(hours[-1]))
        panel.tick_params(labelbottom=panel is axes[-1], color=QUIET)
    axes[-1].set_xlabel(results.clock.name())
    return figure


def finding(wide: pd.DataFrame) -> str:
    """What held people up in most hours, as long as somebody was still to come."""
    coming = wide.drop(columns="nobody_left", errors="ignore").mean()
    if coming.empty or not coming.max() > 0:
        return "Nothing held people up: nobody was left to come"
    first = str(coming.idxmax())
    share = coming.max() / coming.sum()
    name = capital(CONSTRAINTS.get(first, first.replace("_", " ")))
    return f"{name} held people up in {percent(share)} of the hours with people still to come"


def _wide(results: Results) -> pd.DataFrame:
    rows = results.table("constraints")
    if rows.empty:
        return rows
    wide = rows.pivot_table(index="hour", columns="constraint", values="share", aggfunc="sum", fill_value=0.0)
    known = [name for name in CONSTRAINTS if name in wide] + [name for name in wide if name not in CONSTRAINTS]
    wide = wide[[name for name in known if wide[name].max() > 0]]
    return wide if results.series("arrived").empty else wide[wide.index < span(results)]
