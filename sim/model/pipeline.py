"""Supply pipelines: stores, deliveries, orders and trucks as processes on one clock.

What is drawn changes nothing of what people do next (trucks of orders on their road apart: `living`), so these
processes run in an environment of their own, over the needs that the record of people's moves gives for each hour.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from functools import partial
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.model.allocation import cost
from sim.model.coming import coming
from sim.model.handing_out import Point, Round, grouped, limit
from sim.model.hauling import Arrive, Haulage
from sim.model.keeping import Keeping
from sim.model.owed import Debt, Source, onward
from sim.model.provided import serves
from sim.model.store import NOTHING, Store
from sim.scenario import packing

if TYPE_CHECKING:
    from sim.model.record import Array, Record
    from sim.scenario.supplies import SupplyItem

COMES = "on the way"
"""How certain an order is."""


class Pipeline:
    """All stores of one record, with what comes to them when deliveries of some statuses arrive."""

    def __init__(self, record: Record, statuses: Collection[str], hours: float) -> None:
        self.record, self.scenario, self.statuses, self.hours = record, record.scenario, statuses, hours
        self.env = simpy.Environment()
        self.rounds: dict[str, Round | Keeping] = {}
        self.points: dict[str, Point] = {}
        self.haulage = Haulage(self.env, record)
        budget = self.scenario.supply.allocation.budget
        self.budget = inf if budget is None else budget
        self.under_way = 0.0
        """What left one store for another and is not there yet."""
        self.moved = 0.0
        """What came from another store."""

    def add(self, item: str, wanted: Array, mine: Array, first: dict[str, float]) -> None:
        """The stores of an item: what each holds at `first`, `wanted` (places, hours), `mine` (stores, places)."""
        needs = grouped(self.scenario, self.record.there.names, wanted, mine)
        points = []
        for (name, stock), groups in zip(first.items(), needs.serves, strict=True):
            points.append(self.point(name, stock, groups, [needs.ranks[group] for group in groups]))
        self.rounds[item] = Round(self.env, needs, points)

    def point(self, name: str, stock: float, groups: list[int], ranks: list[float]) -> Point:
        """A store of this pipeline, and which groups of places it serves."""
        told = self.scenario.supply.provided[name]
        factor = packing.factor(self.scenario, told)
        store = Store(self.env, name, stock, told.losses)
        store.unit, store.owes, store.handout = factor, told.owed, limit(told.handout) * factor
        if told.reorder is not None and COMES in self.statuses:
            store.reorder, store.bring = told.reorder, self.bring
        self.points[name] = Point(store, groups, ranks, told.daily * factor, max(told.begins or 0.0, 0.0))
        return self.points[name]

    def run(self) -> None:
        """Let everything come and be handed out until the end of the last hour."""
        self._live(self.rounds, [1.0] * int(self.hours))
        for point in self.points.values():
            point.levels[-1] = point.store.stock

    def _live(self, rounds: Mapping[str, Round | Keeping], lengths: Sequence[float]) -> None:
        """Hand items out for so many hours (or days), with what comes meanwhile."""
        ends = [self.env.process(each.hand_out(lengths)) for each in rounds.values()]
        for name, point in self.points.items():
            told = self.scenario.supply.provided[name]
            for delivery, at, amount in self.coming(name, told) if told.item in rounds else ():
                self.env.process(self.rounds[told.item].deliver(point, at, amount * point.store.unit, delivery))
            if told.expires is not None and told.item in rounds and self.env.now <= told.expires < self.hours:
                self.env.process(self.rounds[told.item].spoil(point, told.expires))
        self.env.run(until=simpy.AllOf(self.env, ends))

    def coming(self, name: str, told: SupplyItem) -> Iterable[tuple[str, float, float]]:
        """What comes until the end: name, hour, amount; convoys from a source set off by themselves."""
        for key, convoy in told.convoys.items():
            if convoy.source is not None and convoy.status in self.statuses:
                take = partial(self._take, name, convoy.source)
                arrive = partial(self._arrive, name, self._moves(told, convoy.source), key=key)
                self.env.process(self.haulage.convoys((name, key), convoy, self.hours, take, arrive))
        yield from coming(self.record, name, self.statuses, self.env.now, self.hours)

    def go_on(
        self, lengths: Sequence[float], wanted: dict[str, Array], standing: Collection[str], owing: dict[str, Debt]
    ) -> dict[str, Array]:
        """Go on after the last hour day by day; share of what is wanted of items, shape (places, days), that is met.

        Of items that stand at a place nothing is handed out: what their stores hold is noted. Of those that are given
        once what is owed is handed out, and what of it was is kept (`kept(item).given`).
        """
        self.hours += sum(lengths)
        for item, amounts in wanted.items():
            self.rounds[item] = self._again(self.rounds[item].points, amounts / np.array(lengths))
        for item in standing:
            self.rounds[item] = Keeping(self.env, self.rounds[item].points, len(lengths), self.kept(item).serves_for)
        for item, debt in owing.items():
            self.rounds[item] = self._owing(self.rounds[item].points, debt, np.array(lengths))
        self._live({item: self.rounds[item] for item in (*wanted, *standing, *owing)}, lengths)
        rounds = {item: self.rounds[item] for item in wanted}
        return {item: each.shares(np.array(lengths)) for item, each in rounds.items() if isinstance(each, Round)}

    def _owing(self, points: list[Point], debt: Debt, lengths: Array) -> Keeping:
        """The same stores of what is given once, for what is owed and becomes due on so many days."""
        names, told = self.record.there.names, self.scenario.supply.provided
        keeping = Keeping(self.env, points, len(lengths), None)
        sources = [
            Source(
                np.array([serves(self.scenario, told[point.store.name].place, place) for place in names]), come, most
            )
            for point, come, most in zip(points, keeping.come, (point.store.handout for point in points), strict=True)
        ]
        keeping.giving = onward(debt, sources, lengths)
        return keeping

    def _again(self, points: list[Point], wanted: Array) -> Round:
        """The hand-out of the same stores against what is wanted an hour on each day, shape (places, days)."""
        names, told = self.record.there.names, self.scenario.supply.provided
        mine = [[serves(self.scenario, told[point.store.name].place, place) for place in names] for point in points]
        needs = grouped(self.scenario, names, wanted, np.array(mine, bool))
        for point, groups in zip(points, needs.serves, strict=True):
            point.groups, point.ranks = groups, [needs.ranks[group] for group in groups]
        return Round(self.env, needs, points)

    def kept(self, item: str) -> Keeping:
        """The stores of a lasting item."""
        found = self.rounds[item]
        assert isinstance(found, Keeping)
        return found

    def bring(self, store: Store, amount: float) -> None:
        """Order an amount: as far as it stands at its source and can be paid, in truckloads or after its lead time."""
        told = self.scenario.supply.provided[store.name]
        assert told.reorder is not None
        source = told.reorder.source
        sent = self._take(store.name, source, self._paid(told, amount))
        if sent <= NOTHING:
            return
        arrive = partial(self._arrive, store.name, self._moves(told, source))
        if told.reorder.lead is not None:
            self.env.process(self._lands(sent, self.haulage.draw(store.name, told.reorder.lead), arrive))
            return
        assert source is not None
        self.haulage.send(store.name, source, sent, arrive)

    def _take(self, name: str, source: str | None, amount: float) -> float:
        """What sets off of an amount for a store: as far as it stands at its source; from then on it is coming."""
        told = self.scenario.supply.provided[name]
        sent = amount if source is None else self._from(source, told.item, amount)
        self.points[name].store.coming += sent
        self.under_way += sent if self._moves(told, source) else 0.0
        return sent

    def _moves(self, told: SupplyItem, source: str | None) -> bool:
        """Whether what comes from a source leaves a store there."""
        return source is not None and bool(self._stands(source, told.item))

    def _paid(self, told: SupplyItem, amount: float) -> float:
        """What of an amount the budget pays; what has no price is not bought with it."""
        if self.budget == inf or amount <= 0:
            return amount
        usd = cost(self.scenario, told, amount)
        if usd <= 0:
            return amount
        part = min(self.budget / usd, 1.0)
        self.budget -= usd * part
        return amount * part

    def _stands(self, source: str, item: str) -> list[Point]:
        """Stores of an item at a source; where none is told, what stands there is not known and never runs out."""
        told = self.scenario.supply.provided
        return [p for name, p in self.points.items() if told[name].place == source and told[name].item == item]

    def _from(self, source: str, item: str, amount: float) -> float:
        stores = self._stands(source, item)
        if not stores:
            return amount
        left = amount
        for point in stores:
            left -= point.store.send(left)
        return amount - left

    def _lands(self, amount: float, hours: float, arrive: Arrive) -> Generator[simpy.Event, object, None]:
        yield self.env.timeout(hours)
        arrive(amount)

    def _arrive(self, name: str, moved: bool, amount: float, key: str = "") -> None:
        point, item = self.points[name], self.scenario.supply.provided[name].item
        if moved:
            self.under_way -= amount
            self.moved += amount
        point.store.coming -= amount
        self.rounds[item].receive(point, amount, key)
        self.rounds[item].review()
