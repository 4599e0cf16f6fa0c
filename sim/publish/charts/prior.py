"""What was not observed: fuel held on leaving, against stalls and the vehicles an hour that would follow."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sim.publish.charts.folder import Results
from sim.publish.charts.page import BAND, GRID, INK, NEED, counts, heading, page, panels, save, style
from sim.publish.charts.words import amount, percent


def draw_fuel_prior(table: Path, path: Path, counted: tuple[float, float] | None = None) -> list[Path]:
    """Stalls and vehicles an hour at the post against litres held, with the counted flow as a shade.

    `table` has the columns litres_held_mean, stalled_share, vehicles_per_hour; `counted` is the lowest and highest
    number of vehicles an hour that was counted.
    """
    rows = pd.read_csv(table).sort_values("litres_held_mean")
    with style():
        return save(draw(Results(table.parent), rows, counted), path)


def draw(results: Results, rows: pd.DataFrame, counted: tuple[float, float] | None) -> Figure:
    """Two panels over litres held."""
    figure = page(
        results, finding(rows, counted), "Each point is one run of the whole event; fuel held was not observed"
    )
    stalls, flow = panels(figure, 2, 2, right=0.88)
    held = _held(rows, counted)
    for axes, column in ((stalls, "stalled_share"), (flow, "vehicles_per_hour")):
        axes.scatter(rows["litres_held_mean"][held], rows[column][held], s=22, color=NEED)
        axes.scatter(
            rows["litres_held_mean"][~held], rows[column][~held], s=22, facecolor="white", edgecolor=INK, linewidth=0.8
        )
        axes.set_xlabel("litres held by a vehicle on leaving, mean")
        counts(axes)
        axes.set_xlim(left=0)
    stalls.yaxis.set_major_formatter(lambda value, _: percent(value))
    heading(stalls, "Vehicles that stalled for lack of fuel", "share of all vehicles")
    heading(flow, "Vehicles an hour at the post", "mean over the queue")
    if counted:
        flow.axhspan(*counted, color=BAND, zorder=0)
        flow.axhline(counted[0], color=GRID, linewidth=0.8)
        flow.set_title(f"shade: counted, {amount(counted[0])} to {amount(counted[1])}", size=8, loc="right", color=INK)
    return figure


def finding(rows: pd.DataFrame, counted: tuple[float, float] | None) -> str:
    """From how many litres on the flow agrees with what was counted."""
    if not counted:
        low, high = rows["vehicles_per_hour"].min(), rows["vehicles_per_hour"].max()
        return f"From {amount(low)} to {amount(high)} vehicles an hour follow from what might have been held"
    held = rows["litres_held_mean"][_held(rows, counted)]
    if held.empty:
        return "No amount of fuel held gives the vehicles an hour that were counted"
    share = rows["stalled_share"][_held(rows, counted)].max()
    return f"{amount(held.min())} L or more on leaving agree with the counts: at most {percent(share)} stalled"


def _held(rows: pd.DataFrame, counted: tuple[float, float] | None) -> pd.Series[bool]:
    low, high = counted or (float("-inf"), float("inf"))
    return rows["vehicles_per_hour"].between(low, high)
