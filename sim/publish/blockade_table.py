"""blockade.csv: the time before the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.publish.cells import numbers, texts
from sim.publish.tables import Table
from sim.results.blockade import COLUMNS, days, layout
from sim.results.dates import date

if TYPE_CHECKING:
    from sim.studies.ensemble import Ensemble

SHOWN = (
    ("need", "p50"),
    ("supply", "p50"),
    ("gap", "p05"),
    ("gap", "p50"),
    ("gap", "p95"),
    ("stock", "p05"),
    ("stock", "p50"),
    ("stock", "p95"),
    ("days_of_supply", "p50"),
)


def daily(ensemble: Ensemble) -> Table:
    """Need, supply, gap, stock and days of supply of each commodity, a row a day."""
    scenario, rows = ensemble.scenario, layout(ensemble.scenario)
    dates = [date(scenario, int(day)) for day in days(scenario).tolist()]
    named = [[getattr(row, name) for row in rows for _ in dates] for name in ("item", "unit")]
    found = [numbers(ensemble.summary.at("blockade", level)[:, COLUMNS.index(name)]) for name, level in SHOWN]
    return [texts(dates) * len(rows), *map(texts, named), *found]
