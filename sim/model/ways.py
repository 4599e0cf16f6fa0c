"""Ways through a chain of places: where parties come first, how long they stay, and where they go next."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.party import Parties
    from sim.model.people import Luck
    from sim.model.record import Array
    from sim.scenario.response import Place

NOWHERE = "reception"
"""The name of the place people reach when the scenario names none; they stay there."""
BY_THEMSELVES = -1


class Ways:
    """The places of a chain by number, and each party's luck on its way through them."""

    def __init__(self, places: Mapping[str, Place], luck: Luck, parties: Parties) -> None:
        self.names = tuple(places) or (NOWHERE,)
        self.parties, self.places = parties, places
        self.luck = parties.dealt(luck.of("way on").random((len(parties), len(self.names)))).T
        self.travel = np.array([place.travel for place in places.values()] or [0.0])
        self._after, self._names = self._following()
        self.first = self._first()
        """Number of the place each party comes to first, shape (parties,)."""
        self._stays = {k: self._stay(luck, k, place) for k, place in enumerate(places.values())}

    def _first(self) -> Array:
        sums = np.cumsum([place.arrive for place in self.places.values()] or [1.0])
        number = np.searchsorted(sums, self.luck[0] * sums[-1], side="right")
        return np.where(number < len(self.names), number, 0)

    def _following(self) -> tuple[Array, Array]:
        """Sums of the shares that go on, and the places they are for; shape (places, places + 1)."""
        count = len(self.names)
        sums, names = np.full((count, count + 1), inf), np.full((count, count + 1), BY_THEMSELVES)
        for number, place in enumerate(self.places.values()):
            sums[number, : len(place.next)] = np.cumsum(list(place.next.values()))
            names[number, : len(place.next)] = [self.names.index(name) for name in place.next]
        return sums, names

    def _stay(self, luck: Luck, number: int, place: Place) -> Array:
        drawn = place.stay.draw(luck.of(f"stay at {self.names[number]}"), len(self.parties))
        return np.maximum(self.parties.dealt(drawn), 0.0)

    def stay(self, place: Array, party: Array) -> Array:
        """Hours for which parties stay at places, all of shape (n,)."""
        hours = np.full(len(place), inf)
        for number, drawn in self._stays.items():
            here = place == number
            hours[here] = drawn[party[here]]
        return hours

    def following(self, place: Array, party: Array, stops: int) -> Array:
        """Numbers of the places parties move to next from their place, the so-manieth; -1 for those who go on alone."""
        luck = self.luck[stops % len(self.luck)][party]
        number = (self._after[place] <= luck[:, None]).sum(axis=1)
        following: Array = self._names[place, number]
        return following
