"""Those whom nothing holds up at home: they join the road in order of time, many together, and need no process."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.model.passing.compiled import read_by_name
from sim.model.passing.joining import join_all, noted_in
from sim.model.passing.tables import DUE

if TYPE_CHECKING:
    from sim.model.party import Array
    from sim.model.world import World


class SettingOff:
    """Parties that drive, have fuel enough and do not think twice, in the order in which they are ready."""

    def __init__(self, world: World, due: list[float], order: list[int]) -> None:
        self.world, self.party, self.at = world, order, 0
        self.due = [*(due[party] for party in order), inf]
        self.table = read_by_name(np.zeros(len(order), DUE))
        self.table["hour"], self.table["party"] = self.due[:-1], order
        if order:
            self._where()

    def _where(self) -> None:
        """Where each of them joins."""
        assert self.world.road is not None
        nodes = [self.world.road.nodes[node] for node in self.world.journeys.node.values()]
        rows = np.array([node.source.row if node.source is not None else -1 for node in nodes])
        settlement = self.world.parties.settlement[self.party]
        self.table["row"], self.table["to_end"] = (
            rows[settlement],
            np.array([node.to_end for node in nodes])[settlement],
        )

    @property
    def next_hour(self) -> float:
        """When the next of them is ready; inf when none is left."""
        return self.due[self.at]

    def until(self, hour: float) -> None:
        """Let everyone join the road who is ready by then."""
        first, journeys, people = self.at, self.world.journeys, self.world.people
        if self.due[first] > hour:
            return
        assert self.world.road is not None
        self.at = join_all(noted_in(self.world.road.tables), self.table, first, hour)
        for at in range(first, self.at):
            party = self.party[at]
            if people[party] > 0:
                journeys.departed[party] = journeys.joined[party] = self.due[at]

    def gone(self) -> Array:
        """Those who have set off, shape (n,)."""
        gone = np.array(self.party[: self.at], np.int64)
        known: Array = gone[~np.isnan(np.array(self.world.journeys.departed)[gone])]
        return known
