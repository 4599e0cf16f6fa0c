"""Every table of a run, as columns of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.model.journal import STATES
from sim.model.record import Array
from sim.publish.cells import Cells, numbers, texts
from sim.results import care as patients
from sim.results import indicators, presence, queues
from sim.results import stocks as stock
from sim.results.constraints import CONSTRAINTS
from sim.results.curves import BY, CURVES
from sim.results.dates import first_midnight, full_hours, stamps
from sim.scenario.place_names import named
from sim.scenario.provenance import WITHOUT, nearest, origins
from sim.studies import scores

if TYPE_CHECKING:
    from sim.results.passages import Passages
    from sim.scenario.observed import Count
    from sim.scenario.schema import Scenario
    from sim.studies.ensemble import Ensemble

Table = list[Cells]
BAND = ("p05", "p25", "p50", "p75", "p95", "mean")
SHORT_BAND = ("p05", "p50", "p95", "mean")
ROWS = 50_000
"""Rows of the journal made at a time."""
NIGHT = 2
"""The hour of the day at which people count as staying overnight."""


def over_time(ensemble: Ensemble, names: Sequence[str], hours: int) -> Table:
    """The columns time, hour and name of a table with a row for each name and hour."""
    scenario = ensemble.scenario
    time, hour = texts(stamps(scenario, hours)), [str(hour) for hour in range(hours)]
    return [time * len(names), hour * len(names), [name for name in texts(names) for _ in range(hours)]]


def ranged(ensemble: Ensemble, array: str, levels: Sequence[str]) -> Table:
    """One column of numbers for each level of an array."""
    return [numbers(ensemble.summary.at(array, level)) for level in levels]


def arrivals(ensemble: Ensemble) -> Table:
    """Cumulative counts."""
    hours = full_hours(ensemble.scenario) + 1
    return over_time(ensemble, CURVES, hours) + ranged(ensemble, "curves", BAND)


def ledger(ensemble: Ensemble) -> Table:
    """People in each state."""
    hours = full_hours(ensemble.scenario) + 1
    return over_time(ensemble, STATES, hours) + ranged(ensemble, "ledger", SHORT_BAND)


def present(ensemble: Ensemble) -> Table:
    """People at each place; overnight are those there at the next 02:00."""
    scenario, places = ensemble.scenario, presence.places(ensemble.scenario)
    hours = full_hours(scenario) + 1
    table = over_time(ensemble, places, hours) + ranged(ensemble, "presence", ("p05", "p50", "p80", "p95"))
    offset, hour = (first_midnight(scenario) + NIGHT) % 24, np.arange(hours)
    night = np.minimum(hour + (offset - hour) % 24, hours - 1)
    table += [numbers(ensemble.summary.at("presence", level)[:, night]) for level in ("p50", "p80")]
    told = {name: place.capacity for name, place in scenario.reception.places.items()}
    told |= {name: sum(one.beds.values()) for name, one in scenario.medical.hospitals.items() if one.beds}
    capacity = numbers([np.nan if told.get(name) is None else told[name] for name in places])
    return [*table, [room for room in capacity for _ in range(hours)]]


def constraints(ensemble: Ensemble) -> Table:
    """What limits arrivals in each hour, as a share of the runs."""
    hours = full_hours(ensemble.scenario)
    return over_time(ensemble, CONSTRAINTS, hours) + ranged(ensemble, "constraints", ("mean",))


def transit(ensemble: Ensemble) -> Table:
    """Median transit times by hour of departure and of arrival."""
    hours = full_hours(ensemble.scenario)
    return over_time(ensemble, BY, hours) + ranged(ensemble, "transit", BAND)


def queue(ensemble: Ensemble) -> Table:
    """Vehicles a kilometre over distance and time, and how often they are jammed, where there are any."""
    cuts = queues.edges(ensemble.scenario)[:-1]
    found: Array = ensemble.summary.at("queue", "mean")
    hour, row = np.nonzero(np.round(found.T, 3))
    time = texts(stamps(ensemble.scenario, found.shape[1] if len(cuts) else 0))
    jammed: Array = ensemble.summary.at("jam", "mean")
    cells = [numbers(hour), numbers(cuts[row]), numbers(found[row, hour], 3), numbers(jammed[row, hour], 3)]
    return [[time[k] for k in hour.tolist()], *cells]


def indicator_values(ensemble: Ensemble) -> Table:
    """Indicators with their ranges."""
    names, units = ensemble.indicators, indicators.units(ensemble.scenario)
    found = [[ensemble.summary.at(f"indicator {name}", level) for name in names] for level in SHORT_BAND]
    return [texts(names), texts(indicators.unit(name, units) for name in names), *map(numbers, found)]


def care(ensemble: Ensemble) -> Table:
    """Patients by group, stage and place; rows that no run has anybody in are left out."""
    rows, hours = patients.layout(ensemble.scenario), full_hours(ensemble.scenario) + 1
    some = np.flatnonzero(ensemble.summary.at("care", "mean").any(axis=1)).tolist()
    time, hour, _ = over_time(ensemble, [str(k) for k in some], hours)
    of = [[name for name in texts(rows[k][column] for k in some) for _ in range(hours)] for column in range(3)]
    found = [time, hour, *of, *(numbers(ensemble.summary.at("care", level)[some]) for level in BAND)]
    return [[*cells, *more] for cells, more in zip(found, care_waits(ensemble), strict=True)]


def care_waits(ensemble: Ensemble) -> Table:
    """Hours that patients waited to be seen at health posts, by group; only hours in which any of them came."""
    rows, found = patients.waits_layout(ensemble.scenario), ensemble.summary.at("care_waits", "mean")
    row, hour = np.nonzero(~np.isnan(found))
    time = texts(stamps(ensemble.scenario, found.shape[1]))
    of = [texts(rows[k][column] for k in row.tolist()) for column in range(3)]
    levels = [numbers(ensemble.summary.at("care_waits", level)[row, hour]) for level in BAND]
    return [[time[k] for k in hour.tolist()], numbers(hour), *of, *levels]


def stocks(ensemble: Ensemble) -> Table:
    """What stands in each depot and store."""
    told, hours = stock.layout(ensemble.scenario), full_hours(ensemble.scenario) + 1
    time, hour, store = over_time(ensemble, [row.name for row in told], hours)
    columns = (texts(getattr(row, name) for row in told) for name in ("place", "item", "unit"))
    of = [[text for text in column for _ in range(hours)] for column in columns]
    return [time, hour, store, *of, *ranged(ensemble, "stocks", SHORT_BAND)]


def replications(ensemble: Ensemble) -> tuple[Cells, Table]:
    """One row a run: seed, what was drawn, indicators; and the names of the columns."""
    drawn, names, numbers_ = ensemble.drawn, ensemble.indicators, ensemble.replications
    paths = list(dict.fromkeys(path for told in drawn for path in told))
    cells: Table = [numbers(numbers_), [str(ensemble.seed)] * len(numbers_)]
    cells += [numbers([told.get(path, np.nan) for told in drawn]) for path in paths]
    cells += [numbers(ensemble.indicator(name)) for name in names]
    return texts(["replication", "seed", *paths, *names]), cells


def sources(scenario: Scenario) -> Table:
    """Every input with where it comes from."""
    rows = origins(scenario)
    return [texts(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(8)]


def places(scenario: Scenario) -> Table:
    """Places with their other names, a row each, and where those come from."""
    rows = named(scenario)
    sources = [nearest(scenario, f"{row.path}.{row.language}") if row.also else None for row in rows]
    untold = [WITHOUT if row.also else "" for row in rows]
    notes = [note if source is None else source.note for note, source in zip(untold, sources, strict=True)]
    return [
        *(texts(getattr(row, name) for row in rows) for name in ("place", "kind", "also", "language")),
        texts(notes),
        texts(source.confidence if source is not None else "" for source in sources),
    ]


def observed(scenario: Scenario, counts: dict[str, list[Count]]) -> Table:
    """What was counted, with the hours since the start and which counts the runs are scored on."""
    rows: list[tuple[str, Count, float]] = []
    for series, told in counts.items():
        rows += [
            (series, count, hour) for count, hour in zip(told, scores.hours_of(scenario, told).tolist(), strict=True)
        ]
    found = [count for _, count, _ in rows]
    return [
        texts(series for series, _, _ in rows),
        texts(count.time.isoformat() for count in found),
        numbers([hour for _, _, hour in rows]),
        numbers([count.value for count in found]),
        texts(count.kind for count in found),
        texts(count.source for count in found),
        texts(count.confidence for count in found),
        ["yes" if series in scores.SCORED and scores.is_scored(count) else "no" for series, count, _ in rows],
    ]


def scored(ensemble: Ensemble, counts: dict[str, list[Count]]) -> Table:
    """Scores of the runs and of the ruler."""
    found = scores.scores(ensemble, counts)
    return [
        texts(score.series for score in found),
        texts(score.score for score in found),
        numbers([score.value for score in found]),
        texts(score.baseline for score in found),
        numbers([score.baseline_value for score in found]),
    ]


def journal(ensemble: Ensemble) -> Iterator[Table]:
    """Every passage and step of every run, hours at full precision; some rows at a time."""
    for number, told in ensemble.journals():
        for begin in range(0, len(told.hour), ROWS):
            yield passages(number, told, slice(begin, begin + ROWS))


def passages(number: int, told: Passages, rows: slice) -> Table:
    """Some rows of one run's journal."""
    party = np.where(told.party[rows] >= 0, told.party[rows], np.nan)
    cells: Table = [numbers(told.hour[rows], None), texts(told.entry[rows]), numbers(party), texts(told.place[rows])]
    return [[str(number)] * len(party), *cells, numbers(told.people[rows]), numbers(told.quantity[rows], None)]


ALWAYS: dict[str, Callable[[Ensemble], Table]] = {
    "arrivals": arrivals,
    "ledger": ledger,
    "presence": present,
    "constraints": constraints,
    "transit": transit,
    "queue": queue,
    "stocks": stocks,
    "indicators": indicator_values,
}
"""Tables that every run has."""
