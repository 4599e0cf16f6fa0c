"""What stands at a node and serves vehicles, and those it has served, who wait for the way on."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.model.lane import Source
from sim.model.passing import booths
from sim.model.passing.tables import CROSSING, POST, SERVED
from sim.model.record import PostLog

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.passing.tables import Array, Row
    from sim.scenario.fields import OpeningHours
    from sim.scenario.road import Checkpoint, Crossing, Regime

Factors = tuple[float, list[float]]
"""Length of a step, and the factors on a post's rate step by step."""


class Service:
    """Booths, or crossings side by side; upstream room is free when service begins, the way on is taken at its end."""

    def __init__(self, road: Road, node: str, told: Checkpoint | list[Crossing], name: str = "") -> None:
        self.road, self.node, self.name = road, node, name or node
        self.told: Checkpoint | None = None if isinstance(told, list) else told
        self.crossings: list[Crossing] = told if isinstance(told, list) else []
        self.done = Source()
        """Those whose service has ended or will end, in the order in which it does."""
        self.foot = Source() if any(crossing.kind == "ferry" for crossing in self.crossings) else None
        """People on foot who wait for a ferry; they and vehicles take turns, as queues do at a merge."""
        self.pace = 0.0
        """Hours after one another at which parties on foot go aboard: those of the vehicles beside them."""
        self.row = -1

    @property
    def booths(self) -> int:
        """Booths that work at first; none at a crossing."""
        return max(round(self.told.lanes * self.told.booths), 1) if self.told is not None else 0

    def regimes(self) -> list[Regime]:
        """The regimes of a checkpoint in order of time."""
        return sorted(self.told.regimes.values(), key=lambda regime: regime.begins) if self.told is not None else []

    def mean_times(self) -> list[tuple[float, float]]:
        """From which hour a service takes how long on average; first what holds before any regime."""
        if self.told is None:
            return []
        fixed, usual = self.told.service.centre if self.told.service else 0.0, self.told.booth_rate
        rates = [(-inf, usual), *((regime.begins, regime.booth_rate or usual) for regime in self.regimes())]
        return [(begins, 1 / rate if rate else fixed) for begins, rate in rates]

    def staff(self) -> list[tuple[float, float]]:
        """From which hour how many booths work, where regimes change that."""
        told, regimes = self.told, self.regimes()
        if told is None or not any(regime.booths for regime in regimes):
            return []
        return [(one.begins, max(round(told.lanes * (one.booths or told.booths)), 1)) for one in regimes]

    def tabled(self) -> Array:
        """It as it is at first, for the table of posts."""
        row, told, road = np.zeros((), POST), self.told, self.road
        row["opens_road"], row["pace"], row["release"], row["went"] = road.opens, self.pace, -inf, inf
        row["every"] = row["closes"] = inf
        if told is not None:
            row["opens"], row["booths"], row["midnight"] = told.opens or 0.0, self.booths, road.midnight
            row["closes"] = inf if told.closes is None else told.closes
            row["from_hour"], row["to_hour"] = hours(told.hours)
            row["step"] = road.factors[self.name][0] if self.name in road.factors else 1.0
            if told.convoy is not None:
                row["every"], row["group"] = told.convoy.every, told.convoy.vehicles
        return row

    def swings(self) -> Sequence[float]:
        """Factors on its rate, step by step; none where it does not swing."""
        return self.road.factors[self.name][1] if self.told is not None and self.name in self.road.factors else ()

    def next_one(self, hour: float) -> float:
        """When one is through who comes then and goes before everyone in line; inf for never."""
        if self.told is not None:
            return float(booths.serve_next(self.road.tables, self.row, hour))
        return hour + min(one.crossing_time or (one.round_trip or 0.0) / 2 for one in self.crossings)

    def log(self) -> PostLog:
        """Every service of a vehicle."""
        tables = self.road.tables
        lines = tables.served[self.row, : int(tables.posts["served"][self.row])]
        return PostLog(self.name, self.node, *(lines[column].copy() for column in SERVED.names or ()))


def hours(told: OpeningHours | None) -> tuple[float, float]:
    """Opening hours of the day; the same twice for always."""
    return (0.0, 0.0) if told is None else (told.opens, told.closes)


def bridge_or_ferry(told: Crossing, midnight: float) -> Row:
    """A crossing as it is at first, for the table of crossings."""
    row: Row = np.zeros((), CROSSING)
    row["ferry"], row["midnight"] = told.kind == "ferry", midnight
    row["limit"] = inf if told.weight_limit is None else told.weight_limit
    row["share"] = np.nan if told.share is None else told.share
    row["opens"] = row["free"] = told.opens or 0.0
    row["closes"] = inf if told.closes is None else told.closes
    row["from_hour"], row["to_hour"] = hours(told.hours)
    row["departed"] = -inf
    if told.kind == "ferry":
        row["holds"], row["seats"] = told.vehicles or inf, told.people or inf
        row["round_trip"], row["pause"] = told.round_trip or 0.0, told.pause
        row["takes"] = told.crossing_time if told.crossing_time is not None else row["round_trip"] / 2
    else:
        row["headway"], row["takes"] = 1 / ((told.capacity or inf) * told.lanes), told.crossing_time or 0.0
        if told.alternate is not None:
            row["cycle"], row["green"] = told.alternate.cycle, told.alternate.green
    return row
