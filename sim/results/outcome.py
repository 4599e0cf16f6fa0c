"""What is kept of one replication: the worker's half of every study, small enough to send back."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.model.record import Array, Record
from sim.results import gaps, passages, presence
from sim.results.blockade import blockade
from sim.results.constraints import constraints
from sim.results.curves import curves, hourly_transit
from sim.results.dates import first_midnight
from sim.results.indicators import indicators, never
from sim.results.ledger import states, verify
from sim.results.passages import Passages
from sim.results.queues import density
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
    verify(record)
    arrays = {
        "curves": curves(record),
        "ledger": states(record),
        "presence": presence.at_full_hours(record),
        "constraints": constraints(record),
        "transit": hourly_transit(record),
        "queue": density(record),
        "stocks": stocks(record),
        "blockade": blockade(record),
        **needs(record),
    }
    numbers = {**indicators(record, arrays), **_gap_indicators(record, arrays)}
    journal = passages.passages(record) if record.scenario.run.journal else None
    present = int(record.first.sum())
    return Outcome(record.replication, record.seed, present, record.drawn, numbers, arrays, journal)


def needs(record: Record) -> dict[str, Array]:
    """Need, supply and gap by row of the gap tables, by hour and by day, and the share of each day's need met."""
    found, rows, midnight = gaps.outcome(record), gaps.layout(record.scenario), first_midnight(record.scenario)
    need, supply = gaps.daily(found["need"], midnight), gaps.daily(found["supply"], midnight)
    short = gaps.gap(need, supply, rows)
    hourly = {"need_hourly": found["need"], "supply_hourly": found["supply"]}
    hourly["gap_hourly"] = gaps.gap(found["need"], found["supply"], rows)
    with np.errstate(invalid="ignore", divide="ignore"):
        coverage = np.where(need > 0, 1 - short / need, np.nan)
    kept = {name: values.astype(np.float32) for name, values in hourly.items()}
    return kept | {"need": need, "supply": supply, "gap": short, "coverage": coverage}


def _gap_indicators(record: Record, arrays: dict[str, Array]) -> dict[str, float]:
    """Worst day, total and first hour of each gap at standard level, all places together; first hours without stock."""
    result = {}
    for number, row in enumerate(gaps.layout(record.scenario)):
        if row.place == gaps.ALL and row.figure.level == "standard":
            item, short = row.figure.item, np.flatnonzero(arrays["gap_hourly"][number] > 1e-3)
            result[f"gap.{item}.peak_day"] = float(arrays["gap"][number].max(initial=0.0))
            result[f"gap.{item}.total"] = float(arrays["gap"][number].sum())
            result[f"gap.{item}.first_hour"] = float(short[0]) if len(short) else np.inf
    return result | {f"stock.{store.name}.out_hour": never(store.out_hour) for store in record.supply.rows}
