"""Cumulative counts and transit times by the hour: the series of arrivals.csv and transit.csv."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.model.journal import SERIES
from sim.model.record import Array, Record
from sim.results.dates import full_hours

CURVES = (*SERIES, "vehicles_arrived")
BY = ("departure", "arrival")
HALF = 0.5


def cumulative(hours: Array, amounts: Array, at: Array) -> Array:
    """N(t), the cumulative count at given hours; what happens at an hour counts at that hour."""
    sums = np.concatenate([[0], np.cumsum(amounts)])
    counted: Array = sums[np.searchsorted(hours, at + 1e-9, side="right")]
    return counted


def curves(record: Record) -> Array:
    """Cumulative counts at each full hour from 0 to the horizon, shape (curves, hours + 1)."""
    grid = np.arange(full_hours(record.scenario) + 1)
    people = [cumulative(hours, number, grid) for hours, number, _ in (record.counts[name] for name in SERIES)]
    hours, _, vehicles = record.counts["arrived"]
    return np.array([*people, cumulative(hours, vehicles, grid)], float)


def share_reached(record: Record, share: float, people: float) -> float:
    """Clearance time: the hour at which that share of the people had arrived; inf when it never was."""
    hours, arrived, _ = record.counts["arrived"]
    at = int(np.searchsorted(np.cumsum(arrived), share * people - 1e-9))
    return float(hours[at]) if at < len(hours) and people > 0 else np.inf


def transit(record: Record) -> tuple[Array, Array]:
    """Hours from setting off to crossing, and the people they took, of all parties that crossed."""
    parties = record.parties
    hours = parties.arrived - parties.departed
    known = ~np.isnan(hours)
    return hours[known], parties.people[known]


def weighted(values: Array, weights: Array, share: float) -> float:
    """The value that this share of the weights does not exceed; nan when there is none."""
    return each_weighted(values, weights, [share])[0]


def each_weighted(values: Array, weights: Array, shares: Iterable[float]) -> list[float]:
    """The same of each of some shares."""
    order = np.argsort(values, kind="stable")
    sums = np.cumsum(weights[order])
    if not len(sums) or sums[-1] <= 0:
        return [float("nan") for _ in shares]
    return [float(values[order[np.searchsorted(sums, share * sums[-1] - 1e-9)]]) for share in shares]


def hourly_transit(record: Record) -> Array:
    """Median transit time of those who departed, and who arrived, in each hour; shape (2, hours), nan for none."""
    parties, last = record.parties, full_hours(record.scenario)
    known = ~np.isnan(parties.arrived - parties.departed)
    hours, people = (parties.arrived - parties.departed)[known], parties.people[known]
    order = np.argsort(hours, kind="stable")
    times = (when[known][order] for when in (parties.departed, parties.arrived))
    return np.array([_medians(when, hours[order], people[order], last) for when in times])


def _medians(when: Array, values: Array, weights: Array, last: int) -> Array:
    """Weighted median in each hour of values in rising order, shape (last,)."""
    slot = np.clip(when.astype(int), 0, max(last - 1, 0)).astype(np.min_scalar_type(last))
    order = np.argsort(slot, kind="stable")
    slot, values, sums = slot[order], values[order], np.cumsum(weights[order])
    begins = np.searchsorted(slot, np.arange(last))
    ends = np.searchsorted(slot, np.arange(last), side="right")
    whole = np.concatenate([[0], sums])
    middle = np.searchsorted(sums, whole[begins] + HALF * (whole[ends] - whole[begins]) - 1e-9)
    result = np.full(last, np.nan)
    some = ends > begins
    result[some] = values[np.minimum(middle, ends - 1)[some]]
    return result
