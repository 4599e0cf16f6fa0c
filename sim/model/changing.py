"""Who comes to the places that look after people, moves on between them, and leaves them: hour by hour."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.model.whereabouts import received
from sim.scenario.response import BETWEEN

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.model.whereabouts import Whereabouts


class Changing:
    """Moves of people between the places that look after them, those who travel between two of them included."""

    def __init__(self, there: Whereabouts) -> None:
        self.there = there
        self.names = (*received(there.record.scenario), *((BETWEEN,) if BETWEEN in there.names else ()))
        self.rows = [there.names.index(name) for name in self.names]
        """Their numbers among all places."""

    @cached_property
    def flows(self) -> Array:
        """People who go from one to another in each hour, shape (hours, places + 1, places + 1); last: elsewhere."""
        record, count, hours = self.there.record, len(self.names), self.there.hours
        of_place = np.full(len(self.there.names) + 1, count)
        of_place[self.rows] = np.arange(count)
        where = np.array([self.there.number(spot) for spot in record.spots], int)
        of_spot = np.where(where < 0, count, of_place[where])
        origin, destination = of_spot[record.move_origin], of_spot[record.move_destination]
        moves = (origin != destination) & (record.move_hour < hours)
        width = count + 1
        at = (np.maximum(record.move_hour[moves], 0).astype(int) * width + origin[moves]) * width + destination[moves]
        found = np.bincount(at, record.move_people[moves].astype(float), hours * width * width)
        found = found.astype(float).reshape(hours, width, width)  # of nobody at all the sums are whole numbers
        first = np.bincount(of_spot, record.first, width)
        if hours:
            found[0, count, :count] += first[:count]
        result: Array = found
        return result

    @cached_property
    def fresh(self) -> Array:
        """People who come for the first time, or are there at the start, at each place and hour."""
        result: Array = self.flows[:, -1, :-1].T
        return result

    @cached_property
    def present(self) -> Array:
        """People at each place at the end of each hour, shape (places, hours)."""
        change = (self.flows.sum(axis=1) - self.flows.sum(axis=2))[:, :-1].T
        result: Array = np.cumsum(change, axis=1)
        return result

    @cached_property
    def steps(self) -> Array:
        """Shares of those at a place who are at another an hour later, shape (hours, from, to); gone are the rest."""
        inside, count = self.flows[:, :-1, :-1], len(self.names)
        leaving = self.flows[:, :-1, :].sum(axis=2)
        staying = self.present.T
        base = np.maximum(leaving + staying, 1e-12)
        result: Array = inside / base[:, :, None]
        result[:, np.arange(count), np.arange(count)] += staying / base
        return result
