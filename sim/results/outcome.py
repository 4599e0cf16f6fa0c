"""What is kept of one replication: the worker's half of every study, small enough to send back."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.model.provided import holds
from sim.model.record import Array, Record
from sim.model.supply import out_hours
from sim.results import care, clocks, costs, gaps, monthly, passages, presence
from sim.results.blockade import blockade
from sim.results.constraints import constraints
from sim.results.curves import curves, hourly_transit
from sim.results.indicators import indicators, never
from sim.results.lateness import lateness
from sim.results.ledger import states, verify
from sim.results.passages import Passages
from sim.results.queues import density, jam
from sim.results.receipts import receipts
from sim.results.stocks import stocks


@dataclass(frozen=True)
class Outcome:
    """One replication: arrays of shapes that the scenario fixes, a few numbers, and what was drawn."""

    replication: int
    seed: int
    present: int
    """People who were there."""
    drawn: dict[str, float]
    indicators: dict[str, float]
    arrays: dict[str, Array] = field(default_factory=dict)
    journal: Passages | None = None
    """Every passage and step, where `run.journal` asks for it."""


def outcome(record: Record) -> Outcome:
    """What is kept of a record, after its sums were checked."""
    arrays, numbers = accounts(record)
    vehicles, patients, past = density(record), care.people(record), arrays.pop("past")
    if len(patients):
        patients[len(patients) - len(past) :] = past
    arrays |= {
        "curves": curves(record),
        "presence": presence.at_full_hours(record),
        "constraints": constraints(record),
        "transit": hourly_transit(record),
        "queue": vehicles,
        "jam": jam(record, vehicles),
        "stocks": stocks(record),
        "receipts": receipts(record),
        "late": lateness(record),
        "blockade": blockade(record),
        "care": patients,
        "care_waits": care.waits(record),
    }
    journal = passages.passages(record) if record.scenario.run.journal else None
    present = int(record.first.sum())
    return Outcome(record.replication, record.seed, present, record.drawn, numbers, arrays, journal)


@dataclass(frozen=True)
class Essence:
    """The least that is kept of one replication: its indicators, and its cumulative counts by the hour."""

    indicators: dict[str, float]
    curves: Array


def essence(record: Record) -> Essence:
    """The indicators and curves of a record, after its sums were checked; no table that nobody asked for."""
    return Essence(accounts(record)[1], curves(record))


def accounts(record: Record) -> tuple[dict[str, Array], dict[str, float]]:
    """The arrays that indicators are taken from, and the indicators."""
    verify(record)
    short, numbers = gaps.outcome(record)
    rows = gaps.layout(record.scenario)
    if record.scenario.needs.period:
        short |= monthly.outcome(record, short, rows, presence.at_full_hours(record)[:, -1])
    spent, dollars = costs.outcome(record, short, rows)
    past, without = clocks.outcome(record)
    arrays = {"ledger": states(record), "past": past, **short, **spent}
    return arrays, {**indicators(record, arrays), **without, **numbers, **_out_of_stock(record), **dollars}


def _out_of_stock(record: Record) -> dict[str, float]:
    """First hours without stock: of each store that holds anything, of each item, and of its levels."""
    told = record.scenario.supply.provided
    stores = {f"stock.{row.name}.out_hour": never(row.out_hour) for row in record.supply.rows if holds(told[row.name])}
    hours = {name.partition(".")[::2]: never(hour) for name, hour in out_hours(record).items()}
    items = {f"stock.{item}.out_hour{'.' * bool(level)}{level}": hour for (item, level), hour in hours.items()}
    return items | stores
