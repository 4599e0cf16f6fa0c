"""Need, supply and gap, by item, level and place: per hour and per day, within one replication."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.record import Array, Record
from sim.results.dates import first_midnight, full_hours
from sim.results.requirement import FUEL, RESTS_ON, Amounts, amounts, figures, status, where
from sim.scenario.standards import Figure

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

ALL = "all"
SOME = 1e-6
"""Amounts below this are none."""


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


def layout(scenario: Scenario) -> list[Row]:
    """The rows, fixed for every run: each figure at each place, and at all places together."""
    rows = []
    for figure in figures(scenario):
        names = where(scenario, figure)
        known = [status(scenario, figure, place) for place in names]
        whole = known[0] if len(set(known)) == 1 else "partly_provided"
        rows += [Row(figure, place, told) for place, told in zip(names, known, strict=True)]
        rows.append(Row(figure, ALL, whole))
    return rows


def hourly_rows(scenario: Scenario) -> list[Row]:
    """The rows written hour by hour: standard level, of the items asked for."""
    return [row for row in layout(scenario) if shown_hourly(scenario, row)]


def shown_hourly(scenario: Scenario, row: Row) -> bool:
    """Whether a row is written hour by hour; `patients` asks for all that only patients need."""
    of_patients = row.figure.of not in ("everyone", "parties")
    return row.counted and scenario.needs.hourly.get("patients" if of_patients else row.figure.item, False)


class Block(NamedTuple):
    """The rows of one figure, the last for all places together."""

    figure: Figure
    rows: list[Row]
    need: Array
    supply: Array
    besides: dict[str, Array]


def outcome(record: Record) -> tuple[dict[str, Array], dict[str, float]]:
    """Arrays by name in the order of the layout, and the indicators of what was short."""
    scenario, blocks = record.scenario, list(_blocks(record))
    hourly = [(block, np.array([shown_hourly(scenario, row) for row in block.rows])) for block in blocks]
    parts = [_daily(record, block) for block in blocks]
    arrays = {name: np.vstack([part[name] for part in parts]) for name in (parts[0] if parts else ())}
    for name, of in (("need_hourly", _need), ("supply_hourly", _supply), ("gap_hourly", _gap)):
        kept = [of(block)[shown] for block, shown in hourly]
        arrays[name] = np.vstack(kept or [np.zeros((0, full_hours(scenario)))]).astype(np.float32)
    found: dict[str, float] = {}
    for block, part in zip(blocks, parts, strict=True):
        if block.rows[-1].counted:
            found |= _indicators(block, part)
    return arrays, found


def _blocks(record: Record) -> list[Block]:
    of, rows = amounts(record), layout(record.scenario)
    blocks = []
    for figure in figures(record.scenario):
        mine = [row for row in rows if row.figure == figure]
        found: Amounts = of(figure)
        besides = {name: whole(values) for name, values in found.besides.items()}
        blocks.append(Block(figure, mine, whole(found.need), whole(found.supply), besides))
    return blocks


def whole(values: Array) -> Array:
    """Values by place with their sum below them."""
    return np.vstack([values, values.sum(axis=0, keepdims=True)])


def _need(block: Block) -> Array:
    return block.need


def _supply(block: Block) -> Array:
    return block.supply


def _gap(block: Block) -> Array:
    return gap(block.need, block.supply, block.rows)


def _daily(record: Record, block: Block) -> dict[str, Array]:
    """Need, supply, gaps, coverage and people short, by day."""
    midnight = first_midnight(record.scenario)
    fullest = _fullest(block.need, midnight) if block.figure.hours is None and block.figure is not FUEL else None

    def by_day(values: Array) -> Array:
        return daily(values, midnight) if fullest is None else np.take_along_axis(values, fullest, axis=1)

    def missing(supply: Array) -> Array:
        if fullest is not None:
            return by_day(gap(block.need, supply, block.rows))
        return gap(by_day(block.need), by_day(supply), block.rows)

    need, supply, short = by_day(block.need), by_day(block.supply), missing(block.supply)
    besides = {f"gap_{name}": missing(block.besides[name]) for name in RESTS_ON}
    with np.errstate(invalid="ignore", divide="ignore"):
        coverage = np.where(need > 0, 1 - short / need, np.nan)
    people = _people_short(record, block, short, midnight)
    return {"need": need, "supply": supply, "gap": short, **besides, "coverage": coverage, "people_short": people}


def _people_short(record: Record, block: Block, short: Array, midnight: int) -> Array:
    """People whose need is not met: of what is used up the mean over the day, of fuel those whose party lacked it."""
    if block.figure is FUEL:
        return np.where(np.isnan(short), np.nan, whole(_without_fuel(record, midnight)))
    lengths = daily(np.ones((1, block.need.shape[1])), midnight)
    each = block.figure.an_hour * (1.0 if block.figure.hours is None else lengths)
    people: Array = short / each
    return people


def _without_fuel(record: Record, midnight: int) -> Array:
    """People of parties that were given less than they lacked, by settlement and day of asking."""
    parties, hours = record.parties, full_hours(record.scenario)
    short = (parties.fuel_asked < hours) & (parties.fuel_given < parties.fuel_wanted - SOME)
    at = parties.settlement[short] * hours + parties.fuel_asked[short].astype(int)
    count = len(parties.settlements)
    return daily(np.bincount(at, parties.people[short], count * hours).reshape(count, hours), midnight)


def _edges(hours: int, first_midnight: int) -> list[int]:
    return [0, *range(first_midnight if first_midnight > 0 else 24, hours, 24)]


def daily(hourly: Array, first_midnight: int) -> Array:
    """Sums by calendar day, shape (rows, days); `first_midnight` is the hours of the first, partial day."""
    days: Array = np.add.reduceat(hourly, _edges(hourly.shape[1], first_midnight), axis=1)
    return days


def _fullest(need: Array, first_midnight: int) -> Array:
    """The hour of each day with the largest need in all places, shape (rows, days); one for all: rows add up."""
    edges = [*_edges(need.shape[1], first_midnight), need.shape[1]]
    hours = [begin + int(need[-1, begin:end].argmax()) for begin, end in pairwise(edges)]
    return np.tile(hours, (len(need), 1))


def gap(need: Array, supply: Array, rows: list[Row]) -> Array:
    """Need less supply, never below zero; for all places the sum over places, nan where not all were provided."""
    short: Array = np.maximum(need - supply, 0.0)
    short[-1] = short[:-1].sum(axis=0)
    short[[row.status != "provided" for row in rows]] = np.nan
    return short


def _indicators(block: Block, part: dict[str, Array]) -> dict[str, float]:
    """Worst day, total and first hour of a gap, all places together; none where supply is not told everywhere."""
    item, day = block.figure.item, part["gap"][-1]
    hourly = _gap(block)[-1]
    if block.rows[-1].status != "provided":
        return {}
    short = np.flatnonzero(hourly > SOME)
    return {
        f"gap.{item}.peak_day": float(day.max(initial=0.0)),
        f"gap.{item}.total": float(day.sum()),
        f"gap.{item}.first_hour": float(short[0]) if len(short) else np.inf,
    }
