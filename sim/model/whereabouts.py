"""Who is where: every change of people at a place, and exact person-hours by place and hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from sim.model.journal import Spot
from sim.scenario.references import besides
from sim.scenario.response import BETWEEN

if TYPE_CHECKING:
    from sim.model.changing import Changing
    from sim.model.provided import SupplyRecord
    from sim.model.record import Array, Record
    from sim.scenario.schema import Scenario

ROAD = "road"
NOT_SET_OFF = ("home", "fuel_queue", "waiting_transport")
"""States of those who do not live on what they carry yet."""
ON_WHEELS = ("road", "road")
"""The spot of those who drive: which segment they are on is told by the road's own logs."""


def place_of(spot: Spot) -> str:
    """The place under which people at a spot are counted."""
    if spot.state in ("fuel_queue", "onward"):
        return spot.state
    if spot.state == "walking" or spot == Spot("road", "road"):
        return "road"
    return spot.place


def segments(scenario: Scenario) -> tuple[str, ...]:
    """Feeders and segments of the road, in the order of the file."""
    corridor = scenario.corridor
    return (*corridor.feeders, *corridor.segments) if corridor else ()


def places(scenario: Scenario) -> tuple[str, ...]:
    """All places of a scenario in the order of the way, fixed for every run; `road` is on foot beside it."""
    homes = tuple(scenario.population.settlements) or ("home",)
    road = (*segments(scenario), ROAD) if scenario.corridor else ()
    fuel = ("fuel_queue", *scenario.fuel.depots) if scenario.fuel else ()
    come = scenario.corridor is not None or scenario.arrivals is not None
    reception = (tuple(scenario.reception.places) or ("reception",)) if come else ()
    return tuple(dict.fromkeys((*homes, *fuel, *road, *reception, *besides(scenario), "onward")))


def looked_after(scenario: Scenario) -> tuple[str, ...]:
    """Places whose people are served: not those gone on by themselves nor, where only arrivals are told, home."""
    homes = tuple(scenario.population.settlements) or ("home",)
    aside = ("onward", *(homes if scenario.arrivals is not None else ()))
    return tuple(place for place in places(scenario) if place not in aside)


def received(scenario: Scenario) -> tuple[str, ...]:
    """Places that look after people day by day: those of reception or, where nobody moves, their homes."""
    if scenario.corridor is None and scenario.arrivals is None:
        return tuple(scenario.population.settlements) or ("home",)
    return tuple(place for place in looked_after(scenario) if place in (scenario.reception.places or ("reception",)))


def on_the_way(scenario: Scenario) -> tuple[str, ...]:
    """Places at which people live on what they carry."""
    depots = tuple(scenario.fuel.depots) if scenario.fuel else ()
    return (*segments(scenario), ROAD, "fuel_queue", *depots, BETWEEN)


def full_hours(scenario: Scenario) -> int:
    """Full hours until the horizon, a last part of one counted as one."""
    return ceil(scenario.horizon - 1e-9)


@dataclass(frozen=True)
class Changes:
    """Changes of people at places: place, hour, people (+ or -), party (-1 where it has not set off)."""

    place: Array
    hour: Array
    people: Array
    party: Array

    def only(self, kept: Array) -> Changes:
        """Those for which it holds."""
        return Changes(self.place[kept], self.hour[kept], self.people[kept], self.party[kept])

    def later(self, until: Array) -> Changes:
        """The same as if each party were there only from its hour on, shape (parties,)."""
        if not len(until):
            return self
        known = (self.party >= 0) & (self.party < len(until))
        floor = np.where(known, until[np.minimum(np.maximum(self.party, 0), len(until) - 1)], -np.inf)
        return Changes(self.place, np.maximum(self.hour, floor), self.people, self.party)


@dataclass(frozen=True)
class Rides:
    """Times of vehicles on segments: place, vehicle, people aboard, and the hours of entering and leaving."""

    place: Array
    party: Array
    people: Array
    entered: Array
    left: Array

    def later(self, until: Array) -> Rides:
        """What is left of them where each party is counted only from its hour on, shape (parties,)."""
        if not len(until):
            return self
        floor = np.where(self.party < len(until), until[np.minimum(self.party, len(until) - 1)], -np.inf)
        kept = self.left > floor
        entered = np.maximum(self.entered, floor)[kept]
        return Rides(self.place[kept], self.party[kept], self.people[kept], entered, self.left[kept])

    def summed(self, sums: Callable[[Changes, int, int], Array], count: int, hours: int) -> Array:
        """A sum over those who come onto segments less that over those who leave them."""
        came, went = (Changes(self.place, hour, self.people, self.party) for hour in (self.entered, self.left))
        return sums(came, count, hours) - sums(went, count, hours)


class Whereabouts:
    """Where the people of one record are."""

    def __init__(self, record: Record) -> None:
        self.record, self.names = record, places(record.scenario)
        self.hours = full_hours(record.scenario)
        kept = looked_after(record.scenario)
        self.here = np.array([name in kept for name in self.names], float)[:, None]
        """1 for each place whose people are still looked after, shape (places, 1)."""
        self.beyond: dict[str, Array] = {}
        """Figure: person-hours beyond what people carry, kept once worked out."""
        self.supplies: dict[frozenset[str], SupplyRecord] = {}
        """Statuses: what supplies give when only deliveries of these arrive, kept once worked out."""
        self.of_segment = np.array([self.names.index(name) for name in segments(record.scenario)], int)

    @cached_property
    def moves(self) -> Changes:
        """Every change the journal tells of; those who drive are at the place `road`."""
        record = self.record
        where = np.array([self.number(spot) for spot in record.spots], int)
        start = np.arange(len(record.spots))
        spot = np.concatenate([start, record.move_destination, record.move_origin])
        still_there = np.array([its.state in NOT_SET_OFF for its in record.spots], bool)[spot]
        party = np.concatenate([np.full(len(start), -1), record.move_party, record.move_party])
        found = Changes(
            where[spot],
            np.maximum(np.concatenate([np.zeros(len(start)), record.move_hour, record.move_hour]), 0.0),
            np.concatenate([record.first, record.move_people, -record.move_people]).astype(float),
            np.where(still_there, -1, party),
        )
        return found.only(found.place >= 0)

    def number(self, spot: tuple[str, str]) -> int:
        """The number of a spot's place; -1 for the reported dead, and len(names) for those who drive."""
        if spot[0] == "reported_dead":
            return -1
        if tuple(spot) == ON_WHEELS:
            return len(self.names)
        place = place_of(Spot(*spot))
        return self.names.index(place) if place in self.names else -1

    @cached_property
    def rides(self) -> Rides:
        """Every vehicle's time on each segment, with the people aboard."""
        known = [(self.names.index(log.name), log) for log in self.record.links if log.name in self.names]
        logs = [log for _, log in known]
        if not logs:
            return Rides(np.zeros(0, int), np.zeros(0, int), *np.zeros((3, 0)))
        entered = np.concatenate([log.entered for log in logs])
        left = np.nan_to_num(np.concatenate([log.left for log in logs]), nan=np.inf)
        return Rides(
            np.concatenate([np.full(len(log.party), number) for number, log in known]),
            np.concatenate([log.party for log in logs]),
            np.concatenate([log.people for log in logs]).astype(float),
            np.maximum(entered, 0.0),
            np.maximum(left, np.maximum(entered, 0.0)),
        )

    @cached_property
    def everyone(self) -> Array:
        """Person-hours at each place in each hour, shape (places, hours)."""
        return self.person_hours()

    @cached_property
    def served(self) -> Array:
        """The same, without those who have gone on by themselves."""
        served: Array = self.everyone * self.here
        return served

    @cached_property
    def in_care(self) -> Array:
        """The same, of people in care."""
        told, inside = self.record, np.array([spot.state == "in_care" for spot in self.record.spots], bool)
        came, went = np.flatnonzero(inside[told.move_destination]), np.flatnonzero(inside[told.move_origin])
        spots = np.concatenate([np.flatnonzero(inside), told.move_destination[came], told.move_origin[went]])
        where = np.array([self.number(spot) for spot in told.spots], int)[spots]
        people = np.concatenate([told.first[inside], told.move_people[came], -told.move_people[went]]).astype(float)
        hour = np.concatenate([np.zeros(int(inside.sum())), told.move_hour[came], told.move_hour[went]])
        found = Changes(where, np.maximum(hour, 0.0), people, where).only(where >= 0)
        return integrated(found, len(self.names), self.hours)

    @cached_property
    def changing(self) -> Changing:
        """Who comes to the places that look after people, and who moves on from them."""
        from sim.model.changing import Changing

        return Changing(self)

    @cached_property
    def abandoned(self) -> Array:
        """Hour each party left a stalled vehicle to walk on, inf if it never did, shape (parties,)."""
        record, count = self.record, len(self.record.parties.people)
        walks, strands = (np.array([spot.state == s for spot in record.spots], bool) for s in ("walking", "stranded"))
        left = walks[record.move_destination] & strands[record.move_origin]
        left &= (record.move_party >= 0) & (record.move_party < count)
        hour = np.full(count, np.inf)
        np.minimum.at(hour, record.move_party[left], record.move_hour[left])
        return hour

    def person_hours(self, until: Array | None = None) -> Array:
        """Person-hours at each place in each hour, shape (places, hours); only after each party's hour, if given."""
        moves, rides = (self._gone, self.rides) if until is None else (self._gone.later(until), self.rides.later(until))
        found = self._before_they_go + integrated(moves, len(self.names) + 1, self.hours)
        parts = rides.summed(integrated, len(self.names), self.hours)[self.of_segment]
        return self._by_segment(found, parts)

    @cached_property
    def _gone(self) -> Changes:
        """Changes of those who have set off."""
        return self.moves.only(self.moves.party >= 0)

    @cached_property
    def _before_they_go(self) -> Array:
        """Person-hours of those who have not set off, shape (places + 1, hours)."""
        return integrated(self.moves.only(self.moves.party < 0), len(self.names) + 1, self.hours)

    def at_full_hours(self) -> Array:
        """People at each place at each full hour, shape (places, hours + 1), whole people."""
        found = counted(self.moves, len(self.names) + 1, self.hours)
        parts = self.rides.summed(counted, len(self.names), self.hours)[self.of_segment]
        split = self._by_segment(found, parts)
        rows = [*self.of_segment.tolist(), *([self.names.index(ROAD)] if len(self.of_segment) else [])]
        sums = np.rint(np.cumsum(split[rows], axis=0))
        split[rows] = np.diff(sums, axis=0, prepend=0.0)
        return split

    def _by_segment(self, found: Array, parts: Array) -> Array:
        """Those who drive, spread over the segments as their vehicles are; nobody is lost where no vehicle is told."""
        result, driving = found[:-1].copy(), found[-1]
        whole = parts.sum(axis=0)
        share = driving / np.where(whole > 1e-9, whole, 1.0)
        result[self.of_segment] += np.where(whole > 1e-9, parts * share, 0.0)
        if ROAD in self.names:
            result[self.names.index(ROAD)] += np.where(whole > 1e-9, 0.0, driving)
        return np.maximum(result, 0.0)


def counted(changes: Changes, count: int, hours: int) -> Array:
    """People at each place at each full hour, shape (places, hours + 1)."""
    slot = np.minimum(np.ceil(np.minimum(changes.hour, hours + 1.0) - 1e-9).astype(int), hours + 1)
    flat = np.bincount(changes.place * (hours + 2) + slot, changes.people, count * (hours + 2))
    present: Array = np.cumsum(flat.reshape(count, hours + 2), axis=1)[:, : hours + 1]
    return present


def integrated(changes: Changes, count: int, hours: int) -> Array:
    """Person-hours at each place in each hour, exact, shape (places, hours)."""
    hour, width = np.minimum(changes.hour, hours), hours + 2  # what comes later falls beyond the last hour
    slot = hour.astype(int)
    at = changes.place * width + slot
    part = np.bincount(at, changes.people * (slot + 1 - hour), count * width)
    whole = np.bincount(at + 1, changes.people, count * width + 1)[: count * width]
    result: Array = part.reshape(count, width) + np.cumsum(whole.reshape(count, width), axis=1)
    return result[:, :hours]
