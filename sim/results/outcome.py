"""What is kept of one replication: curves, who was where, needs and gaps, and a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.model.journal import SERIES, STATES, ConservationError
from sim.model.record import Array, Record
from sim.results import gaps, presence

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

CURVES = (*SERIES, "vehicles_arrived")
TRANSIT_SHARES = (0.5, 0.95)


@dataclass(frozen=True)
class Outcome:
    """One replication, small enough to send back from a worker."""

    replication: int
    arrays: dict[str, Array]
    indicators: dict[str, float]
    drawn: dict[str, float]


def outcome(record: Record) -> Outcome:
    """What is kept of a record, after its sums were checked."""
    states = ledger(record)
    arrays = {"arrivals": curves(record), "ledger": states, "presence": presence.at_full_hours(record)}
    needs = gaps.outcome(record)
    midnight = first_midnight(record.scenario)
    arrays["need_hourly"], arrays["supply_hourly"] = needs["need"], needs["supply"]
    arrays["need"], arrays["supply"] = gaps.daily(needs["need"], midnight), gaps.daily(needs["supply"], midnight)
    return Outcome(record.replication, arrays, indicators(record, arrays), record.drawn)


def first_midnight(scenario: Scenario) -> int:
    """Whole hours from the start to the first midnight (24 when it starts at midnight)."""
    start = scenario.start
    return 24 if start is None or start.hour == 0 else 24 - start.hour


def curves(record: Record) -> Array:
    """Cumulative counts at each full hour, shape (curves, hours + 1)."""
    last = presence.hours(record.scenario)
    grid = np.arange(last + 1) + 1e-9
    result = np.zeros((len(CURVES), last + 1))
    for number, series in enumerate(SERIES):
        hours, people, vehicles = record.counts[series]
        result[number] = np.concatenate([[0], np.cumsum(people)])[np.searchsorted(hours, grid, side="right")]
        if series == "arrived":
            result[-1] = np.concatenate([[0], np.cumsum(vehicles)])[np.searchsorted(hours, grid, side="right")]
    return result


def ledger(record: Record) -> Array:
    """People in each state at each full hour, shape (states, hours + 1); the sums are checked at every event."""
    state = np.array([STATES.index(spot.state) for spot in record.spots])
    last = presence.hours(record.scenario)
    order = np.argsort(record.move_hour, kind="stable")
    hour, people = record.move_hour[order], record.move_people[order].astype(float)
    to, out = state[record.move_destination[order]], state[record.move_origin[order]]
    slot = np.clip(np.ceil(hour - 1e-9).astype(int), 0, last + 1)
    flat = np.bincount(to * (last + 2) + slot, people, len(STATES) * (last + 2))
    flat -= np.bincount(out * (last + 2) + slot, people, len(STATES) * (last + 2))
    first = np.bincount(state, record.first, len(STATES))
    result: Array = first[:, None] + np.cumsum(flat.reshape(len(STATES), last + 2), axis=1)[:, : last + 1]
    _check(record, result)
    return result


def _check(record: Record, states: Array) -> None:
    total = record.scenario.present
    if int(record.first.sum()) != total:
        raise ConservationError(f"{record.first.sum():,} people at the start where {total:,} are present")
    if np.abs(states.sum(axis=0) - total).max() > 1e-6:
        raise ConservationError("people in all states do not sum to those present")
    if states.min() < -1e-6:
        raise ConservationError(f"fewer than no people in state {STATES[int(states.min(axis=1).argmin())]}")
    book = record.fuel
    if book is not None:
        first, last = (
            book.held_first + book.stock_first + book.delivered,
            book.burnt + book.lost + book.held_last + book.stock_last,
        )
        if abs(first - last) > 1e-6 * max(first, 1.0):
            raise ConservationError(
                f"litres do not sum: {first:,.3f} were there or came, {last:,.3f} are accounted for"
            )


def indicators(record: Record, arrays: dict[str, Array]) -> dict[str, float]:
    """The few numbers of one replication."""
    arrived, (hours, people, _) = arrays["arrivals"][1], record.counts["arrived"]
    total = float(people.sum())
    reached = np.cumsum(people)
    result = {"arrived.total": total, "arrived.peak_day": _peak_day(record.scenario, arrived)}
    for share in TRANSIT_SHARES:
        at = np.searchsorted(reached, share * record.scenario.present) if total else len(hours)
        result[f"clearance.p{share * 100:.0f}"] = float(hours[at]) if at < len(hours) else np.nan
    result |= _transit(record) | _road(record)
    left = STATES.index("home"), STATES.index("fuel_queue"), STATES.index("waiting_transport"), STATES.index("stayed")
    result["left_behind.people"] = float(arrays["ledger"][list(left), -1].sum())
    result["registration.backlog.peak"] = (
        float((arrived - arrays["arrivals"][2]).max()) if arrays["arrivals"][2].any() else 0.0
    )
    return result | _gaps(record, arrays) | _care(record)


def _peak_day(scenario: Scenario, arrived: Array) -> float:
    daily = gaps.daily(np.diff(arrived)[None, :], first_midnight(scenario))
    return float(daily.max()) if daily.size else 0.0


def _transit(record: Record) -> dict[str, float]:
    """Hours from setting off to crossing, by people."""
    parties = record.parties
    hours = parties.arrived - parties.departed
    known = ~np.isnan(hours)
    if not known.any():
        return {"transit.p50": np.nan, "transit.p95": np.nan}
    order = np.argsort(hours[known])
    sums = np.cumsum(parties.people[known][order])
    sorted_ = hours[known][order]
    return {
        f"transit.p{s * 100:.0f}": float(sorted_[min(np.searchsorted(sums, s * sums[-1]), len(sums) - 1)])
        for s in TRANSIT_SHARES
    }


def _road(record: Record) -> dict[str, float]:
    """Vehicles that wait or queue at most, person-hours on the road, stalled vehicles."""
    joined, out = record.parties.departed, record.parties.arrived
    vehicles = record.parties.vehicles > 0
    came, left = np.sort(joined[vehicles & ~np.isnan(joined)]), np.sort(out[vehicles & ~np.isnan(out)])
    on_the_way = np.arange(1, len(came) + 1) - np.searchsorted(left, came, side="right")
    hours = sum(
        float((np.nan_to_num(link.left, nan=record.scenario.horizon) - link.entered) @ link.people)
        for link in record.links
    )
    return {
        "queue.vehicles.peak": float(on_the_way.max()) if len(came) else 0.0,
        "road.person_hours": hours,
        "stalled.vehicles": float(len(record.stalls)),
    }


def _gaps(record: Record, arrays: dict[str, Array]) -> dict[str, float]:
    """Worst day, total and first hour of each gap, at standard level, all places together; stock-outs."""
    rows, result = gaps.layout(record.scenario), {}
    by_day = gaps.gap(arrays["need"], arrays["supply"], rows)
    by_hour = gaps.gap(arrays["need_hourly"], arrays["supply_hourly"], rows)
    for number, row in enumerate(rows):
        if row.place != gaps.ALL or row.figure.level != "standard":
            continue
        item, short = row.figure.item, np.flatnonzero(by_hour[number] > 1e-6)
        result[f"gap.{item}.peak_day"] = float(by_day[number].max()) if by_day.shape[1] else 0.0
        result[f"gap.{item}.total"] = float(by_day[number].sum())
        result[f"gap.{item}.first_hour"] = float(short[0]) if len(short) else np.nan
    for store in record.supply.rows:
        result[f"stock.{store.name}.out_hour"] = store.out_hour
    for depot, hour in (record.fuel.out_hour if record.fuel else {}).items():
        result[f"stock.{depot}.out_hour"] = hour
    return result


def _care(record: Record) -> dict[str, float]:
    past = [
        people for told in record.care.values() for name, people in told.items() if name not in ("patients", "in care")
    ]
    return {"care.past_safe_interval": float(sum(past))}
