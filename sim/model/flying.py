"""When helicopters can fly: by day, and in the weather for it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

ROUNDS = 1000
"""More nights and spells one after another than any movement has."""


class Sky:
    """Light and weather of a scenario, for those who fly."""

    def __init__(self, scenario: Scenario) -> None:
        self.hour_of_day, self.night = scenario.hour_of_day, scenario.weather.night
        self.grounded = [(spell.begins, spell.until) for spell in scenario.weather.spells.values() if not spell.flying]

    def opens(self, hour: float, flight: float, by_night: bool = False) -> float:
        """The first hour from this one on at which a flight can begin that ends by day and before bad weather."""
        for _ in range(ROUNDS):
            later = max([hour, *(until for begins, until in self.grounded if begins < hour + flight and hour < until)])
            later = later if by_night else self._by_day(later, flight)
            if later == hour:
                return hour
            hour = later
        return inf

    def _by_day(self, hour: float, flight: float) -> float:
        """The first hour at which a flight can begin that ends before dark."""
        if self.night is None or self.night.opens == self.night.closes:
            return hour
        light = (hour + self.hour_of_day - self.night.closes) % 24
        day = (self.night.opens - self.night.closes) % 24
        if light + flight <= day + 1e-9 or 24 - light < 1e-9:
            return hour
        return hour + 24 - light if flight <= day + 1e-9 else inf
