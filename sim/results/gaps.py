"""Need, supply and gap, by item, level and place: per hour and per day, within one replication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import needs
from sim.model.record import Array, Record
from sim.model.standing import STANDING
from sim.results.bases import WHOLE, Bases, daily, each, with_all
from sim.results.dates import full_hours
from sim.results.requirement import FUEL, RESTS_ON, amounts, figures, status, supplied, where
from sim.scenario.known import once
from sim.scenario.standards import Figure
from sim.scenario.standards.goods import unit_of

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

ALL = "all"
NOT_PROVIDED = "not_provided"
SOME = 1e-6
"""Amounts below this are none."""
OF_TOLD = (*(f"gap_{name}" for name in RESTS_ON), "coverage", "people_short")
"""Arrays kept only for the rows of which a supply was told, in their order."""


@dataclass(frozen=True)
class Row:
    """One row of the gap tables: a figure at a place."""

    figure: Figure
    place: str
    status: str
    """`provided`, `not_provided`, or `partly_provided` for all places together."""

    @property
    def counted(self) -> bool:
        """Whether it is at the level that hourly tables and indicators show."""
        return self.figure.level in ("standard", "")

    @property
    def told(self) -> bool:
        """Whether any supply was told, so that more than the need is known."""
        return self.status != NOT_PROVIDED

    @property
    def unit(self) -> str:
        """The unit its need counts in."""
        return unit_of(self.figure)


@once
def layout(scenario: Scenario) -> list[Row]:
    """The rows, fixed for every run: each figure at each place, and at all places together."""
    rows, told = [], supplied(scenario)
    for figure in figures(scenario):
        names = where(scenario, figure)
        known = [status(scenario, figure, place) if figure.item in told else NOT_PROVIDED for place in names]
        whole = known[0] if len(set(known)) == 1 else "partly_provided"
        rows += [Row(figure, place, its) for place, its in zip(names, known, strict=True)]
        rows.append(Row(figure, ALL, whole))
    return rows


def told_rows(rows: list[Row]) -> Array:
    """Numbers of the rows of which a supply was told, in their order."""
    return np.flatnonzero([row.told for row in rows])


def hourly_rows(scenario: Scenario) -> list[Row]:
    """The rows written hour by hour: standard level, of the items asked for."""
    return [row for row in layout(scenario) if shown_hourly(scenario, row)]


def shown_hourly(scenario: Scenario, row: Row) -> bool:
    """Whether a row is written hour by hour; `patients` asks for all treatment."""
    if needs.is_once(row.figure):
        return False
    asked = scenario.needs.hourly
    treated = row.figure.kind == "treatment"
    return row.counted and asked.get("patients" if treated else row.figure.item, False)


class Block(NamedTuple):
    """The rows of one figure, the last for all places together; amounts by the hour."""

    figure: Figure
    rows: list[Row]
    at: slice
    """Where its rows stand in the layout."""
    need: Array
    supply: Array
    besides: dict[str, Array]


def outcome(record: Record) -> tuple[dict[str, Array], dict[str, float]]:
    """Arrays by name in the order of the layout, and the indicators of what was short."""
    scenario, bases = record.scenario, Bases(record)
    rows = layout(scenario)
    blocks = _blocks(record, bases, rows)
    need = np.concatenate(_needs(record, bases, rows) or [np.zeros((0, len(bases.ends)))])
    arrays = {"need": need, "supply": np.zeros(need.shape), "gap": np.full(need.shape, np.nan)}
    arrays |= {name: np.full(need.shape, np.nan) for name in OF_TOLD}
    found: dict[str, float] = {}
    for block in blocks:
        part = _daily(record, bases, block)
        for name, values in part.items():
            arrays[name][block.at] = values
        if block.rows[-1].counted:
            found |= _indicators(block, part)
    known = told_rows(rows)
    arrays |= {name: arrays[name][known] for name in OF_TOLD}
    return arrays | _hourly(scenario, blocks), found


def _needs(record: Record, bases: Bases, rows: list[Row]) -> list[Array]:
    """The need of every figure by day; that of fuel follows from the parties."""
    of = list(dict.fromkeys(row.figure for row in rows))
    plain = [figure for figure in of if figure is not FUEL]
    found = bases.needs(plain)
    if FUEL in of:
        found.append(np.zeros((len(where(record.scenario, FUEL)) + 1, len(bases.ends))))
    return found


def _hourly(scenario: Scenario, blocks: list[Block]) -> dict[str, Array]:
    """Need of the rows asked for by the hour; supply and gap of those among them of which a supply was told."""
    kept: dict[str, list[Array]] = {"need_hourly": [], "supply_hourly": [], "gap_hourly": []}
    for block in blocks:
        shown = np.array([shown_hourly(scenario, row) for row in block.rows])
        told = shown & np.array([row.told for row in block.rows])
        kept["need_hourly"].append(block.need[shown])
        if told.any():
            kept["supply_hourly"].append(block.supply[told])
            kept["gap_hourly"].append(gap(block.need, block.supply, block.rows)[told])
    none = np.zeros((0, full_hours(scenario)))
    return {name: np.vstack([none, *found]).astype(np.float32) for name, found in kept.items()}


def _blocks(record: Record, bases: Bases, rows: list[Row]) -> list[Block]:
    """The figures of which more than the need by day is asked: a supply was told, or hours are shown."""
    of, blocks, begin = amounts(record, bases), [], 0
    while begin < len(rows):
        figure = rows[begin].figure
        end = begin + len(where(record.scenario, figure)) + 1
        mine = rows[begin:end]
        if any(row.told or shown_hourly(record.scenario, row) for row in mine):
            found = of(figure)
            besides = {name: with_all(values) for name, values in found.besides.items()}
            whole = with_all(found.need), with_all(found.supply)
            blocks.append(Block(figure, mine, slice(begin, end), *whole, besides))
        begin = end
    return blocks


def _daily(record: Record, bases: Bases, block: Block) -> dict[str, Array]:
    """Need, supply, gaps, coverage and people short, by day."""
    once, stands = needs.is_once(block.figure), block.figure.kind in STANDING

    def by_day(values: Array) -> Array:
        return values[:, bases.fullest] if stands else daily(values, bases.midnight)

    def missing(supply: Array) -> Array:
        if once:
            return gap(block.need[:, bases.ends], supply[:, bases.ends], block.rows)
        return gap(by_day(block.need), by_day(supply), block.rows)

    supply, short = by_day(block.supply), missing(block.supply)
    owed = (block.need - block.supply)[:, bases.ends]
    need = supply + owed if once else by_day(block.need)
    besides = {f"gap_{name}": missing(block.besides[name]) for name in RESTS_ON}
    with np.errstate(invalid="ignore", divide="ignore"):
        coverage = np.where(need > 0, 1 - short / need, np.nan)
    people = _people_short(record, bases, block, short)
    return {"need": need, "supply": supply, "gap": short, **besides, "coverage": coverage, "people_short": people}


def _people_short(record: Record, bases: Bases, block: Block, short: Array) -> Array:
    """People whose need is not met: of what is used up the mean over the day, of fuel those whose party lacked it.

    A unit that is short is short for those who are there, who may be fewer than it serves.
    """
    figure = block.figure
    if figure is FUEL:
        return np.where(np.isnan(short), np.nan, with_all(_without_fuel(record, bases.midnight)))
    share = needs.share_of(record.scenario, figure)
    amount = each(record.scenario, figure) / share if share > 0 else 1.0
    used_up = figure.hours is not None and figure.kind not in STANDING
    lengths = daily(np.ones((1, block.need.shape[1])), bases.midnight) if used_up else 1.0
    people: Array = short / (amount * lengths)
    if figure.kind not in WHOLE:
        return people
    rows = [bases.there.names.index(place) for place in where(record.scenario, figure)]
    return np.minimum(people, with_all(bases.base(figure)[rows] * share))


def _without_fuel(record: Record, midnight: int) -> Array:
    """People of parties that were given less than they lacked, by settlement and day of asking."""
    parties, hours = record.parties, full_hours(record.scenario)
    short = (parties.fuel_asked < hours) & (parties.fuel_given < parties.fuel_wanted - SOME)
    at = parties.settlement[short] * hours + parties.fuel_asked[short].astype(int)
    count = len(parties.settlements)
    return daily(np.bincount(at, parties.people[short], count * hours).reshape(count, hours), midnight)


def gap(need: Array, supply: Array, rows: list[Row]) -> Array:
    """Need less supply, never below zero; for all places the sum over places, nan where not all were provided."""
    short: Array = np.maximum(need - supply, 0.0)
    short[-1] = short[:-1].sum(axis=0)
    short[[row.status != "provided" for row in rows]] = np.nan
    return short


def _indicators(block: Block, part: dict[str, Array]) -> dict[str, float]:
    """Worst day, total and first hour of a gap, all places together; none where supply is not told everywhere.

    Of what is given once the total is what is owed in the end: the same debt stands on every day until then.
    """
    item, day = block.figure.item, part["gap"][-1]
    if block.rows[-1].status != "provided":
        return {}
    hourly = gap(block.need, block.supply, block.rows)[-1]
    short = np.flatnonzero(hourly > SOME)
    return {
        f"gap.{item}.peak_day": float(day.max(initial=0.0)),
        f"gap.{item}.total": float(day[-1] if needs.is_once(block.figure) else day.sum()),
        f"gap.{item}.first_hour": float(short[0]) if len(short) else np.inf,
    }
