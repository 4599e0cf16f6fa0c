"""The jam as a picture: vehicles a kilometre, over distance and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from sim.model.record import Array
from sim.publish.charts.arrivals import span
from sim.publish.charts.page import INK, QUIET, page, panels
from sim.publish.charts.words import about, amount

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

RAMP = LinearSegmentedColormap.from_list("jam", ["#FFFFFF", "#CDE3F1", "#8FC1E1", "#4F9ED0", "#05568B", "#0B1F33"])


def draw(results: Results) -> Figure | None:
    """Vehicles a kilometre by hour and distance; the checkpoint as a line."""
    rows = results.table("queue")
    if rows.empty:
        return None
    hours, kms, density = grid(rows)
    if not density.max() > 0:
        return None
    figure = page(results, finding(results, hours, kms, density), _about(results))
    (axes,) = panels(figure, 1, right=0.88, headings=False)
    axes.grid(False)
    picture: Any = axes.pcolormesh(hours, kms, density, cmap=RAMP, vmin=0, shading="flat", rasterized=True)
    _marks(axes, results)
    first = float(hours[0])
    results.clock.axis(axes, first, min(float(hours[-1]), _last(results, hours, density)))
    axes.set_ylim(float(kms[0]), float(kms[-1]))
    axes.set_ylabel("km from the start of the road")
    axes.set_xlabel(results.clock.name())
    _scale(figure, axes, picture)
    return figure


def grid(rows: pd.DataFrame) -> tuple[Array, Array, Array]:
    """Edges of hours and kilometres, and the density between them; what is not in the table is empty road."""
    whole = rows.assign(vehicles_per_km=rows["vehicles_per_km"].astype(float))
    table = whole.pivot_table(index="km", columns="hour", values="vehicles_per_km", aggfunc="sum", fill_value=0.0)
    hours, columns = _cells(table.columns.to_numpy(float))
    kms, lines = _cells(table.index.to_numpy(float))
    density = np.zeros((len(kms) - 1, len(hours) - 1))
    density[np.ix_(lines, columns)] = table.to_numpy(float)
    return hours, kms, density


def finding(results: Results, hours: Array, kms: Array, density: Array) -> str:
    """How long the jam was at its longest, and when."""
    dense = _dense(density)
    lengths = (density >= dense).sum(axis=0) * (kms[1] - kms[0])
    longest = int(lengths.argmax())
    return f"The jam was longest on {results.clock.words(float(hours[longest]))}: {about(lengths[longest])} km"


def _dense(density: Array) -> float:
    """Half the highest density: what is called a jam here."""
    return float(density.max() / 2)


def _about(results: Results) -> str:
    *_, density = grid(results.table("queue"))
    runs = int(results.manifest.get("replications", 1))
    mean = f"mean of {runs:,} runs" if runs > 1 else "one run"
    return f"Vehicles on each km of the road, {mean}; a jam is {amount(round(_dense(density)))} vehicles a km or more"


def _marks(axes: Axes, results: Results) -> None:
    for name, km in results.manifest.get("posts", {}).items():
        axes.axhline(km, color=INK, linewidth=1.0, linestyle=(0, (4, 2)))
        axes.annotate(
            f"{name.replace('_', ' ')}\nkm {amount(km)}",
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
    inset = axes.inset_axes((0.02, 0.93, 0.22, 0.03))
    bar = figure.colorbar(picture, cax=inset, orientation="horizontal")
    bar.outline.set_visible(False)
    inset.tick_params(labelsize=7.5, length=2, color=QUIET)
    inset.set_title("vehicles a km", size=8, color=QUIET, pad=3, loc="left")


def _cells(values: Array) -> tuple[Array, Array]:
    """Edges of even cells that begin at the values found, and which of them each value is."""
    step = float(np.diff(values).min()) if len(values) > 1 else 1.0
    number = np.rint((values - values[0]) / step).astype(int)
    return values[0] + step * np.arange(number[-1] + 2), number
