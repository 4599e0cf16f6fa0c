"""Places to sleep given by the authorities: who asks for one, and which place has room."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.model.party import Parties
    from sim.model.people import Luck
    from sim.model.record import Array
    from sim.scenario.response import Reception

NOWHERE_KEPT = -1
"""In place of the number of a place at hand: none is kept."""


class Beds:
    """Room to sleep, place by place, in the order of the file.

    A place with a `delay` of its own is at hand: while it has room, one is kept there for whoever comes and will ask.
    All others are found after the delay of `reception.accommodation`, elsewhere.
    """

    def __init__(self, told: Reception, luck: Luck, parties: Parties) -> None:
        sleep, count = told.accommodation, len(parties)
        share = sleep.share.draw(luck.of("share asking"), count)
        asks = luck.of("asks for a place").random(count) < share
        self.after = parties.dealt(np.where(asks, sleep.delay.draw(luck.of("accommodation"), count), inf))
        """Hours from arrival until a party asks where nothing is kept for it; inf for those that never ask."""
        places = {name: place for name, place in told.places.items() if place.houses}
        self.room = {name: inf if place.capacity is None else place.capacity for name, place in places.items()}
        delays = {name: place.delay for name, place in places.items() if place.delay is not None}
        self.at_hand = tuple(delays)
        self.elsewhere = tuple(name for name in places if name not in delays)
        self._soon = [
            parties.dealt(delay.draw(luck.of(f"place to sleep in {name}"), count)) for name, delay in delays.items()
        ]

    def keep(self, parties: Array, people: Array) -> tuple[Array, Array]:
        """Keep room at hand for those who come, in this order: hours until they ask for it, and where it is kept."""
        after, kept = self.after[parties], np.full(len(parties), NOWHERE_KEPT)
        for at in np.flatnonzero(np.isfinite(after)).tolist():
            if not any(self.room[name] > 0 for name in self.at_hand):
                break
            name = self._given(int(people[at]), self.at_hand)
            if name is not None:
                kept[at] = self.at_hand.index(name)
                after[at] = self._soon[kept[at]][parties[at]]
        return after, kept

    def place(self, people: int, kept: int) -> str | None:
        """Where a party that asks is given a place: the one kept for it, or the first elsewhere that has room."""
        return self._given(people, self.elsewhere) if kept == NOWHERE_KEPT else self.at_hand[kept]

    def _given(self, people: int, places: tuple[str, ...]) -> str | None:
        """The first of some places that has room, which they take; None when all are full."""
        for name in places:
            if people <= self.room[name]:
                self.room[name] -= people
                return name
        return None
