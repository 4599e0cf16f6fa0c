"""Who is where, hour by hour: people present and person-hours by place."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from sim.model.needs import place_of
from sim.model.record import Array, Record

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def places(scenario: Scenario) -> tuple[str, ...]:
    """All places of a scenario in the order of the way, fixed for every run."""
    homes = tuple(scenario.population.settlements) or ("home",)
    corridor = scenario.corridor
    road = ("road",) if corridor else ()
    fuel = ("fuel_queue", *scenario.fuel.depots) if scenario.fuel else ()
    reception = tuple(scenario.reception.places) or ("reception",)
    return tuple(dict.fromkeys((*homes, *fuel, *road, *reception, "onward")))


def hours(scenario: Scenario) -> int:
    """Full hours until the horizon."""
    return ceil(scenario.horizon - 1e-9)


def events(record: Record) -> tuple[Array, Array, Array, Array]:
    """Every change of people at a place: place, hour, people (+ or -), party; starting values at hour 0."""
    names = places(record.scenario)
    where = np.array([names.index(place_of(spot)) if place_of(spot) in names else -1 for spot in record.spots])
    dead = np.array([spot.state == "reported_dead" for spot in record.spots])
    where = np.where(dead, -1, where)
    start = np.arange(len(record.spots))
    place = np.concatenate([where[start], where[record.move_destination], where[record.move_origin]])
    hour = np.concatenate([np.zeros(len(start)), record.move_hour, record.move_hour])
    people = np.concatenate([record.first, record.move_people, -record.move_people]).astype(float)
    party = np.concatenate([np.full(len(start), -1), record.move_party, record.move_party])
    known = place >= 0
    return place[known], np.maximum(hour[known], 0.0), people[known], party[known]


def at_full_hours(record: Record, found: tuple[Array, Array, Array, Array] | None = None) -> Array:
    """People at each place at each full hour, shape (places, hours + 1)."""
    place, hour, people, _ = events(record) if found is None else found
    count, last = len(places(record.scenario)), hours(record.scenario)
    slot = np.minimum(np.ceil(hour - 1e-9).astype(int), last + 1)
    flat = np.bincount(place * (last + 2) + slot, people, count * (last + 2)).reshape(count, last + 2)
    present: Array = np.cumsum(flat, axis=1)[:, : last + 1]
    return present


def person_hours(record: Record, found: tuple[Array, Array, Array, Array], covered_until: Array | None = None) -> Array:
    """Person-hours at each place in each hour, shape (places, hours); only beyond what each party carries, if given."""
    place, hour, people, party = found
    if covered_until is not None:
        hour = np.where(party >= 0, np.maximum(hour, covered_until[np.maximum(party, 0)]), hour)
    count, last = len(places(record.scenario)), hours(record.scenario)
    inside = hour < last
    place, hour, people = place[inside], hour[inside], people[inside]
    slot = hour.astype(int)
    size = (count, last + 1)
    part = np.bincount(place * size[1] + slot, people * (slot + 1 - hour), count * size[1]).reshape(size)
    whole = np.bincount(place * size[1] + slot + 1, people, count * size[1] + 1)[: count * size[1]].reshape(size)
    result: Array = (part + np.cumsum(whole, axis=1))[:, :last]
    return np.maximum(result, 0.0)
