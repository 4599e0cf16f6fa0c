"""What to ask next: how wide the answer is, and how wide it would be if one input were known."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from sim.publish.charts.inputs import LEFT, wrapped
from sim.publish.charts.page import COVERED, INK, NEED, QUIET, beside, page, panels
from sim.publish.charts.words import amount, percent

if TYPE_CHECKING:
    from sim.publish.charts.folder import Results
    from sim.studies.asking import Question


def draw(results: Results, questions: Sequence[Question]) -> Figure | None:
    """A bar a question: the width now in a light shade, the width if its answer were known in a dark one."""
    questions = [one for one in questions if isfinite(one.width_known)]
    if not questions:
        return None
    figure = page(results, finding(questions), _about(questions))
    (axes,) = panels(figure, 1, left=LEFT, right=0.9, headings=False)
    at = np.arange(len(questions))[::-1].astype(float)
    for place, one in zip(at, questions, strict=True):
        axes.barh(place, one.width_now, height=0.56, color=COVERED)
        axes.barh(place, one.width_known, height=0.56, color=NEED if one.within_noise == "no" else QUIET)
        ends = (one.width_now - one.narrower_p95, one.width_now - one.narrower_p05)
        axes.hlines(place, ends[0], ends[1], color=INK, linewidth=1.2)
        told = amount(one.width_known) + (" (within noise)" if one.within_noise == "yes" else "")
        beside(axes, (max(one.width_now, *ends), float(place)), told, QUIET)
    axes.set_yticks(at, [wrapped(f"{one.rank}. {one.question}", 46, 3) for one in questions], size=8.5)
    axes.grid(visible=False, axis="y")
    axes.set_xlim(left=0)
    unit = questions[0].indicator_unit
    axes.set_xlabel(f"width of the range of {questions[0].indicator} that holds 90 of 100 runs ({unit or '1'})")
    axes.xaxis.set_major_formatter(lambda value, _: amount(value))
    return figure


def finding(questions: Sequence[Question]) -> str:
    """The question to ask first, and what its answer would be worth."""
    first = questions[0]
    if first.within_noise == "yes":
        return f"No single answer would narrow {first.indicator} by more than noise"
    share = percent(first.narrower / first.width_now)
    return f"Ask first: {first.question} The range of {first.indicator} would be {share} narrower"


def _about(questions: Sequence[Question]) -> str:
    one = questions[0]
    now = f"{amount(one.width_now)} {one.indicator_unit}".strip()
    return f"Light: width now, {now}. Dark: expected width if the answer were known ({one.method}). Lines: 90 % bands"
