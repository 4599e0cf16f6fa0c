"""Tables of need, supply and gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array
from sim.publish.cells import numbers, texts
from sim.publish.tables import Table
from sim.results import gaps
from sim.results.dates import date, stamps
from sim.results.monthly import days_of
from sim.results.requirement import RESTS_ON
from sim.scenario.standards import sectors

if TYPE_CHECKING:
    from sim.studies.ensemble import Ensemble


def daily(ensemble: Ensemble) -> Table:
    """Need, supply and gap a day, by place, item and level; rows with nothing to tell are left out."""
    days = range(ensemble.summary.at("need", "mean").shape[1])
    return _table(ensemble, "", [date(ensemble.scenario, day) for day in days], list(days))


def monthly(ensemble: Ensemble) -> Table:
    """The same by month, after the horizon."""
    days = days_of(ensemble.scenario)
    return _table(ensemble, "_month", days.dates, days.first)


def _table(ensemble: Ensemble, suffix: str, dates: list[str], days: list[int]) -> Table:
    rows = gaps.layout(ensemble.scenario)

    def at(name: str, level: str) -> Array:
        return ensemble.summary.at(f"{name}{suffix}", level)

    need = at("need", "mean")
    row, day = np.nonzero(np.round(need + at("supply", "mean") + np.nan_to_num(at("gap", "mean")), 9))
    told = [rows[k] for k in row.tolist()]
    supply = np.where([not row.told for row in told], np.nan, at("supply", "p50")[row, day])
    among = np.full(len(rows), -1)
    among[gaps.told_rows(rows)] = np.arange(len(gaps.told_rows(rows)))

    def column(array: str, level: str) -> Array:
        values: Array = at(array, level)
        if array in gaps.OF_TOLD:
            values = np.append(values, np.full((1, need.shape[1]), np.nan), axis=0)[among]
        found: Array = values[row, day]
        return found

    return [
        texts(dates[k] for k in day.tolist()),
        numbers([days[k] for k in day.tolist()]),
        *(texts(cells) for cells in _head(told, ensemble.scenario.needs.sector_names)),
        numbers(column("need", "p50")),
        numbers(column("need", "plan")),
        numbers(supply),
        texts(row.status for row in told),
        *(numbers(column("gap", level)) for level in ("p05", "p50", "p95", "plan")),
        *(numbers(column(f"gap_{name}", "p50")) for name in RESTS_ON),
        numbers(column("coverage", "p50")),
        numbers(column("people_short", "p50")),
    ]


def _head(told: list[gaps.Row], names: sectors.Names) -> list[list[str]]:
    figures = [row.figure for row in told]
    return [
        [row.place for row in told],
        [figure.sector_code for figure in figures],
        [sectors.name_of(figure.sector_code, names) for figure in figures],
        [figure.item for figure in figures],
        [row.unit for row in told],
        [figure.level for figure in figures],
    ]


def hourly(ensemble: Ensemble) -> Table:
    """Need, supply and gap an hour at standard level, for the items asked for."""
    at, rows = ensemble.summary.at, gaps.hourly_rows(ensemble.scenario)
    need = at("need_hourly", "mean")
    known = gaps.told_rows(rows)
    supplied = np.zeros(need.shape)
    supplied[known] = at("supply_hourly", "mean")
    row, hour = np.nonzero(np.round(need + supplied, 9))
    told = [rows[k] for k in row.tolist()]
    place, code, _, item, unit, _ = _head(told, ensemble.scenario.needs.sector_names)
    time = texts(stamps(ensemble.scenario, need.shape[1]))

    def column(array: str, level: str) -> Array:
        values = np.full(need.shape, np.nan)
        values[known] = at(array, level)
        found: Array = values[row, hour]
        return found

    return [
        [time[k] for k in hour.tolist()],
        numbers(hour),
        *map(texts, (place, code, item, unit)),
        numbers(at("need_hourly", "p50")[row, hour]),
        numbers(column("supply_hourly", "p50")),
        *(numbers(column("gap_hourly", level)) for level in ("p05", "p50", "p95")),
    ]
