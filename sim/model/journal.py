"""The journal: what happened, append-only, by party and by spot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

STATES = (
    "home",
    "fuel_queue",
    "waiting_transport",
    "road",
    "stranded",
    "walking",
    "in_care",
    "reception",
    "registered",
    "accommodated",
    "onward",
    "stayed",
    "reported_dead",
)
"""Every person is in exactly one of these at every moment."""

SERIES = ("departed", "arrived", "registered", "accommodated")
"""What is counted as it happens, cumulatively, whatever state people are in afterwards."""


class Spot(NamedTuple):
    """Where people can be: a state, and the place it is in (settlement, depot, segment, place of reception)."""

    state: str
    place: str


class Entry(NamedTuple):
    """Something out of the ordinary: a stall, a lift, a turning back, an explosion, a stock-out."""

    hour: float
    kind: str
    party: int
    place: str
    people: float
    quantity: float


class ConservationError(RuntimeError):
    """A sum of people, vehicles or litres does not hold; the message says which."""


@dataclass
class Journal:
    """Moves between spots, counts by series, and entries, in the order they were noted."""

    def __post_init__(self) -> None:
        self.spots: list[Spot] = []
        self._ids: dict[tuple[str, str], int] = {}
        self.first: list[int] = []
        """People at each spot at hour 0."""
        self.moves: list[float] = []
        """Hour, party, people, spot left and spot entered, one after another."""
        self.moved_first: list[Array] = []
        self.moved_together: list[Array] = []
        self.count_hour: dict[str, list[float]] = {series: [] for series in SERIES}
        self.count_people: dict[str, list[int]] = {series: [] for series in SERIES}
        self.count_vehicles: dict[str, list[int]] = {series: [] for series in SERIES}
        self.entries: list[Entry] = []

    def spot(self, state: str, place: str) -> int:
        """The number of a spot, a new one where needed."""
        number = self._ids.get((state, place))
        if number is None:
            number = self._ids[state, place] = len(self.spots)
            self.spots.append(Spot(state, place))
            self.first.append(0)
        return number

    def settle(self, spot: int, people: int) -> None:
        """Put people somewhere at the start."""
        self.first[spot] += people

    def move(self, hour: float, party: int, people: int, origin: int, destination: int) -> None:
        """People of a party go from one spot to another."""
        self.moves.extend((hour, party, people, origin, destination))

    def move_all(self, hour: Array, party: Array, people: Array, origin: Array, destination: Array) -> None:
        """The same for many parties, arrays of shape (n,)."""
        if len(hour):
            self.moved_together.append(np.array([hour, party, people, origin, destination]))

    def moved_before(self, hour: Array, party: Array, people: Array, origin: Array, destination: Array) -> None:
        """The same, before anything else these parties did."""
        self.moved_first.append(np.array([hour, party, people, origin, destination]))

    def moved(self) -> Array:
        """All moves: hour, party, people, spot left, spot entered; shape (5, moves)."""
        singly = np.array(self.moves, float).reshape(-1, 5).T
        return np.concatenate([*self.moved_first, singly, *self.moved_together], axis=1)

    def count(self, series: str, hour: float, people: int, vehicles: int = 0) -> None:
        """People (and vehicles) pass what the series counts."""
        self.count_hour[series].append(hour)
        self.count_people[series].append(people)
        self.count_vehicles[series].append(vehicles)

    def count_all(self, series: str, hours: Array, people: Array, vehicles: Array | None = None) -> None:
        """The same for many parties."""
        self.count_hour[series].extend(hours.tolist())
        self.count_people[series].extend(people.astype(int).tolist())
        self.count_vehicles[series].extend([0] * len(hours) if vehicles is None else vehicles.tolist())

    def note(
        self, hour: float, kind: str, party: int = -1, place: str = "", people: float = 0, quantity: float = 0
    ) -> None:
        """Something out of the ordinary."""
        self.entries.append(Entry(hour, kind, party, place, people, quantity))
