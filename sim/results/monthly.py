"""After the horizon: everyone stays in their last state; need, supply and gap in daily steps, summed by month."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import ceil, inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import needs, standing
from sim.model.cold import WINTER, factor
from sim.model.record import Array, Record
from sim.results import gaps
from sim.results.bases import with_all
from sim.results.dates import DAY, full_hours, midnight
from sim.results.requirement import FUEL, RESTS_ON
from sim.results.stores_after import given_when
from sim.scenario.standards import amounts
from sim.scenario.standards.catchment import catchments
from sim.scenario.standards.told import share_there

if TYPE_CHECKING:
    from sim.results.gaps import Row
    from sim.results.stores_after import After
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure

FLOWS = ("consumable", "treatment", "incidence")
"""Kinds of figures that are needed anew every hour."""
ONCE = ("durable", "kit")
"""Kinds that are given once and again when their life is over."""
LEVELS = standing.LEVELS
"""Kinds that are held, as many as the people there need."""
MONTH = 30
"""Days of a month where the scenario has no dates."""
ARRAYS = ("need", "supply", "gap", *(f"gap_{name}" for name in RESTS_ON), "coverage", "people_short")


class Days(NamedTuple):
    """The days after the horizon."""

    begins: list[float]
    """Hour since the start at which each begins."""
    hours: Array
    """Hours of each, shape (days,)."""
    month: list[int]
    """Number of the month each lies in."""
    dates: list[str]
    """First day of each month; the first month counts from the horizon on."""
    first: list[int]
    """Day since the start at which each month begins to count."""
    starts: list[int]
    """Number of the first day of each month among these days."""

    @property
    def ends(self) -> list[int]:
        """Number of the last day of each month among these days."""
        return [*(start - 1 for start in self.starts[1:]), len(self.hours) - 1]


class Last(NamedTuple):
    """The last state of a record: who is where at the horizon, and the days that follow."""

    record: Record
    at: dict[str, list[int]]
    """Figure by name: numbers of the places at which the gap tables count it, in their order."""
    days: Days
    everyone: Array
    """People looked after at each place, shape (places,)."""
    in_care: Array


def last(record: Record, rows: list[Row], people: Array) -> Last:
    """The state at the horizon, in which everybody stays; `people` are those at each place then."""
    number = {name: k for k, name in enumerate(record.there.names)}
    at: dict[str, list[int]] = {}
    for row in rows:
        if row.place != gaps.ALL:
            at.setdefault(row.figure.name, []).append(number[row.place])
    return Last(record, at, days_of(record.scenario), people * record.there.here[:, 0], _in_care(record))


def days_of(scenario: Scenario, period: float | None = None) -> Days:
    """The days from the horizon to the end of `needs.period` (or of another one); none without a period."""
    period = scenario.needs.period if period is None else period
    return _days(full_hours(scenario), period or 0.0, midnight(scenario), scenario.start)


@lru_cache(maxsize=64)
def _days(horizon: int, period: float, midnight_: float, start: datetime | None) -> Days:
    end, edge = horizon + period, DAY * ((horizon + midnight_) // DAY + 1) - midnight_
    cuts = [float(horizon), *np.arange(edge, end, DAY).tolist(), end] if period > 0 else []
    begins, hours = cuts[:-1], np.diff(cuts) if cuts else np.zeros(0)
    names = [_month(hour, horizon, start) for hour in begins]
    months = list(dict.fromkeys(names))
    first = [int((begins[names.index(name)] + midnight_) // DAY) for name in months]
    dates = [name or f"day {day}" for name, day in zip(months, first, strict=True)]
    dates = [f"day {day}" if name.isdigit() else name for name, day in zip(dates, first, strict=True)]
    starts = [names.index(name) for name in months]
    return Days(begins, hours, [months.index(name) for name in names], dates, first, starts)


def _month(hour: float, horizon: float, start: datetime | None) -> str:
    """The first day of the calendar month of an hour; without dates the number of months of 30 days."""
    if start is None:
        return str(int((hour - horizon) // (DAY * MONTH)))
    return f"{start + timedelta(hours=hour + 1e-6):%Y-%m}-01"


def outcome(record: Record, daily: dict[str, Array], rows: list[Row], people: Array) -> dict[str, Array]:
    """Arrays by month in the order of the layout; `daily` are those of the days before, `people` who is where."""
    days = days_of(record.scenario)
    shape = (len(rows), len(days.dates))
    result = {f"{name}_month": np.zeros(shape) for name in ARRAYS}
    end_state = last(record, rows, people)
    given = given_when(end_state, _wanted)
    for begin, end in blocks(rows):
        found = _figure(end_state, rows[begin:end], daily["supply"][begin:end], given)
        for name, values in found.items():
            result[f"{name}_month"][begin:end] = values
    known = gaps.told_rows(rows)
    return result | {f"{name}_month": result[f"{name}_month"][known] for name in gaps.OF_TOLD}


def blocks(rows: list[Row]) -> list[tuple[int, int]]:
    """From where to where the rows of each figure stand, the last of them for all places."""
    ends = [k + 1 for k, row in enumerate(rows) if row.place == gaps.ALL]
    return list(pairwise([0, *ends]))


def owes(rows: list[Row]) -> bool:
    """Whether a figure is given once, and it is known what of it was: what was not stays owed in the months after."""
    return needs.is_once(rows[0].figure) and any(row.told for row in rows)


def _figure(end: Last, rows: list[Row], before: Array, given: dict[str, After]) -> dict[str, Array]:
    """One figure: need, supply, gaps, coverage and people short by month; `before` is the supply of the days before.

    Where it owes, the need of a month is what was handed out in it and what is still owed at its end.
    """
    figure, days = rows[0].figure, end.days
    wanted = _wanted(end, figure)
    levels = figure.kind in LEVELS
    need = _by_month(wanted, days, levels)
    if not any(row.told for row in rows):
        return {"need": with_all(need), "gap": np.full((len(rows), need.shape[1]), np.nan)}

    def owing(name: str) -> Array:
        still: Array = given[name].owed[figure.item][end.at[figure.name]][:, days.ends]
        return still

    if owes(rows):
        need = _by_month(given[""].covers[figure.item][end.at[figure.name]], days, False) + owing("")

    def supplied(name: str) -> Array:
        if owes(rows):
            return need - owing(name)
        got = given[name].covers.get(figure.item)
        if levels:
            more = 0.0 if got is None else got[end.at[figure.name]]
            least = np.minimum.reduceat(before[:-1, -1:] + more + np.zeros(wanted.shape), days.starts, axis=1)
            held: Array = np.clip(least, 0.0, need)
            return held
        met = np.zeros(wanted.shape) if got is None else np.minimum(got[end.at[figure.name]], wanted)
        return _by_month(met, days, False)

    need_, supply_ = with_all(need), with_all(supplied(""))
    short = gaps.gap(need_, supply_, rows)
    besides = {f"gap_{name}": gaps.gap(need_, with_all(supplied(name)), rows) for name in RESTS_ON}
    with np.errstate(invalid="ignore", divide="ignore"):
        coverage = np.where(need_ > 0, 1 - short / need_, np.nan)
    return {"need": need_, "supply": supply_, "gap": short, **besides, "coverage": coverage,
            "people_short": short / _each(end, figure)}  # fmt: skip


def once(figure: Figure) -> bool:
    """Whether each is given it once, for its life: a durable thing, a kit, or a whole treatment."""
    return figure.kind in ONCE or (figure.kind == "treatment" and figure.hours is None)


def _by_month(by_day: Array, days: Days, levels: bool) -> Array:
    """Sums of days by month; of what is held the most."""
    gathered: Array = (np.maximum if levels else np.add).reduceat(by_day, days.starts, axis=1)
    return gathered


def _each(end: Last, figure: Figure) -> Array:
    """What one person needs in each month."""
    hours = _by_month(_hours(end, figure)[None, :], end.days, False)[0]
    each: Array = (
        figure.an_hour * hours if figure.kind in FLOWS and not once(figure) else np.full(len(hours), figure.an_hour)
    )
    return np.where(each > 0, each, np.nan)


def _hours(end: Last, figure: Figure) -> Array:
    """Hours of each day for which an amount is needed: of winter those that are cold, more in frost."""
    return end.days.hours if figure.phase != WINTER else cold_hours(end.record.scenario, figure, end.days)


def cold_hours(scenario: Scenario, figure: Figure, days: Days) -> Array:
    """The same of a figure of winter, shape (days,); a day that begins or ends within an hour has a part of it."""
    edges = np.append(days.begins, days.begins[-1] + days.hours[-1]) if days.begins else np.zeros(1)
    by_hour = factor(scenario, figure, ceil(edges[-1]))
    result: Array = np.diff(np.interp(edges, np.arange(len(by_hour) + 1), np.append(0.0, np.cumsum(by_hour))))
    return result


def _wanted(end: Last, figure: Figure) -> Array:
    """Need of each day where a figure is counted, shape (its places, days): used up, renewed after a life, or held."""
    days, scenario, at = end.days, end.record.scenario, end.at.get(figure.name, [])
    shape = (len(at), len(days.hours))
    if figure is FUEL or figure.kind not in (*FLOWS, *ONCE, *LEVELS):
        return np.zeros(shape)
    people = end.in_care[at] if figure.of == "in_care" else end.everyone[at] * (share_there(scenario, figure.of) or 0.0)
    count = people * amounts.counting(figure, 1.0, scenario.population.household_size)
    if figure.kind in FLOWS and not once(figure):
        flow: Array = count[:, None] * (figure.an_hour * _hours(end, figure))
        return flow
    hours = figure.hours or DAY
    if figure.name in catchments():
        each = _parts(count, amounts.amount(figure, float(count.sum()), hours))
    else:
        each = np.array([amounts.amount(figure, n, hours) if n > 0 else 0.0 for n in count.tolist()])
    if not once(figure):
        return np.repeat(each[:, None], shape[1], axis=1)
    result = np.zeros(shape)
    result[:, _given_on(end, figure)] = each[:, None]
    return result


def _parts(count: Array, whole: float) -> Array:
    """A whole, shared by how many there are at each place."""
    result: Array = whole * count / max(float(count.sum()), 1e-12)
    return result


def _given_on(end: Last, figure: Figure) -> list[int]:
    """Days on which what was given before has served its life; of winter items the first cold one comes before."""
    days, life = end.days, (figure.life_days or 0.0) * DAY or figure.hours or inf
    if figure.phase != WINTER or factor(end.record.scenario, figure, full_hours(end.record.scenario))[-1:].any():
        return renewals(days, life)
    cold = np.flatnonzero(_hours(end, figure) > 0)
    if not len(cold):
        return []
    first = int(cold[0])
    later = days._replace(begins=days.begins[first:], hours=days.hours[first:])
    return [first, *(first + day for day in renewals(later, life))]


def renewals(days: Days, life: float) -> list[int]:
    """Days on which so many hours of life have passed once or more since the horizon."""
    if life == inf or life <= 0 or not days.begins:
        return []
    first, end = days.begins[0], days.begins[-1] + float(days.hours[-1])
    times = [first + k * life for k in range(1, ceil((end - first) / life - 1e-9))]
    return [int(np.searchsorted(days.begins, hour + 1e-9)) - 1 for hour in times]


def _in_care(record: Record) -> Array:
    """People in care at each place at the horizon."""
    there, count = record.there, len(record.spots)
    found = np.zeros(len(there.names))
    cared = [k for k, spot in enumerate(record.spots) if spot.state == "in_care"]
    if cared:
        came = np.bincount(record.move_destination, record.move_people, count)
        went = np.bincount(record.move_origin, record.move_people, count)
        for k in cared:
            at = there.number(record.spots[k])
            found[at] += record.first[k] + came[k] - went[k] if 0 <= at < len(found) else 0.0
    return found
