"""Charts, drawn from the tables a run wrote: one finding a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from sim.publish.charts import (
    appeal,
    arrivals,
    blockade,
    care,
    constraints,
    costs,
    gaps,
    queue,
    reception,
    states,
    stocks,
)
from sim.publish.charts.folder import Results
from sim.publish.charts.page import save, style
from sim.publish.charts.prior import draw_fuel_prior
from sim.studies.workers import processes

__all__ = ["draw_all", "draw_fuel_prior"]

CHARTS: dict[str, Callable[[Results], Figure | None]] = {
    "arrivals": arrivals.draw,
    "queue": queue.draw,
    "people_by_state": states.draw,
    "binding_constraint": constraints.draw,
    "reception": reception.draw,
    "care": care.draw,
    "blockade": blockade.draw,
    "blockade_stocks": blockade.draw_stocks,
    "stocks": stocks.draw,
    "gaps": gaps.draw,
    "gaps_2": partial(gaps.draw, number=1),
    "costs": costs.draw,
    "appeal": appeal.draw,
}


def draw_all(folder: Path, called: str = "", workers: int = 1) -> list[Path]:
    """Draw every chart the tables of a results folder allow, as SVG and PNG, into its folder `charts`.

    `called` is the name of a scenario without a title, where the folder has not its own name yet.
    """
    with processes(workers) as mapper:
        return [path for written in mapper(partial(_drawn, Results(folder, called)), CHARTS) for path in written]


def _drawn(results: Results, name: str) -> list[Path]:
    """Draw one chart; nothing where the run has no tables for it."""
    with style():
        figure = CHARTS[name](results)
        return [] if figure is None else save(figure, results.folder / "charts" / name)
