"""What comes to a store by itself: deliveries on their dates and convoys, by how certain they are and by luck."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from sim.model.convoys import times
from sim.model.streams import stream
from sim.scenario import packing

if TYPE_CHECKING:
    from sim.model.record import Record
    from sim.model.world import World
    from sim.scenario.schema import Scenario

PLEDGE_WAITS = 72.0
"""Hours within which a pledge never counts: nobody eats a promise."""
PLEDGED = "pledged"


class Coming(NamedTuple):
    """An amount that comes, in the unit of its supply."""

    delivery: str
    hour: float
    amount: float


def coming(record: Record, name: str, statuses: Collection[str], begin: float, end: float) -> Iterator[Coming]:
    """What comes to a store from one hour on and before another; pledges never within their first hours."""
    scenario, told = record.scenario, record.scenario.supply.provided[name]
    for key, it in told.deliveries.items():
        at = counts_from(scenario, it.status, it.at)
        if it.status in statuses and begin <= at < end and comes(record, f"delivery {key} of {name}", it.chance):
            yield Coming(key, at, it.amount)
    for key, convoy in told.convoys.items():
        if convoy.source is not None or convoy.status not in statuses:
            continue
        amount = packing.amount_of(scenario, told, convoy.quantity) / packing.factor(scenario, told)
        for number, hour in enumerate(times(convoy, end)):
            at = counts_from(scenario, convoy.status, hour)
            if begin <= at < end and comes(record, f"convoy {number} of {key} of {name}", convoy.chance):
                yield Coming(key, at, amount)


def comes(of: Record | World, purpose: str, chance: float) -> bool:
    """Whether something that has a chance comes in this run."""
    return chance >= 1 or bool(stream(of.seed, of.replication, purpose).random() < chance)


def counts_from(scenario: Scenario, status: str, at: float) -> float:
    """The hour from which a delivery counts: its own, but of a pledge never within 72 hours from now."""
    if status != PLEDGED:
        return max(at, 0.0)
    return max(at, max(scenario.run.now or 0.0, 0.0) + PLEDGE_WAITS)
