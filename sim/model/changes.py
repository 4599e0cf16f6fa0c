"""Changes of people at places, and what they sum up to: exact person-hours by the hour, and people at full hours.

Person-hours are asked for again and again, each time with another hour from which each party counts: so changes are
put into their hours once, and then only those that count later than they happened are put there anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from sim.model.record import Array


class Grid(NamedTuple):
    """Places and full hours; each place has one slot more, for what comes after the last hour."""

    places: int
    hours: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of slots."""
        return self.places, self.hours + 1

    @property
    def size(self) -> int:
        """Number of slots."""
        return self.places * (self.hours + 1)


class Slotted(NamedTuple):
    """Changes of people in the slots of a grid, in the order in which they are summed."""

    at: Array
    """Number of the slot."""
    part: Array
    """Person-hours in that slot."""
    people: Array
    """How many more are there from then on (less than none: fewer)."""

    def only(self, some: Array) -> Slotted:
        """Some of them, by their numbers."""
        return Slotted(self.at[some], self.part[some], self.people[some])


class Changes(NamedTuple):
    """Changes of people at places."""

    row: Array
    """Number of the first slot of the place."""
    hour: Array
    """When, from 0 up to the last hour."""
    party: Array
    slotted: Slotted

    def since(self, first: Array) -> Slotted:
        """The same as if each counted only from an hour on, shape (changes,)."""
        later = np.flatnonzero(first > self.hour)
        if not len(later):
            return self.slotted
        at, part, people = self.slotted.at.copy(), self.slotted.part.copy(), self.slotted.people
        at[later], part[later], _ = slotted(self.row[later], first[later], people[later])
        return Slotted(at, part, people)


def changes(grid: Grid, place: Array, hour: Array, people: Array, party: Array) -> Changes:
    """Changes at places, put into their hours."""
    row, when = place * grid.shape[1], np.clip(hour, 0.0, float(grid.hours))
    return Changes(row, when, party, slotted(row, when, people.astype(float)))


def slotted(row: Array, hour: Array, people: Array) -> Slotted:
    """Changes in their slots; in place, as arrays of all that moves are larger than what a processor keeps at hand."""
    part = np.floor(hour)
    at = part.astype(int)
    at += row
    part += 1.0
    part -= hour
    part *= people
    return Slotted(at, part, people)


def integrated(grid: Grid, its: Slotted) -> Array:
    """Person-hours at each place in each hour, exact, shape (places, hours): part of a change's own, all after it."""
    found = np.bincount(its.at, its.part, grid.size).reshape(grid.shape)
    whole = np.cumsum(np.bincount(its.at, its.people, grid.size).reshape(grid.shape), axis=1)
    found[:, 1:] += whole[:, :-1]
    result: Array = found[:, : grid.hours]
    return result


def by_full_hour(grid: Grid, hour: Array) -> Array:
    """The first full hour at which each change is seen, that behind the last one if never within the run."""
    full: Array = np.ceil(np.minimum(np.maximum(hour, 0.0), grid.hours + 1.0) - 1e-9).astype(int)
    return full


def counted(grid: Grid, place: Array, full: Array, people: Array) -> Array:
    """People who have come to each place by each full hour, shape (places, hours + 1)."""
    width = grid.hours + 2
    come: Array = np.bincount(place * width + full, people, grid.places * width).reshape(grid.places, width)
    return np.cumsum(come, axis=1)[:, :-1]
