"""Boxes of inputs in which a plan breaks: every run as a dot over the two most telling inputs, the box as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.publish.charts.inputs import wrapped
from sim.publish.charts.page import GAP, INK, QUIET, heading, page, panels
from sim.publish.charts.words import amount, percent
from sim.scenario import saying
from sim.studies import discovery, prim

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.model.record import Array
    from sim.publish.charts.folder import Results
    from sim.studies.discovery import Found
    from sim.studies.prim import Box

MOST = 3
PALE = "#BBBBBB"
WIDE = 130
"""Letters that stand side by side below all panels."""
MARGIN = 0.03
"""Of an input's range, left free around the dots."""


def draw(results: Results, found: Found) -> Figure | None:
    """A panel a box; none where no box was found."""
    if not found.boxes:
        return None
    shown = found.boxes[:MOST]
    figure = page(results, finding(found), _about(found))
    for number, (axes, box) in enumerate(zip(panels(figure, len(shown), len(shown)), shown, strict=True), 1):
        _panel(axes, found, box, WIDE // len(shown))
        told = f"bad: {percent(box.density)} of its runs; holds {percent(box.coverage)} of the bad"
        heading(axes, f"Box {number}", told)
    return figure


def finding(found: Found) -> str:
    """When it is bad, by the first box."""
    words = discovery.sentence(found, found.boxes[0])
    return f"{words[:1].upper()}{words[1:]}; so it is in {percent(found.boxes[0].density)} of such runs"


def _about(found: Found) -> str:
    hits, whole = int(found.bad.sum()), len(found.bad)
    text = f"Each dot is a run; red: bad ({found.condition}), {hits:,} of {whole:,}. Frame: the box, over two inputs"
    more = [discovery.sentence(found, box) for box in found.boxes[1:MOST]]
    pale = ". Faint: runs outside the box's other limits" if any(len(box.limits) > 2 for box in found.boxes) else ""
    return "\n".join([text + pale, *(f"Box {number}: {words}" for number, words in enumerate(more, 2))])


def _panel(axes: Axes, found: Found, box: Box, wide: int) -> None:
    order = list(dict.fromkeys(one.name for one in sorted(box.chances, key=lambda one: one.quasi_p)))
    rest = [name for name in found.columns if name not in order]
    across, up = (order + rest + order)[:2]
    others = {name: limit for name, limit in box.limits.items() if name not in (across, up)}
    near = prim.within(others, found.columns)
    x, y = (_places(found.columns[name]) for name in (across, up))
    for bad, colour in ((False, QUIET), (True, GAP)):
        for close, shade in ((False, 0.18), (True, 0.85)):
            some = (found.bad == bad) & (near == close)
            axes.scatter(
                x[some], y[some], s=9, color=colour if bad else PALE, alpha=shade, linewidth=0, rasterized=True
            )
    (left, right), (low, high) = (_ends(found, box, name) for name in (across, up))
    axes.add_patch(Rectangle((left, low), right - left, high - low, fill=False, edgecolor=INK, linewidth=1.6))
    axes.set_xlabel(wrapped(_axis(found, across), wide, 1), size=8)
    axes.set_ylabel(wrapped(_axis(found, up), 40), size=8)
    for axis, name in ((axes.xaxis, across), (axes.yaxis, up)):
        if found.columns[name].dtype.kind in "fiu":
            axis.set_major_formatter(lambda value, _: amount(value))
        else:
            known = np.unique(found.columns[name]).tolist()
            axis.set_ticks(range(len(known)), [saying.name(str(one)) for one in known])


def _places(column: Array) -> Array:
    """Where values lie on an axis; choices side by side."""
    if column.dtype.kind in "fiu":
        return column
    return np.asarray(np.unique(column, return_inverse=True)[1]).astype(float)


def _ends(found: Found, box: Box, name: str) -> tuple[float, float]:
    """The frame's ends along one input, a little beyond the dots where nothing limits it."""
    column, limit = found.columns[name], box.limits.get(name, prim.FREE)
    places = _places(column)
    if limit.values is not None:
        inside = places[limit.holds(column)]
        return float(inside.min()) - 0.4, float(inside.max()) + 0.4
    beyond = MARGIN * float(np.ptp(places))
    return max(limit.low, float(places.min()) - beyond), min(limit.high, float(places.max()) + beyond)


def _axis(found: Found, name: str) -> str:
    unit = found.units.get(name, "")
    return f"{saying.label(name)} ({unit})" if unit not in ("", "1") else saying.label(name)
