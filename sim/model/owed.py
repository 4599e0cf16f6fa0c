"""What people are given once and keep: owed to each on arrival until it is handed out, and again after its life.

The debt goes with the people: who moves on unserved is owed at the next place, who is no longer looked after by nobody.
"""

from __future__ import annotations

from collections.abc import Generator
from math import ceil, inf, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import needs

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.model.whereabouts import Whereabouts
    from sim.scenario.standards import Figure

DAY = 24


class Source(NamedTuple):
    """What one supply can hand out of a thing that is given once."""

    places: Array
    """Whether it serves each of the places that look after people."""
    come: Array
    """Amount that is there from each hour on, shape (hours,)."""
    most: float
    """Most it can hand out in an hour."""
    first: float = 0.0
    """What of that is there at the start."""
    fit: float = inf
    """Hour until which that is fit; what is left of it then is lost."""

    def spoilt(self, hour: int, drawn: float, stock: float) -> float:
        """What is lost of a stock in an hour, so much of it handed out before: the oldest was handed out first."""
        return min(max(self.first - drawn, 0.0), stock) if hour == ceil(self.fit) else 0.0


class Shelf:
    """What one source has, step by step (hours, or days), and what became of it."""

    def __init__(self, source: Source, steps: int) -> None:
        self.source, self.stock = source, 0.0
        self.drawn, self.lost = np.zeros(steps), np.zeros(steps)

    def gives(self, step: int, owed: Array, hours: float = 1.0) -> Array | None:
        """What it hands out in a step of so many hours to those owed something, None when it is empty."""
        source = self.source
        self.stock += source.come[step]
        if step >= source.fit:
            self.lost[step] = source.spoilt(step, float(self.drawn.sum()), self.stock)
            self.stock -= self.lost[step]
        if self.stock <= 0:
            return None
        part = _part(owed, source.places, min(self.stock, source.most * hours))
        self.stock -= float(part.sum())
        self.drawn[step] = part.sum()
        return part


def booked(shelves: list[Shelf]) -> tuple[list[Array], list[Array]]:
    """What each source has handed out, and what of it was lost."""
    return [shelf.drawn for shelf in shelves], [shelf.lost for shelf in shelves]


class Given(NamedTuple):
    """What became of a thing that is given once."""

    met: Array
    """Amount handed out, or had by people themselves, at each place and hour, shape (all places, hours)."""
    owed: Array
    """Amount still owed at the end of each hour to those there then, shape (all places, hours)."""
    drawn: list[Array]
    """What each source handed out, shape (hours,)."""
    lost: list[Array]
    """What of each source was lost since it was no longer fit, shape (hours,)."""


def each(there: Whereabouts, figure: Figure) -> float:
    """Amount of what is held or given once that there is to each person present."""
    return needs.share_of(there.record.scenario, figure) * figure.an_hour


def due(there: Whereabouts, figure: Figure) -> Array:
    """People to whom a thing becomes due at each place and hour: who come, and whose own has served its life."""
    changing = there.changing
    life = inf if figure.life_days is None else figure.life_days * DAY
    if life >= there.hours:
        return changing.fresh
    found, ever = changing.fresh.copy(), np.maximum(np.cumsum(changing.fresh.sum(axis=0)), 1e-12)
    for hour in range(int(life), there.hours):
        found[:, hour] += found[:, hour - int(life)].sum() * changing.present[:, hour] / ever[hour]
    return found


def hand_out(there: Whereabouts, figure: Figure, sources: list[Source], covered: Array) -> Given:
    """Hand a thing out hour by hour, to those owed it, as far as the sources reach; shared as it is owed."""
    return all_of(handing(there, figure, sources, covered))


def all_of(giving: Generator[list[Array], None, Given]) -> Given:
    """A hand-out that waits for nothing, to its end."""
    while True:
        try:
            next(giving)
        except StopIteration as end:
            given: Given = end.value
            return given


def handing(
    there: Whereabouts, figure: Figure, sources: list[Source], covered: Array
) -> Generator[list[Array], None, Given]:
    """The same by the hour: stands before each hour's hand-out, with what each source has handed out so far."""
    changing, amount = there.changing, each(there, figure)
    own = 1 - covered[changing.rows]
    wanted, most = due(there, figure) * amount, changing.present * amount
    steps = changing.steps * own[None, None, :] + changing.steps * np.eye(len(own)) * (1 - own)
    owed, shelves = np.zeros(len(own)), [Shelf(source, there.hours) for source in sources]
    given, left = np.zeros((2, len(own), there.hours))
    for hour in range(there.hours):
        owed = owed + wanted[:, hour] * own
        given[:, hour] = wanted[:, hour] * (1 - own)
        yield [shelf.drawn for shelf in shelves]
        for shelf in shelves:
            part = shelf.gives(hour, owed)
            if part is not None:
                owed, given[:, hour] = owed - part, given[:, hour] + part
        owed = np.minimum(owed @ steps[hour], most[:, hour])
        left[:, hour] = owed
    return Given(_everywhere(there, given), _everywhere(there, left), *booked(shelves))


class Debt(NamedTuple):
    """What is owed of a thing that is given once to people who stay where they are, and what becomes due later."""

    owed: Array
    """At each place, shape (places,)."""
    wanted: Array
    """What becomes due at each place on each day, shape (places, days)."""
    most: Array
    """What is owed there at most: one for each, shape (places,)."""


def onward(debt: Debt, sources: list[Source], hours: Array) -> Generator[list[Array], None, Given]:
    """The hand-out goes on day by day, of so many hours each: what was not given stays owed until it is.

    Stands before each day's hand-out, with what each source has handed out so far.
    """
    owed, shelves = debt.owed, [Shelf(source, len(hours)) for source in sources]
    given, left = np.zeros((2, *debt.wanted.shape))
    for day, length in enumerate(hours.tolist()):
        owed = np.minimum(owed + debt.wanted[:, day], np.maximum(owed, debt.most))
        yield [shelf.drawn for shelf in shelves]
        for shelf in shelves:
            part = shelf.gives(day, owed, length)
            if part is not None:
                owed, given[:, day] = owed - part, given[:, day] + part
        left[:, day] = owed
    return Given(given, left, *booked(shelves))


def _part(owed: Array, places: Array, most: float) -> Array:
    """What is handed out of so much at most to those owed something at some places."""
    mine: Array = owed * places
    whole = float(mine.sum())
    return mine * (min(whole, most) / whole) if whole > 0 else mine


def _everywhere(there: Whereabouts, values: Array) -> Array:
    found = np.zeros((len(there.names), there.hours))
    found[there.changing.rows] = values
    return found


def first_out(drawn: Array, stock: Array, owed: Array, places: Array) -> float:
    """First hour in which a source was empty and something still owed where it serves; nan if never."""
    short = (stock[1:] <= 1e-9) & ((owed * places[:, None]).sum(axis=0) > 1e-9) & (np.cumsum(drawn) > 0)
    hours = np.flatnonzero(short)
    return float(hours[0]) if len(hours) else nan
