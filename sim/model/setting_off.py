"""Those whom nothing holds up at home: they join the road in order of time, many together, and need no process."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.model.party import Array
    from sim.model.world import World


class SettingOff:
    """Parties that drive, have fuel enough and do not think twice, in the order in which they are ready."""

    def __init__(self, world: World, due: list[float], order: list[int]) -> None:
        self.world, self.party, self.at = world, order, 0
        self.due = [*(due[party] for party in order), inf]

    @property
    def next_hour(self) -> float:
        """When the next of them is ready; inf when none is left."""
        return self.due[self.at]

    def until(self, hour: float) -> None:
        """Let everyone join the road who is ready by then."""
        at, due, people, journeys, road = self.at, self.due, self.world.people, self.world.journeys, self.world.road
        while due[at] <= hour:
            party = self.party[at]
            if people[party] > 0:
                assert road is not None
                journeys.departed[party] = journeys.joined[party] = due[at]
                road.join(party, journeys.node_of(party), due[at])
            at += 1
        self.at = at

    def gone(self) -> Array:
        """Those who have set off, shape (n,)."""
        gone = np.array(self.party[: self.at], np.int64)
        known: Array = gone[~np.isnan(np.array(self.world.journeys.departed)[gone])]
        return known
