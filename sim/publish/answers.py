"""What drives an answer, which conditions break a plan and what to ask next, as tables and charts in a folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.publish import cells
from sim.publish.charts import asked as chart_of_questions
from sim.publish.charts import boxes as chart_of_boxes
from sim.publish.charts import inputs as chart_of_inputs
from sim.publish.charts.folder import Results
from sim.publish.charts.page import save, style
from sim.publish.manifest import INTERNAL, WHAT_IF
from sim.results.columns import header
from sim.results.indicators import OF_MOVEMENT
from sim.studies import discovery

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.scenario.schema import Scenario
    from sim.studies.asking import Asked
    from sim.studies.discovery import Found
    from sim.studies.sensitivity import Sensitivity
    from sim.studies.stored import Stored

SHOWN = 3
"""Indicators that are drawn where none is named."""
EVERY_DIGIT = ("quasi_p",)
"""Columns of numbers too small for fixed decimals."""


def write_sensitivity(
    folder: Path, found: Sensitivity, wanted: Sequence[str], told: dict[str, Any] | None
) -> list[Path]:
    """sensitivity.csv, and a picture of each indicator asked for: indices with their bands, and a tornado."""
    written = [write(folder, "sensitivity", found.rows)]
    results = Results(folder, told=told)
    for name in wanted or shown(found.indicators):
        stem, effects = name.replace(".", "_"), found.of(name)
        written += _drawn(folder, f"sensitivity_{stem}", partial(chart_of_inputs.draw, results, effects))
        written += _drawn(folder, f"tornado_{stem}", partial(chart_of_inputs.draw_tornado, results, effects))
    return written


def shown(indicators: Sequence[str]) -> list[str]:
    """Indicators that are drawn where none is named: of movement first."""
    first = [name for name in reversed(OF_MOVEMENT) if name in indicators]
    order = [*("clearance.p95",) * ("clearance.p95" in first), *first, *indicators]
    return list(dict.fromkeys(order))[:SHOWN]


def write_boxes(folder: Path, found: Found, told: dict[str, Any] | None) -> list[Path]:
    """boxes.csv, and a picture of the boxes."""
    written = [write(folder, "boxes", discovery.rows(found))]
    return written + _drawn(folder, "boxes", partial(chart_of_boxes.draw, Results(folder, told=told), found))


def write_questions(folder: Path, found: Asked, told: dict[str, Any] | None) -> list[Path]:
    """ask_next.csv, and a picture of how wide the answer is and would be."""
    written = [write(folder, "ask_next", found.questions)]
    draw = partial(chart_of_questions.draw, Results(folder, told=told), found.questions)
    return written + _drawn(folder, "ask_next", draw)


def write(folder: Path, table: str, rows: Sequence[tuple[Any, ...]]) -> Path:
    """One table, whole or not at all, into a folder that may hold others."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{table}.writing-", dir=folder) as made:
        cells.write(Path(made), table, [columns(table, rows)])
        return (Path(made) / f"{table}.csv").replace(folder / f"{table}.csv")


def columns(table: str, rows: Sequence[tuple[Any, ...]]) -> list[cells.Cells]:
    """The cells of a table, column by column."""
    return [
        _cells([row[at] for row in rows], None if name in EVERY_DIGIT else cells.DECIMALS)
        for at, name in enumerate(header(table))
    ]


def _cells(values: list[Any], decimals: int | None) -> cells.Cells:
    """Cells of one column, in which texts and numbers may stand side by side."""
    return [
        cell
        for value in values
        for cell in (cells.texts([value]) if isinstance(value, str) else cells.numbers([value], decimals))
    ]


def frame(table: str, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """A table as analysts use it, with the columns of its CSV file."""
    return pd.DataFrame(list(map(tuple, rows)), columns=header(table))


def told_of(stored: Stored) -> dict[str, Any] | None:
    """What the footer of a chart says of stored runs; None where their folder says it itself."""
    if (stored.directory / "run.json").is_file():
        return None
    about = stored.about
    return {
        "title": str(about.get("title") or stored.directory.name),
        "label": WHAT_IF,
        "sharing": INTERNAL,
        "replications": len(stored.inputs) * int(about.get("replications", 1)),
        "seed": about.get("seed", "?"),
        "as_of": about.get("as_of"),
    }


def told_of_scenario(scenario: Scenario, seed: int | None, runs: int) -> dict[str, Any]:
    """What the footer of a chart says of paired runs of a scenario."""
    return {
        "title": scenario.title,
        "label": WHAT_IF,
        "sharing": INTERNAL,
        "replications": runs,
        "seed": scenario.run.seed if seed is None else seed,
        "as_of": None if scenario.as_of is None else scenario.as_of.isoformat(),
    }


def _drawn(folder: Path, name: str, draw: Callable[[], Figure | None]) -> list[Path]:
    with style():
        figure = draw()
        return [] if figure is None else save(figure, folder / "charts" / name)
