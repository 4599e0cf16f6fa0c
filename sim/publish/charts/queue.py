"""The jam as a picture: vehicles a kilometre, over distance and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from sim.model.record import Array
from sim.publish.charts.arrivals import span
from sim.publish.charts.page import HEADING, INK, QUIET, page, panels
from sim.publish.charts.words import about, amount, name_words
from sim.results.queues import STRETCHES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

RAMP = LinearSegmentedColormap.from_list("jam", ["#FFFFFF", "#CDE3F1", "#8FC1E1", "#4F9ED0", "#05568B", "#0B1F33"])
PALE = 4  # times the highest density stands for the darkest shade where there is no jam: dark means jam


def draw(results: Results) -> Figure | None:
    """Vehicles a kilometre by hour and distance; the checkpoint as a line."""
    rows = results.table("queue")
    if rows.empty:
        return None
    hours, kms, density = grid(rows, results.road_km)
    _, _, jammed = grid(rows, results.road_km, "jammed")
    if not jammed.max() > 0 and not results.indicator("queue.vehicles.peak") >= 1:
        return None  # vehicles pass without waiting: nothing to show
    figure = page(results, finding(results, hours, kms, jammed), _about(results))
    (axes,) = panels(figure, 1, right=0.88)
    axes.grid(False)
    darkest = density.max() * (1 if jammed.max() > 0 else PALE)
    look: dict[str, Any] = {"cmap": RAMP, "vmin": 0, "vmax": darkest, "shading": "flat", "rasterized": True}
    picture = axes.pcolormesh(hours, kms, density, **look)
    _marks(axes, results)
    first = float(hours[0])
    results.clock.axis(axes, first, min(float(hours[-1]), _last(results, hours, density)))
    axes.set_ylim(float(kms[0]), float(kms[-1]))
    axes.set_ylabel("km from the start of the road")
    axes.set_xlabel(results.clock.name())
    _scale(figure, axes, picture)
    return figure


def grid(rows: pd.DataFrame, road: float, column: str = "vehicles_per_km") -> tuple[Array, Array, Array]:
    """Edges of hours and kilometres, and the values between them; what is not in the table is empty road."""
    whole = rows.assign(**{column: rows[column].astype(float)})
    table = whole.pivot_table(index="km", columns="hour", values=column, aggfunc="sum", fill_value=0.0)
    first = float(table.columns[0])
    hours = np.arange(first, float(table.columns[-1]) + 2)
    kms = np.linspace(0.0, road, STRETCHES + 1)
    values = np.zeros((len(kms) - 1, len(hours) - 1))
    lines = np.rint(table.index.to_numpy(float) / (road / STRETCHES)).astype(int)
    values[np.ix_(lines, (table.columns.to_numpy(float) - first).astype(int))] = table.to_numpy(float)
    return hours, kms, values


def finding(results: Results, hours: Array, kms: Array, jammed: Array) -> str:
    """How much of the road was jammed at most, and when; or that none was."""
    lengths = jammed.sum(axis=0) * (kms[1] - kms[0])
    longest = int(lengths.argmax())
    if lengths[longest] > 0:
        most = f"{about(lengths[longest])} km" if lengths[longest] >= 1 else "less than 1 km"
        return f"The jam was longest on {results.clock.words(float(hours[longest]))}: {most} of the road"
    held_up = results.indicator("queue.vehicles.peak")
    waited = f"; at most {about(held_up)} vehicles were held up at a time" if held_up >= 1 else ""
    return f"No jam on the road itself{waited}"


def _about(results: Results) -> str:
    runs = int(results.manifest.get("replications", 1))
    mean = f"mean of {runs:,} runs" if runs > 1 else "one run"
    return f"Vehicles on each km of the road, {mean}. A jam: vehicles stand closer than they do at full flow"


def _marks(axes: Axes, results: Results) -> None:
    for name, km in results.manifest.get("posts", {}).items():
        axes.axhline(km, color=INK, linewidth=1.0, linestyle=(0, (4, 2)))
        axes.annotate(
            f"{name_words(name)}\nkm {amount(km)}",
            (1.0, km),
            xycoords=("axes fraction", "data"),
            xytext=(5, 0),
            textcoords="offset points",
            size=8.5,
            va="center",
            annotation_clip=False,
        )


def _last(results: Results, hours: Array, density: Array) -> float:
    busy = np.flatnonzero(density.sum(axis=0) > 0.002 * density.sum(axis=0).max())
    quiet = float(hours[busy[-1] + 1]) + 6
    return quiet if results.series("arrived").empty else min(quiet, span(results))


def _scale(figure: Figure, axes: Axes, picture: Any) -> None:
    high = HEADING / axes.get_position().height
    inset = axes.inset_axes((0.75, 1 + 0.45 * high, 0.25, 0.22 * high))
    bar = figure.colorbar(picture, cax=inset, orientation="horizontal")
    bar.outline.set_visible(False)
    inset.tick_params(labelsize=7.5, length=2, pad=1, color=QUIET)
    inset.annotate(
        "vehicles a km",
        (0, 0.5),
        xycoords="axes fraction",
        xytext=(-8, 0),
        textcoords="offset points",
        size=8,
        color=QUIET,
        ha="right",
        va="center",
    )
