"""What a unit costs: own prices before the library's, with their range, source and confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.scenario.defaults import default_of, number
from sim.scenario.provenance import WITHOUT, nearest
from sim.scenario.standards import goods
from sim.scenario.standards.amounts import whole
from sim.scenario.standards.goods import STAFF
from sim.scenario.standards.measure import HOURS

if TYPE_CHECKING:
    from sim.scenario.money import Costs
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure
    from sim.scenario.standards.goods import Item

LOW = "low"
USUAL_UNITS = {"costs.transport.per_tonne": "USD/t", "costs.support": "1"}
"""Rates that have a default."""


class Unit(NamedTuple):
    """The price of one unit of goods."""

    usd: float
    low: float
    high: float
    year: str
    source: str
    confidence: str


def goods_of(costs: Costs, figure: Figure) -> Item | None:
    """The goods (or the staff) a figure is met with; None where no goods are known."""
    name = costs.goods.get(figure.item) or goods.meeting(figure)
    return goods.named(name) if name else None


def price(costs: Costs, item: Item) -> Unit | None:
    """The price of a unit of goods: as told, or the library's; None where none is known."""
    own = costs.prices.get(item.name)
    if own is not None:
        low, high = _range(costs, own.price, own.low, own.high, own.confidence)
        year = str(own.year or "")
        return Unit(own.price, low, high, year, (own.note or "own price") + _of(year), own.confidence)
    if item.unit_cost_usd is None:
        return None
    usd = item.unit_cost_usd
    low, high = _range(costs, usd, item.cost_low_usd, item.cost_high_usd, item.confidence)
    return Unit(usd, low, high, item.price_year, _source(item), item.confidence)


def of_input(scenario: Scenario, path: str, usd: float) -> Unit:
    """A rate that a scenario tells, or the default, with where it comes from."""
    told, usual = nearest(scenario, path), default_of(path)
    if told is not None:
        return Unit(usd, usd, usd, told.date, told.note, told.confidence)
    if usual is not None and abs(_usual(path) - usd) < 1e-12:
        return Unit(usd, usd, usd, usual.date, usual.source, usual.confidence)
    return Unit(usd, usd, usd, "", WITHOUT, LOW)


def _usual(path: str) -> float:
    return number(path, USUAL_UNITS[path])


def _range(costs: Costs, usd: float, low: float | None, high: float | None, confidence: str) -> tuple[float, float]:
    """The range of a price: as its source gives it; of low confidence without one, so far to either side."""
    off = costs.unsure if confidence == LOW and low is None and high is None else 0.0
    return usd * (1 - off) if low is None else low, usd * (1 + off) if high is None else high


def _source(item: Item) -> str:
    return f"{item.source or item.title} (price from {item.found_cost or 'no source'}{_of(item.price_year)})"


def _of(year: str) -> str:
    """The year of a price, where it is known."""
    return f", prices of {year}" if year else ""


def units(figure: Figure, item: Item, amount: float) -> float:
    """Units of goods that hold an amount of a figure; ValueError when it is not measured so."""
    return amount if item.name == STAFF else goods.units_for(item, amount, goods.unit_of(figure))


def issues(figure: Figure, item: Item, hours: float) -> float:
    """How often in some hours what is held has to be given: anew when its life is over; of staff the months."""
    if item.name == STAFF:
        return hours / HOURS["month"]
    days = figure.life_days or item.days
    return float(whole(hours / HOURS["day"] / days)) if days > 0 else 1.0
