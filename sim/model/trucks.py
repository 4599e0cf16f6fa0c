"""Trucks: how many a load takes by mass and by volume, and the hours of the chain from the decision to the hand-out."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import numpy as np

from sim.model.record import Array
from sim.scenario.distributions import Distribution
from sim.scenario.standards.amounts import truckloads
from sim.scenario.supplies import TruckFleet

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.scenario.supplies import SupplySource

PORTION = 10.0
"""Tonnes for which times of loading and unloading are told."""
Hours = TypeVar("Hours", float, Array)
"""One duration, or as many as were drawn of it."""


class Steps(NamedTuple, Generic[Hours]):
    """Hours of each step of the chain."""

    call_out: Hours
    loading: Hours
    customs: Hours
    road: Hours
    unloading: Hours
    hand_out: Hours

    @property
    def until_leaving(self) -> Hours:
        """From the decision until the trucks leave."""
        return self.call_out + self.loading

    @property
    def until_joining(self) -> Hours:
        """From the decision until the trucks come to the road, behind all borders."""
        return self.until_leaving + self.customs

    @property
    def until_on_site(self) -> Hours:
        """From the decision until the load is on site, unloaded."""
        return self.until_joining + self.road + self.unloading

    @property
    def until_handed_out(self) -> Hours:
        """From the decision until people have it."""
        return self.until_on_site + self.hand_out

    @property
    def from_leaving(self) -> Hours:
        """From leaving until people have it."""
        return self.customs + self.road + self.unloading + self.hand_out


def fleet_of(scenario: Scenario, source: SupplySource) -> TruckFleet:
    """The trucks that drive for a source."""
    return TruckFleet() if source.trucks is None else scenario.transport.trucks[source.trucks]


def loads(fleet: TruckFleet, tonnes: float, m3: float) -> int:
    """Whole truckloads: by mass or by volume, whichever is more; one for whatever there is, however little."""
    return max(*truckloads(tonnes, m3, fleet.payload, fleet.volume), int(tonnes > 0 or m3 > 0))


def driving(fleet: TruckFleet) -> float | None:
    """Trucks of a fleet that can drive; None without limit."""
    return None if fleet.trucks is None else max(fleet.trucks * fleet.available, 1.0)


def centre(varies: Distribution) -> float:
    """The middle of what varies, to plan with."""
    return varies.centre


class Trip(NamedTuple):
    """What has to go where, and when it is on the road."""

    place: str
    tonnes: float
    trucks: int
    hour: float


def steps(source: SupplySource, fleet: TruckFleet, trip: Trip, take: Callable[[Distribution], Hours]) -> Steps[Hours]:
    """The chain from a source; each input as it is taken: its middle, drawn, or drawn many times.

    Gangs work side by side, one at each truck unless fewer are told: tonnes / 10 x hours / gangs.
    """
    gangs = min(source.gangs or inf, max(trip.trucks, 1))
    portions = trip.tonnes / PORTION / gangs
    return Steps(
        take(source.call_out),
        take(source.loading) * portions,
        take(source.customs),
        source.to[trip.place] / speed(source, fleet, trip.hour, take),
        take(source.unloading) * portions,
        take(source.hand_out),
    )


def speed(source: SupplySource, fleet: TruckFleet, hour: float, take: Callable[[Distribution], Hours]) -> Hours:
    """Kilometres an hour: of the season, or else of the road, and never faster than the trucks drive."""
    season = next((told.speed for told in source.seasons.values() if told.begins <= hour < told.until), None)
    road = take(source.speed if season is None else Distribution(value=season))
    return road if fleet.speed is None else np.minimum(road, take(fleet.speed))
