"""What drives an answer: indices of each input with their bands, and a tornado of one input at a time."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from sim.publish.charts.page import BAND_INNER, COVERED, INK, NEED, QUIET, beside, page, panels
from sim.publish.charts.words import amount, capital, percent
from sim.scenario import saying

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results
    from sim.studies.sensitivity import Effect

MOST = 10
"""Inputs that a picture shows."""
WIDEST_LABEL, LINES = 44, 2
LEFT, RIGHT = 0.36, 0.93


def draw(results: Results, effects: Sequence[Effect]) -> Figure | None:
    """A bar an input: the total index in a light shade, the first in a dark one; lines are bands."""
    known = [one for one in effects if isfinite(one.first) or isfinite(one.total)][:MOST]
    if not known:
        return None
    figure = page(results, finding(known), _about(effects, known))
    (axes,) = panels(figure, 1, left=LEFT, right=RIGHT, headings=False)
    at = np.arange(len(known))[::-1].astype(float)
    for name, colour, place in (("total", COVERED, 0.19), ("first", NEED, -0.19)):
        _bars(axes, known, name, at + (place if any(isfinite(one.total) for one in known) else 0), colour)
    _labels(axes, [label(one) for one in known], at)
    axes.set_xlim(0.0, max(1.0, axes.get_xlim()[1]))
    axes.xaxis.set_major_formatter(lambda value, _: percent(value))
    axes.set_xlabel("share of the variance")
    return figure


def _bars(axes: Axes, effects: Sequence[Effect], name: str, at: Any, colour: str) -> None:
    """Bars of one index, with bands."""
    values = np.array([getattr(one, name) for one in effects])
    if np.isnan(values).all():
        return
    ends = np.array([[getattr(one, f"{name}_{end}") for one in effects] for end in ("p05", "p95")])
    axes.barh(at, np.maximum(np.nan_to_num(values), 0), height=0.34, color=colour)
    if np.isfinite(ends).any():
        axes.hlines(at, ends[0], ends[1], color=INK, linewidth=1.1)
    for place, value, high in zip(at, values, ends[1], strict=True):
        beside(axes, (float(np.nanmax([value, high, 0])), float(place)), percent(max(value, 0.0)), QUIET)


def finding(effects: Sequence[Effect]) -> str:
    """Which input explains most of the answer, and how much."""
    first = effects[0]
    share = first.total if isfinite(first.total) else first.first
    low = first.total_p05 if isfinite(first.total) else first.first_p05
    if share <= 0 or low <= 0:
        return f"No input explains more of {first.indicator} than noise would"
    return f"{percent(share)} of the variance of {first.indicator} goes with one input: {label(first)}"


def _about(effects: Sequence[Effect], known: Sequence[Effect]) -> str:
    one = known[0]
    text = "Dark: what an input explains alone (first index)"
    if isfinite(one.total):
        text = f"{text}. Light: with all it acts together with (total index)"
    text += ". Lines: 90 % bands" if isfinite(one.first_p05) else ". A whole grid: nothing is drawn, so no bands"
    left = one.failed + one.never + one.undefined
    counted = f"From {one.runs:,} runs ({one.method}); {left:,} of them left out"
    more = f"; {len(effects) - len(known)} inputs with less are not shown" if len(effects) > len(known) else ""
    luck = "" if isnan(one.luck_share) else f"; {percent(one.luck_share)} of the variance of single runs is luck"
    return f"{text}\n{counted}{luck}{more}"


def draw_tornado(results: Results, effects: Sequence[Effect]) -> Figure | None:
    """The answer at the low and the high end of each input, all others as they are."""
    known = sorted((one for one in effects if isfinite(one.at_low + one.at_high + one.at_centre)), key=_reach)[-MOST:]
    if not known:
        return None
    unit = known[0].unit
    figure = page(results, _swing(known[-1]), _about_tornado(known, len(effects)))
    (axes,) = panels(figure, 1, left=LEFT, right=RIGHT, headings=False)
    at = np.arange(len(known)).astype(float)
    for end, colour in (("low", BAND_INNER), ("high", NEED)):
        values, centre = (np.array([getattr(one, name) for one in known]) for name in (f"at_{end}", "at_centre"))
        axes.barh(at, values - centre, left=centre, height=0.6, color=colour)
        for place, one, value, other in zip(at, known, values, [_other(one, end) for one in known], strict=True):
            _end(axes, (float(value), float(place)), saying.value(one.input, getattr(one, end)), value >= other)
    axes.vlines([one.at_centre for one in known], at - 0.4, at + 0.4, color=INK, linewidth=1)
    _labels(axes, [label(one) for one in known], at)
    axes.margins(x=0.24)
    axes.set_xlabel(f"{known[0].indicator} ({unit})" if unit not in ("", "1") else known[0].indicator)
    axes.xaxis.set_major_formatter(lambda value, _: amount(value))
    return figure


def _reach(one: Effect) -> float:
    return max(abs(one.at_high - one.at_low), abs(one.at_high - one.at_centre), abs(one.at_low - one.at_centre))


def _other(one: Effect, end: str) -> float:
    return one.at_high if end == "low" else one.at_low


def _swing(one: Effect) -> str:
    unit = "" if one.unit in ("", "1") else f" {one.unit}"
    ends = f"from {amount(one.at_low)} to {amount(one.at_high)}{unit}"
    return f"{capital(label(one))}: from its low to its high end, {one.indicator} goes {ends}"


def _about_tornado(known: Sequence[Effect], of: int) -> str:
    text = (
        "One input at a time, under the same luck: light at its low, dark at its high end; line: where it starts from"
    )
    return f"{text}\n{of - len(known)} inputs that move it less are not shown" if of > len(known) else text


def _end(axes: Axes, at: tuple[float, float], text: str, right: bool) -> None:
    place: dict[str, Any] = {"xytext": (4 if right else -4, 0), "textcoords": "offset points", "annotation_clip": False}
    axes.annotate(text, at, ha="left" if right else "right", va="center", size=7.5, color=QUIET, **place)


def label(one: Effect) -> str:
    """An input by its name."""
    return saying.label(one.input, factor="*" in one.input)


def _labels(axes: Axes, names: Sequence[str], at: Any) -> None:
    """Names of inputs beside their bars, on two lines at most."""
    axes.set_yticks(at, [wrapped(name) for name in names], size=8)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def wrapped(text: str, width: int = WIDEST_LABEL, most: int = LINES) -> str:
    """A text on so many lines at most."""
    return "\n".join(textwrap.wrap(text, width, max_lines=most, placeholder=" ..."))
