"""How long before the hour of need goods have to be sent: chains drawn many times, and the time that is enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from math import ceil, inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import trucks
from sim.model.convoys import latest
from sim.model.streams import stream
from sim.results.summary import LEVELS
from sim.scenario.response import Needs

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.results.lateness import Through
    from sim.scenario.distributions import Distribution
    from sim.scenario.packing import Weight
    from sim.scenario.schema import Scenario

DRAWS = 4000
"""Times a chain is drawn: the share of them that is in time is known to a hundredth."""

HALF = 0.5


class Lead(NamedTuple):
    """Hours before the hour of need; each by itself is enough in the share of chains that is planned on."""

    decide: float
    leave: float
    on_site: float


class Leads:
    """Lead times of the sources of a scenario at the level planned on; all loads of a source share the same luck.

    On a road that they share with the people trucks are as late as in one run after another, where runs are known.
    """

    def __init__(self, scenario: Scenario, seed: int, shared: Mapping[str, Through] | None = None) -> None:
        self.scenario, self.seed, self.share = scenario, seed, share_of(scenario)
        self.shared = shared or {}
        self._drawn: dict[tuple[str, int, Distribution], Array] = {}

    def lead(self, name: str, place: str, weight: Weight, hour: float) -> Lead:
        """Of a load from a source: the longer of those for the road as it is at the hour of need, and on leaving.

        inf where no convoy leaves in time.
        """
        then = self._lead(self._late(self._chain(name, place, weight, hour), name, hour), name, hour)
        if then.leave == inf:
            return then
        chain = self._chain(name, place, weight, hour - then.leave)
        return max(then, self._lead(self._late(chain, name, hour), name, hour))

    def _late(self, chain: trucks.Steps[Array], name: str, hour: float) -> trucks.Steps[Array]:
        """A chain, later by what its trucks lose on a shared road when goods are handed out at an hour."""
        if name not in self.shared:
            return chain
        free = hour - chain.hand_out - chain.unloading - chain.road
        return chain._replace(road=chain.road + self.shared[name].earlier(free))

    def _lead(self, chain: trucks.Steps[Array], name: str, hour: float) -> Lead:
        """Hours before an hour of need; where trucks leave together, from the last departure that is in time."""
        steps = (chain.until_handed_out, chain.from_leaving, chain.hand_out, chain.until_leaving)
        decide, leave, on_site, before = quantiles(np.array(steps), self.share).tolist()
        convoy = self.scenario.supply.sources[name].convoy
        if convoy is None:
            return Lead(decide, leave, on_site)
        leave = hour - latest(convoy, hour - leave)
        return Lead(leave + before, leave, on_site)

    def _chain(self, name: str, place: str, weight: Weight, hour: float) -> trucks.Steps[Array]:
        """The chain, drawn many times; a fleet too small for a load drives again, and the last of it counts."""
        source = self.scenario.supply.sources[name]
        fleet = trucks.fleet_of(self.scenario, source)
        number = trucks.loads(fleet, weight.tonnes, weight.m3)
        once = trucks.steps(source, fleet, trucks.Trip(place, weight.tonnes, number, hour), self._take(name))
        most = trucks.driving(fleet)
        again = 0 if most is None else max(ceil(number / int(most)) - 1, 0)
        road = once.road if source.convoy is None else self._slowest(name, place, once.road, number)
        return once._replace(road=road * (1 + 2 * again))

    def _slowest(self, name: str, place: str, road: Array, number: int) -> Array:
        """Hours on the road of the slowest of so many trucks, behind the escort: the maximum of as many draws."""
        chance = stream(self.seed, 0, f"planned convoy of {name}").random(DRAWS) ** (1 / max(number, 1))
        source = self.scenario.supply.sources[name]
        escort = source.to[place] / source.convoy.speed if source.convoy and source.convoy.speed else 0.0
        slowest: Array = np.maximum(np.quantile(road, chance), escort)
        return slowest

    def _take(self, name: str) -> Callable[[Distribution], Array]:
        """What varies of a source, step by step, each drawn once for all loads."""
        steps = count()

        def take(varies: Distribution) -> Array:
            key = (name, next(steps), varies)
            if key not in self._drawn:
                luck = stream(self.seed, 0, f"planned chain of {name}, step {key[1]}")
                self._drawn[key] = np.maximum(varies.draw(luck, DRAWS), 0.0)
            return self._drawn[key]

        return take


def quantiles(rows: Array, share: float) -> Array:
    """What `numpy.quantile` finds in each row, which takes four times as long to find it."""
    at = (rows.shape[1] - 1) * share
    low = min(int(at), rows.shape[1] - 2)
    found = np.partition(rows, (low, low + 1), axis=1)
    below, above, part = found[:, low], found[:, low + 1], at - low
    between: Array = below + (above - below) * part if part < HALF else above - (above - below) * (1 - part)
    return between


def share_of(scenario: Scenario) -> float:
    """Share of chains that are in time: the level planned on; that of a usual plan for the planning figure."""
    usual: str = Needs.model_fields["plan_on"].default
    return LEVELS[scenario.needs.plan_on if scenario.needs.plan_on in LEVELS else usual]
