"""Stores of lasting things that are ordered for, lost from or brought in convoy: hour by hour on the clock of supplies.

What is given once is handed out to those who are owed it; what stands at a place serves there until its time is over.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.model import owed
from sim.model.handing_out import Point, Receipt
from sim.model.store import HOURS_A_DAY, NOTHING

if TYPE_CHECKING:
    import simpy

    from sim.model.record import Array
    from sim.scenario.schema import Scenario


def kept(scenario: Scenario, item: str) -> bool:
    """Whether stores of an item change by more than what comes and is handed out: orders, losses, convoys."""
    told = [supply for supply in scenario.supply.provided.values() if supply.item == item]
    brought = any(convoy.source is not None for supply in told for convoy in supply.convoys.values())
    return brought or any(supply.reorder is not None or supply.losses > 0 for supply in told)


class Keeping:
    """The stores of one lasting item: a process that ends each hour."""

    def __init__(self, env: simpy.Environment, points: list[Point], hours: int, serves_for: float | None) -> None:
        self.env, self.points, self.serves_for = env, points, serves_for
        self.come = [np.zeros(hours) for _ in points]
        """What each has more of in each hour before anything is handed out in it (less where more is lost)."""
        self.giving: Iterator[list[Array]] | None = None
        """The hand-out of what is given once: it goes on by an hour each time it is asked, for what each gave."""
        self.given: owed.Given | None = None
        self.receipts: list[Receipt] = []

    def begin(self) -> None:
        """What stands there at the start serves from then on."""
        for point in self.points if self.serves_for is not None else ():
            self.env.process(self.spoil(point, self.serves_for))

    def hand_out(self, lengths: Iterable[float]) -> Generator[simpy.Event, object, None]:
        """Go on hour by hour (or day by day); what comes at the very end of an hour is there for the next."""
        held, gave = [0.0 for _ in self.points], next(self.giving) if self.giving is not None else []
        begin = end = self.env.now
        self.review()
        for hour, length in enumerate(lengths):
            begin, end = end, end + length
            yield self.env.timeout(max(end - NOTHING - self.env.now, 0.0))
            for number, point in enumerate(self.points):
                self._pass(point, begin, end)
                self.come[number][hour] = point.store.stock - held[number]
            if self.giving is not None:
                self._give()
                for number, point in enumerate(self.points):
                    point.gave = point.store.take(float(gave[number][hour]))
            for number, point in enumerate(self.points):
                held[number] = point.store.stock
                point.note()
            yield self.env.timeout(end - self.env.now)
            self.review()

    def _give(self) -> None:
        """Hand out for an hour."""
        assert self.giving is not None
        try:
            next(self.giving)
        except StopIteration as end:
            self.given = end.value

    def _pass(self, point: Point, begin: float, end: float) -> None:
        """What the time brings and takes by itself."""
        point.store.wear(end - begin)
        daily = point.daily / HOURS_A_DAY * min(max(end - point.since, 0.0), end - begin)
        if daily > 0:
            self._put(point, daily)

    def _put(self, point: Point, amount: float) -> None:
        point.store.receive(amount)
        if self.serves_for is not None:
            self.env.process(self._serves(point, amount))

    def _serves(self, point: Point, amount: float) -> Generator[simpy.Event, object, None]:
        """An amount serves for its time, and is then no more."""
        assert self.serves_for is not None
        yield self.env.timeout(self.serves_for)
        point.store.expire(amount, self.serves_for)

    def spoil(self, point: Point, at: float | None) -> Generator[simpy.Event, object, None]:
        """The stock a store began with is no longer fit, or has served its time."""
        assert at is not None
        yield self.env.timeout(at - self.env.now)
        point.store.spoil()
        self.review()

    def receive(self, point: Point, amount: float, name: str = "") -> None:
        """An amount comes to a store."""
        self.receipts.append(Receipt(point.store.name, name, self.env.now, amount, 0.0, 0.0))
        self._put(point, amount)

    def deliver(self, point: Point, at: float, amount: float, name: str) -> Generator[simpy.Event, object, None]:
        """A delivery on its day."""
        yield self.env.timeout(at - self.env.now)
        self.receive(point, amount, name)
        self.review()

    def review(self) -> None:
        """Order where stock has fallen to its level."""
        for point in self.points:
            point.store.review()
