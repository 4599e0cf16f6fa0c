"""What is provided: which supply serves which place with what, how certain it is, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.whereabouts import places, segments
from sim.scenario import packing, standards
from sim.scenario.known import once
from sim.scenario.response import CARE

if TYPE_CHECKING:
    from sim.model.blockade import BlockadeRecord
    from sim.model.handing_out import Receipt
    from sim.model.pipeline import Pipeline
    from sim.model.record import Array
    from sim.model.sharing_road import Ordered
    from sim.model.treatment import Drawn
    from sim.scenario.schema import Scenario
    from sim.scenario.supplies import SupplyItem

IN_PLACE = ("in place",)
ON_THE_WAY = (*IN_PLACE, "on the way")
ARRIVES = (*ON_THE_WAY, "funded")
"""A delivery counts when it is at least funded; the other two show what that rests on."""
PLEDGED = (*ARRIVES, "pledged")
A_DAY = 24


@dataclass(frozen=True)
class SupplyRow:
    """What one supply gave, in the unit of the need it meets."""

    name: str
    item: str
    place: str
    drawn: Array
    """Amount drawn in each hour."""
    stock: Array
    """Amount in stock at each full hour."""
    received: float
    """All that was there at first or came."""
    out_hour: float
    """First hour in which all it ever held was gone and more was needed, nan if never."""
    late: float = 0.0
    """Handed out later than it was needed, since it was owed."""
    sent: float = 0.0
    """Sent on to other stores."""
    lost: float = 0.0
    """Spoilt or stolen, or a kit whose time of service is over."""


class Rations(NamedTuple):
    """One item: what was wanted of stores, and what they gave for it."""

    wanted: float
    met: float


@dataclass(frozen=True)
class SupplyRecord:
    """What all supplies gave when deliveries of these statuses arrive."""

    rows: tuple[SupplyRow, ...]
    met: dict[str, Array]
    """Item: amount that covered the need at the level people draw by, at each place and hour, nothing carried; of what
    stands at a place, the units there."""
    owed: dict[str, Array] = field(default_factory=dict)
    """Item given once: amount still owed at each place at the end of each hour."""
    rations: dict[str, Rations] = field(default_factory=dict)
    receipts: tuple[Receipt, ...] = ()
    """What came to stores, in the order in which it came."""
    moved: float = 0.0
    """What stores received from other stores."""
    under_way: float = 0.0
    """What left one store for another and was not there at the end."""
    ordered: tuple[Ordered, ...] = ()
    """Trucks of orders that came to the road of the people until the horizon."""
    treated: Drawn | None = None
    """What treatments drew; None where none of a group takes anything."""
    pipeline: Pipeline | None = field(default=None, compare=False, repr=False)
    """The stores as they were at the end, where they have to go on after it."""


def serves(scenario: Scenario, told: str, place: str) -> bool:
    """Whether a supply told for a place reaches that place."""
    return told in (place, "everywhere") or place in _whole(scenario).get(told, ())


@once
def _whole(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Places that are told of together."""
    homes = tuple(scenario.population.settlements) or ("home",)
    return {"home": homes, "road": segments(scenario), CARE: tuple(scenario.medical.hospitals)}


def holds(told: SupplyItem) -> bool:
    """Whether a supply has a stock at all, beyond what people and shops cover by themselves."""
    kept = told.stock > 0 or told.daily > 0 or told.reorder is not None
    return kept or bool(told.deliveries) or bool(told.convoys) or told.from_blockade is not None


def told_statuses(scenario: Scenario) -> set[str]:
    """How certain stocks, deliveries and orders of a scenario are; an order is on the way from when it is placed."""
    supplies = scenario.supply.provided.values()
    found: set[str] = {delivery.status for told in supplies for delivery in told.deliveries.values()}
    found |= {convoy.status for told in supplies for convoy in told.convoys.values()}
    found |= {told.status for told in supplies if told.status is not None}
    return found | ({"on the way"} if any(told.reorder is not None for told in supplies) else set())


def covered(scenario: Scenario, item: str) -> Array:
    """Share of the need that people, hosts and shops cover by themselves, at each place."""
    told = [(s.place, s.covered) for s in scenario.supply.provided.values() if s.item == item]
    told += [(c.place, c.share) for c in scenario.supply.covered.values() if c.item == item]
    found: Array = np.array(
        [max((share for at, share in told if serves(scenario, at, place)), default=0.0) for place in places(scenario)]
    )
    return found


def in_stock(scenario: Scenario, told: SupplyItem, blockade: BlockadeRecord | None, statuses: Collection[str]) -> float:
    """What a supply holds at the start, in the unit of the need, when it is as certain as these statuses ask.

    What has expired by then holds nothing.
    """
    if told.expires is not None and told.expires <= 0:
        return 0.0
    stock = told.stock if (told.status or IN_PLACE[0]) in statuses else 0.0
    return stock * packing.factor(scenario, told) + inherited(scenario, told, blockade)


def inherited(scenario: Scenario, told: SupplyItem, blockade: BlockadeRecord | None) -> float:
    """What the blockade left: as it is where the need counts in the same unit, or else as days of need met by it."""
    if told.from_blockade is None or blockade is None or told.from_blockade not in blockade.items:
        return 0.0
    item, left = blockade.items[told.from_blockade], blockade.left(told.from_blockade)
    figure = standards.drawn_at(told.item, scenario.needs.figures)
    if figure is None or figure.unit == item.unit:
        return left
    return left / max(item.per_person, 1e-12) * figure.an_hour * A_DAY
