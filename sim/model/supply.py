"""Stocks and deliveries by item and place, drawn hour by hour by the people who are there."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from math import ceil, inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.model.needs import NO_NEED, place_of
from sim.model.record import Array
from sim.scenario import standards

if TYPE_CHECKING:
    from sim.model.blockade import BlockadeRecord
    from sim.model.journal import Journal
    from sim.scenario.response import SupplyItem
    from sim.scenario.schema import Scenario

ARRIVES = ("in place", "on the way", "funded")
"""A delivery counts when it is at least funded; pledged and requested ones are shown beside."""


@dataclass(frozen=True)
class SupplyRow:
    """What one supply gave."""

    name: str
    item: str
    place: str
    covered: float
    drawn: Array
    """Amount drawn in each hour."""
    stock: Array
    """Amount in stock at each full hour."""
    received: float
    out_hour: float


@dataclass(frozen=True)
class SupplyRecord:
    """What all supplies gave."""

    rows: tuple[SupplyRow, ...] = ()


class Stores:
    """All supplies of a scenario; every hour people draw what they need and find."""

    def __init__(
        self, env: simpy.Environment, scenario: Scenario, journal: Journal, blockade: BlockadeRecord | None
    ) -> None:
        self.env, self.scenario, self.journal = env, scenario, journal
        self.hours = ceil(scenario.horizon - 1e-9)
        self.stores = [
            Store(name, told, self.hours, _inherited(told, blockade)) for name, told in scenario.supply.provided.items()
        ]
        self.homes = set(scenario.population.settlements) or {"home"}

    def keep(self) -> Generator[simpy.Event, Any, None]:
        """At the end of every hour, hand out what was needed in it."""
        if not self.stores:
            return
        before = self.people()
        for hour in range(self.hours):
            yield self.env.timeout(1.0)
            now = self.people()
            for store in self.stores:
                there = [place for place in {*before, *now} if self._serves(store, place)]
                present = sum(before.get(place, 0) + now.get(place, 0) for place in there) / 2
                store.hand_out(hour, present)
            before = now

    def people(self) -> dict[str, int]:
        """People by place now."""
        result: dict[str, int] = {}
        for spot, present in zip(self.journal.spots, self.journal.present, strict=True):
            if present and spot.state not in NO_NEED:
                result[place_of(spot)] = result.get(place_of(spot), 0) + present
        return result

    def _serves(self, store: Store, place: str) -> bool:
        told = store.told.place
        return told in (place, "everywhere") or (told == "home" and place in self.homes)

    def record(self) -> SupplyRecord:
        """What all supplies gave."""
        return SupplyRecord(tuple(store.row() for store in self.stores))


def _inherited(told: SupplyItem, blockade: BlockadeRecord | None) -> float:
    if told.from_blockade is None or blockade is None or told.from_blockade not in blockade.items:
        return 0.0
    record = blockade.items[told.from_blockade]
    return float(record.stock[-1]) if len(record.stock) else 0.0


class Store:
    """One supply: a stock with what reaches it and what is drawn from it."""

    def __init__(self, name: str, told: SupplyItem, hours: int, inherited: float) -> None:
        self.name, self.told, self.amount = name, told, told.stock + inherited
        figure = next((f for f in standards.of_item(told.item) if f.level == "standard"), None)
        self.rate = figure.value / 24 if figure else 0.0
        self.coming = sorted((d.at, d.amount) for d in told.deliveries.values() if d.status in ARRIVES)
        self.drawn, self.stock = np.zeros(hours), np.zeros(hours + 1)
        self.stock[0], self.received, self.out_hour = self.amount, self.amount, nan

    def hand_out(self, hour: int, present: float) -> None:
        """An hour's deliveries come in and its need is drawn, as far as there is something and hands to give it."""
        told = self.told
        come = sum(amount for at, amount in self.coming if hour <= at < hour + 1)
        come += told.daily / 24 if hour >= (told.begins or 0.0) else 0.0
        need = present * self.rate * (1 - told.covered)
        limit = inf if told.handout is None else told.handout
        self.amount, self.received = self.amount + come, self.received + come
        drawn = min(need, self.amount, limit)
        self.amount -= drawn
        self.drawn[hour], self.stock[hour + 1] = drawn, self.amount
        if self.out_hour != self.out_hour and self.amount <= 1e-9 and need > drawn + 1e-9:
            self.out_hour = float(hour)

    def row(self) -> SupplyRow:
        """What it gave."""
        told = self.told
        return SupplyRow(
            self.name, told.item, told.place, told.covered, self.drawn, self.stock, self.received, self.out_hour
        )
