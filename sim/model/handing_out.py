"""Handing out one item: distribution points with their stores, the needs they meet hour by hour, what came too late.

Needs are spread evenly over each hour; between two deliveries, and within the hour, everything is linear and exact.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.allocation import place_rank, shared
from sim.model.store import HOURS_A_DAY, NOTHING, Store

if TYPE_CHECKING:
    import simpy

    from sim.model.record import Array
    from sim.scenario.schema import Scenario


class Receipt(NamedTuple):
    """An amount that came."""

    store: str
    name: str
    """The delivery, by its name in the scenario; empty for an order."""
    hour: float
    amount: float
    too_late: float
    """What of it came after the need it was for."""
    short: float
    """Hours since people there first lacked it."""


@dataclass
class Point:
    """Where a store is handed out: for which groups of places, how fast, and what comes every day."""

    store: Store
    groups: list[int]
    ranks: list[float]
    daily: float
    since: float
    out: float = nan
    short_since: float = nan
    gave: float = 0.0
    """Handed out in this hour so far."""

    def __post_init__(self) -> None:
        self.levels, self.given = [self.store.stock], list[float]()

    def serve(self, left: list[float], begin: float, end: float) -> list[float]:
        """What each of its groups is given of what it still wants between two times within one hour."""
        store, hours = self.store, end - begin
        if store.wears:
            store.wear(hours)
        if self.daily and end > self.since:
            store.receive(self.daily / HOURS_A_DAY * (end - max(begin, self.since)))
        wants = [left[group] for group in self.groups]
        want, most = sum(wants), store.handout * hours
        given = store.take(min(want, store.stock, most))
        self.gave += given
        if store.owed and most > given:
            store.settle_debt(most - given)
        if want > given + NOTHING:
            self._lacks(begin, given < most)
        return shared(given, wants, self.ranks)

    def _lacks(self, hour: float, nothing_left: bool) -> None:
        if self.short_since != self.short_since:
            self.short_since = hour
        held = self.store.first + self.store.received > 0
        if self.out != self.out and nothing_left and held and self.store.stock <= NOTHING:
            self.out = float(int(hour + NOTHING))

    def note(self) -> None:
        """Write down the hour that has ended."""
        self.levels.append(self.store.stock)
        self.given.append(self.gave)
        self.gave = 0.0


class Needs(NamedTuple):
    """What is wanted of one item, by groups of places that the same stores serve in the same turn."""

    place: Array
    """Group of each place, -1 for places that no store serves, shape (places,)."""
    wants: list[list[float]]
    """Amount an hour that each group wants in each hour (or day)."""
    ranks: list[float]
    serves: list[list[int]]
    """Groups that each store serves."""


def grouped(scenario: Scenario, names: Sequence[str], wanted: Array, mine: Array) -> Needs:
    """Needs by group; `wanted` of shape (places, hours), `mine` of shape (stores, places) whom each store serves."""
    keys = [(tuple(mine[:, k].tolist()), place_rank(scenario, name)) for k, name in enumerate(names)]
    known = list(dict.fromkeys(key for key in keys if any(key[0])))
    place = np.array([known.index(key) if key in known else -1 for key in keys], int)
    wants = [wanted[place == group].sum(axis=0).tolist() for group in range(len(known))]
    serves = [[group for group, (stores, _) in enumerate(known) if stores[k]] for k in range(len(mine))]
    return Needs(place, wants, [rank for _, rank in known], serves)


class Round:
    """The hand-out of one item over all hours: a process that ends each hour, and wakes where something comes."""

    def __init__(self, env: simpy.Environment, needs: Needs, points: list[Point]) -> None:
        self.env, self.needs, self.points = env, needs, points
        self.last, self.slot = env.now, 0
        """Until when it has been handed out, and the number of the hour (or day) that is on."""
        self.unmet = [0.0] * len(needs.wants)
        """What each group has lacked so far and no delivery has come for."""
        self.met: list[list[float]] = [[] for _ in needs.wants]
        self.receipts: list[Receipt] = []
        self._hour = [0.0] * len(needs.wants)
        self._owing = [point for point in points if point.store.owes]

    def hand_out(self, lengths: Iterable[float]) -> Generator[simpy.Event, object, None]:
        """Hand out hour by hour, or day by day, of so many hours each, until the end of the last."""
        self.review()
        for self.slot, length in enumerate(lengths):
            yield self.env.timeout(length)
            self.settle()
            for point in self.points:
                point.note()
            for group, given in enumerate(self._hour):
                self.met[group].append(given)
            self._hour = [0.0] * len(self._hour)
            self.review()

    def settle(self) -> None:
        """Hand out what was wanted since the last time, at most an hour (or a day) ago."""
        begin, end = self.last, self.env.now
        if end <= begin:
            return
        left = [wants[self.slot] * (end - begin) for wants in self.needs.wants]
        for point in self.points:
            for group, given in zip(point.groups, point.serve(left, begin, end), strict=True):
                left[group] -= given
                self._hour[group] += given
        self._remember(left)
        self.last = end

    def _remember(self, left: list[float]) -> None:
        """What was lacking is owed by the last store that owes there, and may be what a later delivery is for."""
        for group, short in enumerate(left):
            self.unmet[group] += max(short, 0.0)
        for point in reversed(self._owing):
            for group in point.groups:
                point.store.owed += max(left[group], 0.0)
                left[group] = 0.0

    def receive(self, point: Point, amount: float, name: str = "") -> None:
        """An amount comes to a store."""
        self.settle()
        short = max(self.env.now - point.short_since, 0.0) if point.short_since == point.short_since else 0.0
        self.receipts.append(Receipt(point.store.name, name, self.env.now, amount, self._late(point, amount), short))
        point.short_since = nan
        point.store.receive(amount)

    def _late(self, point: Point, amount: float) -> float:
        """What of an amount comes after the need it was for; no need is counted for two deliveries."""
        lacked = sum(self.unmet[group] for group in point.groups)
        late = min(lacked, amount)
        for group in point.groups if lacked > NOTHING else ():
            self.unmet[group] *= 1 - late / lacked
        return late

    def deliver(self, point: Point, at: float, amount: float, name: str) -> Generator[simpy.Event, object, None]:
        """A delivery on its day."""
        yield self.env.timeout(at - self.env.now)
        self.receive(point, amount, name)
        self.review()

    def spoil(self, point: Point, at: float) -> Generator[simpy.Event, object, None]:
        """The stock a store began with is no longer fit."""
        yield self.env.timeout(at - self.env.now)
        self.settle()
        point.store.spoil()
        self.review()

    def review(self) -> None:
        """Order where stock has fallen to its level."""
        for point in self.points:
            if point.store.reorder is not None:
                point.store.review()

    def shares(self, lengths: Array | float = 1.0) -> Array:
        """Share of the need of each place that was met in each hour (or day, of so many), shape (places, hours)."""
        wants = np.array([*self.needs.wants, [0.0] * len(self.met[0])] if self.met else [[0.0]])
        met = np.array([*self.met, [0.0] * len(self.met[0])] if self.met else [[0.0]])
        share = np.divide(met, wants * lengths, out=np.zeros(wants.shape), where=wants > 0)
        result: Array = share[self.needs.place]
        return result


def limit(told: float | None) -> float:
    """Most that can be handed out an hour; without a limit when none is told."""
    return inf if told is None else told
