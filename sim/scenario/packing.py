"""As what a supply travels: its goods with mass and volume, and its amounts in the unit of the need it meets."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sim.scenario import standards, units
from sim.scenario.standards import goods

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure
    from sim.scenario.standards.goods import Item
    from sim.scenario.supplies import SupplyItem

FUEL, LITRE, PETROL = "fuel", "L", "petrol"
"""What drivers ask depots for has no standard: it is litres of petrol."""
A_TONNE = 1000.0
BULK = ("t", "m3")
"""What is measured like these travels loose and is sent by any amount."""


class Weight(NamedTuple):
    """What an amount weighs and takes, and what it costs where its price is known."""

    tonnes: float
    m3: float
    usd: float | None
    units: float
    """How many of its goods it is."""


def unit_of(scenario: Scenario, item: str) -> str:
    """The unit in which the need of an item is counted; that of the blockade's item where no figure is known."""
    figure = standards.drawn_at(item, scenario.needs.figures)
    if figure is not None:
        return goods.unit_of(figure)
    inside = scenario.blockade.items.get(item) if scenario.blockade else None
    return LITRE if item == FUEL else inside.unit if inside is not None else ""


def packed(item: str, own: str = "") -> Item | None:
    """The goods an item travels as, own ones before those of its planning figure; ValueError for an unknown name."""
    figure = standards.drawn_at(item)
    name = own or (figure.goods if figure is not None else PETROL if item == FUEL else "")
    return goods.named(name) if name else None


def factor(scenario: Scenario, told: SupplyItem) -> float:
    """How much of the need one unit of a supply meets; ValueError when its unit does not fit."""
    wanted = unit_of(scenario, told.item)
    if not wanted or told.unit in ("", wanted):
        return 1.0
    own = packed(told.item, told.goods)
    if own is not None and own.contents is not None and told.unit in (own.unit, f"{own.unit}s"):
        return own.contents * units.factor(own.contents_unit, wanted)
    return units.factor(told.unit, wanted)


def weight(item: Item, amount: float, unit: str) -> Weight:
    """Tonnes, cubic metres and price of an amount told in the unit of its need; ValueError when it is measured else."""
    load = goods.load(item, goods.units_for(item, amount, unit))
    return Weight(load.mass_kg / A_TONNE, load.volume_m3, load.cost_usd, load.quantity)


def amount_of(scenario: Scenario, told: SupplyItem, tonnes: float) -> float:
    """How much of its need so many tonnes of a supply meet; ValueError where no mass is known, or none fits."""
    item = packed(told.item, told.goods)
    if item is None or item.mass_kg <= 0:
        raise ValueError(f"no mass is known of '{told.item}', so its tonnes meet no need; name its goods in `goods`")
    return tonnes / weight(item, 1.0, unit_of(scenario, told.item)).tonnes


def weight_of(figure: Figure, amount: float) -> Weight | None:
    """The same for what meets a planning figure; None where no goods are known for it."""
    item = packed(figure.item) if figure.item == FUEL else goods.named(figure.goods) if figure.goods else None
    return None if item is None else weight(item, amount, goods.unit_of(figure))


def package(figure: Figure) -> float:
    """How much of a need one package of its goods holds; 0 of what travels in bulk, is no thing, or is not known."""
    return _package(figure.goods, goods.unit_of(figure)) if figure.goods and figure.item != FUEL else 0.0


@cache
def _package(name: str, unit: str) -> float:
    item = goods.named(name)
    loose = item.kind != "goods" or (item.contents is None and any(units.fits(item.unit, bulk) for bulk in BULK))
    return 0.0 if loose else 1 / goods.units_for(item, 1.0, unit)
