"""How long goods keep in a store."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sim.scenario.faults import did_you_mean
from sim.scenario.standards.goods import HOW, items
from sim.scenario.standards.library import CONFIDENCE
from sim.scenario.standards.rows import rows, table


class Keeps(NamedTuple):
    """For how many days goods keep, and where that comes from."""

    days: float
    found: str
    source: str
    confidence: str


@cache
def keeps() -> dict[str, Keeps]:
    """Goods that keep for a time only; any others keep for years."""
    return read(table("storage.csv"), "storage.csv")


def read(text: str, name: str) -> dict[str, Keeps]:
    """Shelf lives of a table; ScenarioError with the place where there are no such goods."""
    found = {}
    for row in rows(text, name):
        goods, days = row.text("goods"), row.number("shelf_days")
        if goods not in items():
            raise row.fault("goods", f"no such goods: {goods!r}; {did_you_mean(goods, items())}")
        how, sure = row.one_of("found", HOW), row.one_of("confidence", CONFIDENCE)
        found[goods] = Keeps(days, how, row.text("source"), sure)
    return found
