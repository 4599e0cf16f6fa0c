"""Goods: mass, volume, price, and how much of a need one unit meets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sim.scenario import units
from sim.scenario.faults import did_you_mean
from sim.scenario.standards.library import CONFIDENCE
from sim.scenario.standards.rows import Row, rows, table
from sim.scenario.standards.sectors import names

if TYPE_CHECKING:
    from sim.scenario.standards.library import Figure

KINDS = ("goods", "service", "cash")
HOW = ("page", "memory", "derived", "definition", "")
RATIOS = ("facility", "staff", "kit", "throughput")
"""Kinds of figures whose value may be how many people one unit is for."""


STAFF = "staff_month"
"""The goods that stand for a member of staff in a month."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that is sent, hired or paid."""

    name: str
    title: str
    sector_code: str
    kind: str
    """Goods (with mass and volume), a service, or cash."""
    unit: str
    contents: float | None
    """How much of a need one unit meets, in `contents_unit`; None where the unit itself is what is needed."""
    contents_unit: str
    mass_kg: float
    """Mass of a unit."""
    volume_m3: float
    """Volume of a unit, as it travels."""
    unit_cost_usd: float | None
    """Price of a unit; None where none is known."""
    cost_low_usd: float | None
    """Low end of the range of prices; None where its source gives none."""
    cost_high_usd: float | None
    price_year: str
    """Year of the price; empty where it was not stated."""
    people: float | None
    """People a unit serves."""
    days: float
    """Days for which it serves them."""
    found_mass: str
    found_volume: str
    found_cost: str
    source: str
    confidence: str


class Load(NamedTuple):
    """An amount of goods: units, mass and volume, and their price where it is known."""

    item: Item
    quantity: float
    mass_kg: float
    volume_m3: float
    cost_usd: float | None


@cache
def items() -> dict[str, Item]:
    """All goods by name."""
    return read(table("items.csv"), "items.csv")


def read(text: str, name: str) -> dict[str, Item]:
    """Goods of a table; ScenarioError with the place where a thing has no mass or volume."""
    return {item.name: item for item in (_item(row) for row in rows(text, name))}


def _item(row: Row) -> Item:
    told = {column: row.number(column) for column in ("mass_kg", "volume_m3", "days")}
    costs = ("unit_cost_usd", "cost_low_usd", "cost_high_usd")
    told |= {column: row.known(column) for column in (*costs, "contents", "people")}  # type: ignore[misc]
    words = {"kind": KINDS, "sector_code": tuple(names()), "confidence": CONFIDENCE}
    words |= {"found_mass": HOW, "found_volume": HOW, "found_cost": HOW}
    item = Item(**{**row.cells, **told, **{column: row.one_of(column, allowed) for column, allowed in words.items()}})  # type: ignore[arg-type]
    for column in ("mass_kg", "volume_m3") if item.kind == "goods" else ():
        if told[column] <= 0:
            raise row.fault(column, f"'{item.name}' is a thing and needs more than 0; found {row.cells[column]}")
    return item


def named(name: str) -> Item:
    """The goods of that name; ValueError with the nearest name when there are none."""
    if name not in items():
        raise ValueError(f"no such goods: {name!r}; {did_you_mean(name, items())}")
    return items()[name]


@cache
def met_with() -> dict[str, str]:
    """Goods of items whose figure names none."""
    return {row.text("item"): row.text("goods") for row in rows(table("met_with.csv"), "met_with.csv")}


@cache
def delivered() -> frozenset[str]:
    """Goods whose price is that of the place where they are used."""
    return frozenset(row.text("goods") for row in rows(table("delivered.csv"), "delivered.csv"))


def meeting(figure: Figure) -> str:
    """The goods (or the staff) that a figure is met with, by name; empty where none are known."""
    return figure.goods or met_with().get(figure.item, "") or (STAFF if figure.kind == "staff" else "")


def unit_of(figure: Figure) -> str:
    """The unit in which an amount of a figure counts: of a place for so many people, the place."""
    people = ("person", "patient", "household", "pupil", "child", "case", "case_worker")
    return figure.by.noun if figure.kind in RATIOS and figure.unit in people else figure.unit


def units_for(item: Item, amount: float, unit: str) -> float:
    """How many units of an item hold an amount; ValueError when it is not measured so."""
    if item.contents is not None:
        try:
            return amount * units.factor(unit, item.contents_unit) / item.contents
        except ValueError:
            pass  # what it holds is one measure, its own unit another: firewood by m3 and by tonne
    return amount * units.factor(unit, item.unit)


def load(item: Item, quantity: float) -> Load:
    """So many units of an item."""
    cost = None if item.unit_cost_usd is None else quantity * item.unit_cost_usd
    return Load(item, quantity, quantity * item.mass_kg, quantity * item.volume_m3, cost)


def load_of(figure: Figure, amount: float) -> Load | None:
    """The goods that meet an amount of a figure; None for a figure without goods."""
    if not figure.goods:
        return None
    item = named(figure.goods)
    return load(item, units_for(item, amount, unit_of(figure)))
