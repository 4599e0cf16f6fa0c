"""One replication lived through: over again where trucks of orders take the road of the people, until both agree.

What people draw decides what is ordered, and when its trucks leave; these hold people up, who then draw later. Nothing
before a truck is on the road follows from it, so each time at least one more truck leaves when it will in the end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.model.sharing_road import SAME, orders_share
from sim.model.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.record import Record
    from sim.model.sharing_road import Ordered
    from sim.scenario.schema import Scenario


TIMES = 200
"""More than trucks need to settle, each of which leaves later than what it follows from."""


def live(scenario: Scenario, seed: int, replication: int, drawn: dict[str, float]) -> Record:
    """What happened in one replication, with its uncertain inputs as they were drawn.

    RuntimeError where trucks of orders still leave at other hours after very many times.
    """
    ordered: Sequence[Ordered] = ()
    for _ in range(TIMES):
        world = World(scenario, seed, replication, ordered)
        record = replace(world.run(), drawn=drawn)
        world.end()
        if not orders_share(scenario) or alike(ordered, record.supply.ordered):
            return record
        ordered = record.supply.ordered
    raise RuntimeError(f"trucks of orders leave at other hours each of the {TIMES} times that this run was repeated")


def alike(before: Sequence[Ordered], now: Sequence[Ordered]) -> bool:
    """Whether the same trucks come to the road, at the same hours."""
    then = {one.load: one.hour for one in before}
    return len(then) == len(now) and all(abs(then.get(one.load, -SAME) - one.hour) < SAME for one in now)
