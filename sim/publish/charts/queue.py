"""The jam as a picture: vehicles a kilometre, over distance and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from sim.model.record import Array
from sim.publish.charts.arrivals import span
from sim.publish.charts.page import INK, QUIET, beside, page, panels
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
    (axes,) = panels(figure, 1, right=0.88)
    axes.grid(False)
    picture = axes.pcolormesh(hours, kms, density, cmap=RAMP, vmin=0, shading="flat", rasterized=True)
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
    table = rows.pivot_table(index="km", columns="hour", values="vehicles_per_km", aggfunc="sum", fill_value=0.0)
    hour_step, km_step = _step(table.columns.to_numpy(float)), _step(table.index.to_numpy(float))
    hours = np.arange(table.columns.min(), table.columns.max() + hour_step / 2, hour_step)
    kms = np.arange(table.index.min(), table.index.max() + km_step / 2, km_step)
    columns = np.rint((table.columns.to_numpy(float) - hours[0]) / hour_step).astype(int)
    lines = np.rint((table.index.to_numpy(float) - kms[0]) / km_step).astype(int)
    density = np.zeros((len(kms), len(hours)))
    density[np.ix_(lines, columns)] = table.to_numpy(float)
    return np.append(hours, hours[-1] + hour_step), np.append(kms, kms[-1] + km_step), density


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
        beside(axes, (1.0, km), name.replace("_", " "), INK, (4, 0)) if False else None
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


def _scale(figure: Figure, axes: Axes, picture: object) -> None:
    inset = axes.inset_axes((0.02, 0.93, 0.22, 0.03))
    bar = figure.colorbar(picture, cax=inset, orientation="horizontal")  # type: ignore[arg-type]
    bar.outline.set_visible(False)  # type: ignore[operator]
    inset.tick_params(labelsize=7.5, length=2, color=QUIET)
    inset.set_title("vehicles a km", size=8, color=QUIET, pad=3, loc="left")
