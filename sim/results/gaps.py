"""Need, supply and gap, by item, level and place: per hour and per day, within one replication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array, Record
from sim.results import presence
from sim.scenario import standards
from sim.scenario.standards import Figure

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

ALL = "all"


@dataclass(frozen=True)
class Row:
    """One row of the gap tables: a figure at a place."""

    figure: Figure
    place: str
    status: str
    """`provided`, `not_provided`, or `partly_provided` for all places together."""


def layout(scenario: Scenario) -> list[Row]:
    """The rows, fixed for every run: each figure at each place, and at all places together."""
    names = [place for place in presence.places(scenario) if place != "onward"]
    rows = []
    for figure in (f for f in standards.figures() if f.item in ("water", "food")):
        known = [_status(scenario, figure.item, place) for place in names]
        whole = known[0] if len(set(known)) == 1 else "partly_provided"
        rows += [Row(figure, place, status) for place, status in zip(names, known, strict=True)]
        rows.append(Row(figure, ALL, whole))
    return rows


def _status(scenario: Scenario, item: str, place: str) -> str:
    """Whether any supply of an item was given for a place."""
    carried = scenario.supply.carried
    on_the_way = place in ("road", "fuel_queue")
    if on_the_way and (carried.water if item == "water" else carried.food) is not None:
        return "provided"
    served = any(s.item == item and serves(scenario, s.place, place) for s in scenario.supply.provided.values())
    return "provided" if served else "not_provided"


def serves(scenario: Scenario, told: str, place: str) -> bool:
    """Whether a supply told for a place reaches that place."""
    homes = set(scenario.population.settlements) or {"home"}
    return told in (place, "everywhere") or (told == "home" and place in homes)


def outcome(record: Record) -> dict[str, Array]:
    """Arrays by name: need and supply per hour, shape (rows, hours), in the order of the layout."""
    scenario, found = record.scenario, presence.events(record)
    names = presence.places(scenario)
    there = presence.person_hours(record, found)
    need, supply = [], []
    for figure in (f for f in standards.figures() if f.item in ("water", "food")):
        rate = figure.value / 24
        uncarried = presence.person_hours(record, found, covered_until(record, figure))
        needs, supplies = _at_places(record, names, (there * rate, uncarried * rate), figure)
        need.append(np.vstack([needs, needs.sum(axis=0)]))
        supply.append(np.vstack([supplies, supplies.sum(axis=0)]))
    return {"need": np.vstack(need), "supply": np.vstack(supply), "there": there}


def covered_until(record: Record, figure: Figure) -> Array:
    """Hour until which what a party carries covers its need at that level, shape (parties,)."""
    parties = record.parties
    carried = parties.carried_water if figure.item == "water" else parties.carried_food
    hours = carried / np.maximum(parties.people * figure.value / 24, 1e-12)
    left = np.where(np.isnan(parties.departed), np.inf, parties.departed)
    until: Array = np.where(np.isfinite(left), left + hours, -np.inf)
    return until


def _at_places(
    record: Record, names: tuple[str, ...], need: tuple[Array, Array], figure: Figure
) -> tuple[Array, Array]:
    """Need and supply at each place but `onward`: what is carried, what people and shops cover, what was drawn."""
    needs, uncarried = need
    supplies = needs - uncarried
    for store in record.supply.rows:
        if store.item != figure.item:
            continue
        told = [k for k, place in enumerate(names) if serves(record.scenario, store.place, place)]
        covered = store.covered * uncarried[told]
        wanting = np.maximum(uncarried[told] - covered, 0.0)
        share = wanting / np.maximum(wanting.sum(axis=0), 1e-12)
        supplies[told] += covered + share * np.minimum(store.drawn, wanting.sum(axis=0))
    keep = [k for k, place in enumerate(names) if place != "onward"]
    return needs[keep], np.minimum(supplies[keep], needs[keep])


def daily(hourly: Array, first_midnight: int) -> Array:
    """Sums by calendar day, shape (rows, days); `first_midnight` is the hours of the first, partial day."""
    hours = hourly.shape[1]
    edges = [0, *range(first_midnight if first_midnight > 0 else 24, hours, 24)]
    days: Array = np.add.reduceat(hourly, edges, axis=1)
    return days


def gap(need: Array, supply: Array, rows: list[Row]) -> Array:
    """Need less supply, never below zero; for all places the sum over places, nan where nothing was provided."""
    short: Array = np.maximum(need - supply, 0.0)
    begin = 0
    for number, row in enumerate(rows):
        if row.place == ALL:
            short[number] = short[begin:number].sum(axis=0)
            begin = number + 1
    for number, row in enumerate(rows):
        if row.status != "provided":
            short[number] = np.nan
    return short
