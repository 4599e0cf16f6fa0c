"""What the road knows of vehicles, and how a drive ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.model.passing.tables import CAR, cars, plainly

if TYPE_CHECKING:
    from sim.model.passing.tables import Array

SPARE = 64, 8
"""Vehicles for which there is room at first beyond those known: so many, and one in so many. It doubles when full."""


class Trip(NamedTuple):
    """How a vehicle's drive ended."""

    status: str
    """`out`, `fuel` (ran dry), `breakdown` or `too heavy`."""
    entered: float
    hour: float
    link: str
    km: float


class Traffic:
    """All vehicles: columns as the compiled road reads them, and views of them that give plain numbers."""

    def __init__(
        self, count: int, known: dict[str, Array], service: dict[str, Array], secondary: dict[str, Array]
    ) -> None:
        self.count, self.cars = count, cars(count + SPARE[0] + count // SPARE[1])
        for name, values in known.items():
            self.cars[name][:count] = values
        self.service, self.secondary = service, secondary
        """Checkpoint: time at its booths as a multiple of the mean, and hours of second inspection, by vehicle."""
        self._view()

    def _view(self) -> None:
        seen = {name: plainly(self.cars[name]) for name in CAR.names or ()}
        self.people, self.seats, self.vehicles = (seen[n] for n in ("people", "seats", "vehicles"))
        self.space, self.weight = seen["space"], seen["weight"]
        self.litres, self.use, self.idle, self.blocks = (seen[n] for n in ("litres", "use", "idle", "blocks"))
        self.breaks_at, self.clearing, self.joined_at = (seen[n] for n in ("breaks_at", "clearing", "joined_at"))
        self.entered, self.crossed, self.met = (seen[n] for n in ("entered", "crossed", "met"))

    @property
    def room(self) -> int:
        """Vehicles for which there is room."""
        return len(self.cars)

    def add(self, people: int, pce: float, weight: float, vehicles: int = 1, seats: int = 0) -> int:
        """A vehicle that somebody sends, refuelled and sound, or (none) people on foot; its number.

        Without more seats than people it takes nobody along.
        """
        number = self.count
        if number == self.room:
            self._grow()
        self.people[number], self.vehicles[number], self.seats[number] = people, vehicles, seats
        self.space[number], self.weight[number] = pce * vehicles, weight
        self.count += 1
        return number

    def _grow(self) -> None:
        wide = cars(2 * self.room)
        wide[: self.room] = self.cars
        self.cars = wide
        self._view()
