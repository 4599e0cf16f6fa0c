"""What a stage can pass at most: a rate that changes at known hours, with what luck and groups may add to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import ceil, exp, inf, sqrt
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array

if TYPE_CHECKING:
    from sim.scenario.fields import OpeningHours
    from sim.scenario.road import Convoy, Variation

SURE = 4.0
"""Standard deviations of luck that a bound leaves room for: one run in thirty thousand has more."""
DAY = 24.0
CLOSE = 1e-6
"""Hours to which an hour is found."""


@dataclass(frozen=True)
class Rate:
    """Vehicles an hour, constant from each edge to the next; nothing is known beyond the last."""

    edges: tuple[float, ...]
    values: tuple[float, ...]
    """One for each stretch between edges."""
    at_once: float = 0.0
    """Vehicles that may pass beyond the rate at each opening: those who are being served."""
    cv: float = 0.0
    """Coefficient of variation of the time one vehicle takes."""
    swings: Variation | None = None
    convoy: Convoy | None = field(default=None)

    @cached_property
    def sums(self) -> Array:
        """Vehicles passed by each edge."""
        return np.concatenate([[0.0], np.cumsum(np.diff(self.edges) * self.values)])

    @cached_property
    def openings(self) -> Array:
        """Hours at which it opens."""
        works = np.array(self.values) > 0
        before = np.concatenate([[False], works[:-1]])
        begins: Array = np.array(self.edges[:-1])[works & ~before]
        return begins

    def mean(self, begin: float, end: float) -> float:
        """Vehicles that pass between two hours at the mean rate."""
        low, high = np.interp([begin, max(begin, end)], self.edges, self.sums)
        return float(high - low)

    def most(self, begin: float, end: float) -> float:
        """Vehicles that can pass between two hours with the best of luck."""
        passed = self.mean(begin, end) * self._luck(end - begin)
        opened = 1 + int(np.count_nonzero((self.openings > begin) & (self.openings < end)))
        passed += SURE * self.cv * sqrt(passed) + self.at_once * opened
        groups = inf if self.convoy is None else ceil((end - begin) / self.convoy.every + 1) * self.convoy.vehicles
        return min(passed, groups)

    def _luck(self, hours: float) -> float:
        """The factor by which slow swings may raise the mean over so many hours (a first-order autoregression)."""
        told = self.swings
        if told is None or told.sd == 0:
            return 1.0
        steps = max(hours / told.step, 1.0)
        alike = (1 + told.persistence) / max(1 - told.persistence, 1e-9)
        return exp(SURE * told.sd * sqrt(min(1.0, alike / steps)))

    def hour(self, begin: float, vehicles: float) -> float:
        """The first hour by which so many can have passed, who come from an hour on; inf if never in its time."""
        low, high = begin, self.edges[-1]
        if vehicles <= 0:
            return begin
        if high <= low or self.most(low, high) < vehicles:
            return inf
        while high - low > CLOSE:
            middle = (low + high) / 2
            low, high = (low, middle) if self.most(begin, middle) >= vehicles else (middle, high)
        return low


def stepped(edges: Iterable[float], horizon: float, at: Callable[[float], float]) -> tuple[tuple[float, ...], ...]:
    """Edges within the horizon, and the rate on each stretch between them."""
    hours = sorted({0.0, horizon, *(edge for edge in edges if 0 < edge < horizon)})
    return tuple(hours), tuple(at((a + b) / 2) for a, b in pairwise(hours))


def daily(hours: OpeningHours | None, midnight: float, horizon: float) -> list[float]:
    """Hours at which something opens or closes that works some hours of each day."""
    if hours is None:
        return []
    days = range(ceil(horizon / DAY) + 2)
    return [DAY * day - midnight + at for day in days for at in (hours.opens, hours.closes)]


def is_open(hour: float, hours: OpeningHours | None, midnight: float) -> bool:
    """Whether it works at an hour."""
    if hours is None or hours.opens == hours.closes:
        return True
    return (hour + midnight - hours.opens) % DAY < (hours.closes - hours.opens) % DAY


def added(rates: Iterable[Rate]) -> Rate:
    """Several side by side."""
    parts = list(rates)
    edges = sorted({edge for rate in parts for edge in rate.edges})
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    values = tuple(
        sum(rate.values[int(np.searchsorted(rate.edges, at, side="right")) - 1] for rate in parts) for at in middles
    )
    return Rate(tuple(edges), values, sum(rate.at_once for rate in parts))
