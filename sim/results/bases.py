"""What needs are counted on, by place and day: person-hours, people in the fullest hour, people owed, arrivals.

A need is such a base times an amount for each, so that all figures on one base are worked out at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.model import needs
from sim.model.cold import WINTER, factor
from sim.model.record import Array
from sim.model.standing import STANDING
from sim.results.dates import DAY, first_midnight
from sim.scenario.standards.catchment import catchments
from sim.scenario.standards.goods import unit_of

if TYPE_CHECKING:
    from sim.model.record import Record
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure

WHOLE = ("facility", "staff", "kit", "throughput")
"""Kinds that come in whole units at each place."""
EXACT = 6
"""Decimals of a number of people before it is rounded up to whole units."""
Key = tuple[str, ...]


def edges(hours: int, midnight: int) -> list[int]:
    """First hour of each calendar day; `midnight` is the hours of the first, partial day."""
    return [0, *range(midnight if midnight > 0 else DAY, hours, DAY)]


def daily(hourly: Array, midnight: int) -> Array:
    """Sums by calendar day, shape (rows, days)."""
    days: Array = np.add.reduceat(hourly, edges(hourly.shape[1], midnight), axis=1)
    return days


def each(scenario: Scenario, figure: Figure) -> float:
    """Amount, or part of a unit, for each person (person-hour, arrival) of a base."""
    share = needs.share_of(scenario, figure)
    if figure.kind == "throughput":
        return share / (figure.an_hour * DAY)
    if figure.kind in WHOLE and unit_of(figure) != figure.unit:
        return share / figure.value
    return share * (figure.value / figure.by.number if figure.kind in WHOLE else figure.an_hour)


def whole_units(amount: Array) -> Array:
    """The next whole number of units: one for one person, none for nobody."""
    units: Array = np.ceil(np.round(amount, EXACT))
    return units


def units_of(figure: Figure, amount: Array) -> Array:
    """Whole units at each place, shape (..., places, days).

    Of what serves a whole district they are whole for all places together, and each has its part by who is there.
    """
    if figure.name not in catchments():
        return whole_units(amount)
    total = amount.sum(axis=-2, keepdims=True)
    result: Array = amount * np.divide(whole_units(total), total, out=np.zeros(total.shape), where=total > 0)
    return result


class Bases:
    """The bases of one record, each worked out once."""

    def __init__(self, record: Record) -> None:
        self.there, self.scenario = record.there, record.scenario
        self.midnight = first_midnight(record.scenario)
        self._found: dict[Key, Array] = {}
        self._rows = {name: number for number, name in enumerate(self.there.names)}
        self.fullest = self._fullest()
        """The hour of each day in which most people are received, the same for every place, so that places add up."""

    def _fullest(self) -> Array:
        people = self.there.served[self.there.changing.rows].sum(axis=0)
        begins = [*edges(len(people), self.midnight), len(people)]
        return np.array([begin + int(people[begin:end].argmax()) for begin, end in pairwise(begins)])

    @property
    def ends(self) -> list[int]:
        """The last hour of each day."""
        return [begin - 1 for begin in (*edges(self.there.hours, self.midnight)[1:], self.there.hours)]

    def key(self, figure: Figure) -> Key:
        """What a figure is counted on; figures with the same one have the same base."""
        if needs.is_once(figure):
            return ("kept", figure.name if figure.phase == WINTER else "")
        if figure.kind == "throughput":
            return ("came",)
        if figure.kind in STANDING:
            return ("fullest",)
        alone = figure.phase == WINTER or figure.life_days is not None
        return (
            "used up",
            figure.name if alone else figure.kind if figure.phase else "",
            figure.of * (figure.of == needs.IN_CARE),
        )

    def base(self, figure: Figure) -> Array:
        """The base of a figure, shape (all places, days)."""
        key = self.key(figure)
        if key not in self._found:
            self._found[key] = self._base(key[0], figure)
        return self._found[key]

    def _base(self, form: str, figure: Figure) -> Array:
        there = self.there
        if form == "kept":
            found = np.zeros((len(there.names), len(self.ends)))
            found[there.changing.rows] = there.changing.present[:, self.ends]
            return found * factor(self.scenario, figure, there.hours)[self.ends]
        if form == "came":
            return daily(needs.arriving(there, figure), self.midnight)
        if form == "fullest":
            return there.served[:, self.fullest]
        hourly = needs.counted_on(there, figure)
        if figure.phase == WINTER:
            hourly = hourly * factor(self.scenario, figure, there.hours)
        return daily(hourly, self.midnight)

    def needs(self, figures: Sequence[Figure]) -> list[Array]:
        """Need of each figure at each of its places and, below them, at all together, by day."""
        found: dict[int, Array] = {}
        groups: dict[tuple[object, ...], list[int]] = {}
        where = [needs.where(self.scenario, figure) for figure in figures]
        for number, figure in enumerate(figures):
            shared = figure.name if figure.name in catchments() else ""
            group = (self.key(figure), figure.kind in WHOLE, shared, tuple(where[number]))
            groups.setdefault(group, []).append(number)
        for (_, whole, *_), numbers in groups.items():
            rows = [self._rows[place] for place in where[numbers[0]]]
            amounts = np.array([each(self.scenario, figures[number]) for number in numbers])
            values = self.base(figures[numbers[0]])[rows] * amounts[:, None, None]
            values = with_all(units_of(figures[numbers[0]], values) if whole else values)
            found |= dict(zip(numbers, values, strict=True))
        return [found[number] for number in range(len(figures))]


def with_all(values: Array) -> Array:
    """Values by place with their sum below them, shape (..., places + 1, days)."""
    return np.concatenate([values, values.sum(axis=-2, keepdims=True)], axis=-2)
