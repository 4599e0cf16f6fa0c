"""What goods that are laid in take: mass, room in a store, truckloads, how long they keep, and what they cost."""

from __future__ import annotations

from math import ceil, inf
from typing import TYPE_CHECKING, NamedTuple

from sim.results import pricing
from sim.scenario.standards import named
from sim.scenario.standards.goods import delivered
from sim.scenario.standards.storage import keeps

if TYPE_CHECKING:
    from sim.results.preposition import Lay
    from sim.scenario.schema import Scenario

STACK, FLOOR = "stowage.stack_height", "stowage.usable_floor"
"""The figures from which the floor of a store follows: highest stack (m), share of the floor that can be used (%)."""
PERCENT, DAY = 100.0, 24.0
WHOLE = 1e-9


class Stored(NamedTuple):
    """An amount of goods in a store; prices are nan where none is known."""

    units: float
    """Units of the goods, whole ones."""
    tonnes: float
    m3: float
    floor: float
    """Floor of a store, m2."""
    unit_cost: float
    cost: float
    low: float
    high: float
    transport: float
    """What it costs to bring it there; nothing for what is priced where it is used."""


def stored(scenario: Scenario, lay: Lay, quantity: float) -> Stored:
    """What a quantity of an item takes and costs."""
    goods = lay.goods
    number = float(ceil(pricing.units(lay.figure, goods, quantity) - WHOLE))
    tonnes, m3 = number * goods.mass_kg / 1000, number * goods.volume_m3
    price = pricing.price(scenario.costs, goods)
    usd, low, high = (price.usd, price.low, price.high) if price is not None else (float("nan"),) * 3
    stays = goods.name in delivered()
    moved = 0.0 if stays else tonnes * scenario.costs.transport.a_tonne
    return Stored(number, tonnes, m3, floor(m3), usd, usd * number, low * number, high * number, moved)


def floor(m3: float) -> float:
    """Floor of a store for a volume (m2): stacked as high as allowed, with aisles."""
    return m3 / (named(STACK).value * named(FLOOR).value / PERCENT)


def shelf_hours(goods: str) -> float:
    """Hours for which goods keep; inf where they keep for years."""
    known = keeps().get(goods)
    return inf if known is None else known.days * DAY
