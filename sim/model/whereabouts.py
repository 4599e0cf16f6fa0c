"""Who is where: every change of people at a place, and exact person-hours by place and hour."""

from __future__ import annotations

from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.changes import Changes, Grid, by_full_hour, changes, counted, integrated
from sim.model.journal import Spot
from sim.scenario.known import once
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


@once
def segments(scenario: Scenario) -> tuple[str, ...]:
    """Feeders and segments of the road, in the order of the file."""
    corridor = scenario.corridor
    return (*corridor.feeders, *corridor.segments) if corridor else ()


@once
def places(scenario: Scenario) -> tuple[str, ...]:
    """All places of a scenario in the order of the way, fixed for every run; `road` is on foot beside it."""
    homes = tuple(scenario.population.settlements) or ("home",)
    road = (*segments(scenario), ROAD) if scenario.corridor else ()
    fuel = ("fuel_queue", *scenario.fuel.depots) if scenario.fuel else ()
    come = scenario.corridor is not None or scenario.arrivals is not None
    reception = (tuple(scenario.reception.places) or ("reception",)) if come else ()
    return tuple(dict.fromkeys((*homes, *fuel, *road, *reception, *besides(scenario), "onward")))


@once
def looked_after(scenario: Scenario) -> tuple[str, ...]:
    """Places whose people are served: not those gone on by themselves nor, where only arrivals are told, home."""
    homes = tuple(scenario.population.settlements) or ("home",)
    aside = ("onward", *(homes if scenario.arrivals is not None else ()))
    return tuple(place for place in places(scenario) if place not in aside)


@once
def received(scenario: Scenario) -> tuple[str, ...]:
    """Places that look after people day by day: those of reception or, where nobody moves, their homes."""
    if scenario.corridor is None and scenario.arrivals is None:
        return tuple(scenario.population.settlements) or ("home",)
    return tuple(place for place in looked_after(scenario) if place in (scenario.reception.places or ("reception",)))


@once
def on_the_way(scenario: Scenario) -> tuple[str, ...]:
    """Places at which people live on what they carry."""
    depots = tuple(scenario.fuel.depots) if scenario.fuel else ()
    return (*segments(scenario), ROAD, "fuel_queue", *depots, BETWEEN)


def full_hours(scenario: Scenario) -> int:
    """Full hours until the horizon, a last part of one counted as one."""
    return ceil(scenario.horizon - 1e-9)


class Rides(NamedTuple):
    """Times of vehicles on segments: place, party, people aboard, and the hours of entering and leaving."""

    place: Array
    party: Array
    people: Array
    entered: Array
    left: Array


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
        self.grid = Grid(len(self.names) + 2, self.hours)
        """All places by the hour; behind them those who drive, and who is nowhere any more."""
        self.nobody = len(record.parties.people)
        """The number of no party."""
        self.of_segment = np.array([self.names.index(name) for name in segments(record.scenario)], int)

    def number(self, spot: tuple[str, str]) -> int:
        """The number of a spot's place; -1 for the reported dead, and len(names) for those who drive."""
        if spot[0] == "reported_dead":
            return -1
        if tuple(spot) == ON_WHEELS:
            return len(self.names)
        place = place_of(Spot(*spot))
        return self.names.index(place) if place in self.names else -1

    @cached_property
    def place_of_spot(self) -> Array:
        """Number of the place of each spot in the grid."""
        numbers = np.array([self.number(spot) for spot in self.record.spots], int)
        return np.where(numbers < 0, self.grid.places - 1, numbers)

    @cached_property
    def rides(self) -> Rides:
        """Every vehicle's time on each segment, with the people aboard."""
        known = [(self.names.index(log.name), log) for log in self.record.links if log.name in self.names]
        logs = [log for _, log in known]
        if not logs:
            return Rides(np.zeros(0, int), np.zeros(0, int), *np.zeros((3, 0)))
        entered = np.maximum(np.concatenate([log.entered for log in logs]), 0.0)
        left = np.nan_to_num(np.concatenate([log.left for log in logs]), nan=np.inf)
        return Rides(
            np.concatenate([np.full(len(log.party), number) for number, log in known]),
            np.minimum(np.concatenate([log.party for log in logs]), self.nobody),
            np.concatenate([log.people for log in logs]).astype(float),
            entered,
            np.maximum(left, entered),
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
        where = self.place_of_spot[spots]
        people = np.concatenate([told.first[inside], told.move_people[came], -told.move_people[went]]).astype(float)
        hour = np.concatenate([np.zeros(int(inside.sum())), told.move_hour[came], told.move_hour[went]])
        return integrated(self.grid, changes(self.grid, where, hour, people, where).slotted)[: len(self.names)]

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
        first = np.append(np.full(self.nobody, -np.inf) if until is None else until, -np.inf)
        gone, (came, went) = self._gone, self._driven
        found = self._before_they_go + integrated(self.grid, gone.since(first[gone.party]))
        since = first[came.party]
        still = np.flatnonzero(since < went.hour)
        parts = integrated(self.grid, came.since(since).only(still)) - integrated(self.grid, went.slotted.only(still))
        return self._by_segment(found, parts)

    @cached_property
    def _gone(self) -> Changes:
        """Changes of those who have set off."""
        return changes(self.grid, *self._moves(set_off=True))

    @cached_property
    def _before_they_go(self) -> Array:
        """Person-hours of those who have not set off, shape (places of the grid, hours)."""
        place, first = self.place_of_spot, self.record.first
        there = (place, np.zeros(len(place)), first, np.full(len(place), self.nobody))
        columns = (np.concatenate(column) for column in zip(there, self._moves(set_off=False), strict=True))
        return integrated(self.grid, changes(self.grid, *columns).slotted)

    def _moves(self, set_off: bool) -> tuple[Array, Array, Array, Array]:
        """Place, hour, people and party of moves once they have set off, or before: who comes, then who goes."""
        record, ways = self.record, (self.record.move_destination, self.record.move_origin)
        goes = np.array([spot.state not in NOT_SET_OFF for spot in record.spots], bool)
        told = record.move_party >= 0
        some = [np.flatnonzero((told & goes[spot]) == set_off) for spot in ways]
        move = np.concatenate(some)
        spot = np.concatenate([spot[kept] for spot, kept in zip(ways, some, strict=True)])
        people = record.move_people[move]
        people[len(some[0]) :] *= -1
        party = np.minimum(record.move_party[move], self.nobody)
        return self.place_of_spot[spot], record.move_hour[move], people, party

    @cached_property
    def _driven(self) -> tuple[Changes, Changes]:
        """Those who come onto segments, and the same as they leave them."""
        its = self.rides
        came, went = (changes(self.grid, its.place, hour, its.people, its.party) for hour in (its.entered, its.left))
        return came, went

    def at_full_hours(self) -> Array:
        """People at each place at each full hour, shape (places, hours + 1), whole people."""
        return self._at_full_hours

    @cached_property
    def _at_full_hours(self) -> Array:
        record, grid, place, rides = self.record, self.grid, self.place_of_spot, self.rides
        hour, first = by_full_hour(grid, record.move_hour), np.bincount(place, record.first, grid.places)
        came = counted(grid, place[record.move_destination], hour, record.move_people)
        went = counted(grid, place[record.move_origin], hour, record.move_people)
        on, off = (by_full_hour(grid, when) for when in (rides.entered, rides.left))
        parts = counted(grid, rides.place, on, rides.people) - counted(grid, rides.place, off, rides.people)
        split = self._by_segment(first[:, None] + came - went, parts)
        rows = [*self.of_segment.tolist(), *([self.names.index(ROAD)] if len(self.of_segment) else [])]
        sums = np.rint(np.cumsum(split[rows], axis=0))
        split[rows] = np.diff(sums, axis=0, prepend=0.0)
        return split

    def _by_segment(self, found: Array, parts: Array) -> Array:
        """Those who drive, spread over the segments as their vehicles are; nobody is lost where no vehicle is told."""
        count, parts = len(self.names), parts[self.of_segment]
        result, driving = found[:count].copy(), found[count]
        whole = parts.sum(axis=0)
        share = driving / np.where(whole > 1e-9, whole, 1.0)
        result[self.of_segment] += np.where(whole > 1e-9, parts * share, 0.0)
        if ROAD in self.names:
            result[self.names.index(ROAD)] += np.where(whole > 1e-9, 0.0, driving)
        return np.maximum(result, 0.0)
