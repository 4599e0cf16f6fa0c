"""What holds people up, hour by hour, and how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.arrivals import span
from sim.publish.charts.page import NEED, QUIET, counts, page, panels
from sim.publish.charts.words import CONSTRAINTS, capital, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

ON_THE_ROAD = ("road", "walking", "stranded")
HELD = {
    "permission": (("home",), ON_THE_ROAD),
    "fuel": (("fuel_queue",),),
    "transport": (("waiting_transport",),),
    "road": (ON_THE_ROAD,),
    "incident": (ON_THE_ROAD,),
    "checkpoint": (ON_THE_ROAD,),
}
"""The states of those whom a constraint holds up; of two groups the larger: at home, or before a road not yet open."""
FEW = 0.01
"""Share of all people below which an hour does not count: a strip of a dozen stragglers says nothing."""


def draw(results: Results) -> Figure | None:
    """A panel for each constraint, as high as the number of people it held up; none where it held up hardly any."""
    held = people_held(results)
    many = held >= FEW * max(results.present, 1e-9)
    hours = _hours(many)
    shown = [name for name, number in hours.items() if number > 0]
    if not shown:
        return None
    figure = page(results, finding(many), _about({name: hours[name] for name in hours if held[name].max() > 0}))
    axes = panels(figure, len(shown), left=0.19, right=0.88, headings=False)
    for panel, name in zip(axes, shown, strict=True):
        _panel(panel, held[name], capital(CONSTRAINTS[name][0]), hours[name])
        panel.set_ylim(0, float(held.to_numpy().max()) * 1.02)
        results.clock.axis(panel, float(held.index[0]), float(held.index[-1]) + 1)
        panel.tick_params(labelbottom=panel is axes[-1], color=QUIET)
    axes[-1].set_xlabel(results.clock.name())
    return figure


def finding(many: pd.DataFrame) -> str:
    """What held people up in most of the hours in which it held up many."""
    hours = _hours(many)
    first, together = max(hours, key=hours.__getitem__), int(many.any(axis=1).sum())
    of = f"{together:,} {'hour' if together == 1 else 'hours'}"
    return f"{capital(CONSTRAINTS[first][1])} held people up for longest: {hours[first]:,} of {of}"


def people_held(results: Results) -> pd.DataFrame:
    """People held up by each constraint in each hour: those in its states, by the share of runs in which it limits."""
    limits, ledger = results.table("constraints"), results.table("ledger")
    if limits.empty or ledger.empty or results.arrivals.empty or not results.has_road:
        return pd.DataFrame()
    share = limits.pivot_table(index="hour", columns="constraint", values="share", aggfunc="sum", fill_value=0.0)
    people = ledger.pivot_table(index="hour", columns="state", values="mean", aggfunc="sum", fill_value=0.0)
    people = people.reindex(share.index, fill_value=0.0)
    known = [name for name in HELD if name in share]
    columns = [share[name] * _largest(people, HELD[name]) for name in known]
    held = pd.concat(columns, axis=1, keys=known) if columns else pd.DataFrame()
    return held[held.index < span(results)]


def _largest(people: pd.DataFrame, groups: tuple[tuple[str, ...], ...]) -> pd.Series[float]:
    """People in the larger group of states, hour by hour."""
    sums = [people.reindex(columns=list(group), fill_value=0.0).sum(axis=1) for group in groups]
    return pd.concat(sums, axis=1).max(axis=1)


def _hours(many: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(number) for name, number in many.sum().items()}


def _about(hours: dict[str, int]) -> str:
    base = "Height: people held up by what limited arrivals in that hour, mean of the runs"
    right = "Right: hours with 1 in 100 people or more"
    few = [CONSTRAINTS[name][0].replace("\n", " ") for name, number in hours.items() if number == 0]
    below = f"\nAlways less than 1 in 100 people: {'; '.join(few)}" if few else ""
    return f"{base}. {right}{below}"


def _panel(axes: Axes, people: pd.Series[float], name: str, hours: float) -> None:
    edges = np.append(people.index.to_numpy(float), float(people.index[-1]) + 1)
    heights = np.append(people.to_numpy(float), float(people.iloc[-1]))
    axes.fill_between(edges, 0, heights, step="post", color=NEED, linewidth=0)
    counts(axes)
    axes.locator_params(axis="y", nbins=2)
    axes.tick_params(axis="y", labelsize=7.5)
    axes.set_ylabel(f"{name}\n(people)", rotation=0, ha="right", va="center", size=9)
    axes.text(1.01, 0.5, f"{thousands(hours)} h", transform=axes.transAxes, va="center", size=10, color=NEED)
