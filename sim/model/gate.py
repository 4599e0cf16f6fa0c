"""Where people on foot pass a checkpoint: at its rate for pedestrians, from when it first opens."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


class Gate:
    """The posts on the way, as people on foot meet them."""

    def __init__(self, scenario: Scenario) -> None:
        corridor = scenario.corridor
        posts = list(corridor.checkpoints.values()) if corridor else []
        rates = [post.pedestrians for post in posts if post.pedestrians is not None]
        self.rate = min(rates, default=inf)
        self.opens = max((post.opens or 0.0 for post in posts), default=0.0)
        self.closes = min((post.closes for post in posts if post.closes is not None), default=inf)
        self.free = self.opens

    def foot_passes(self, hour: float, people: int) -> float:
        """Hour at which people who come on foot have passed; inf when it is closed for good."""
        begin = max(hour, self.free)
        if begin >= self.closes:
            return inf
        self.free = begin + people / self.rate
        return self.free
