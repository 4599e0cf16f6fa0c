"""Every figure whose need a run works out, with a scenario's own values in place of the library's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from sim.scenario.standards import cold
from sim.scenario.standards.handed import handed
from sim.scenario.standards.library import LEVELS, Figure, figures, named, wanted, with_own

Own = Mapping[str, str | float]


def needed(own: Own | None = None) -> tuple[Figure, ...]:
    """What people need, what cold adds to it, and how often what needs care happens; own values count."""
    return _needed(tuple(sorted((own or {}).items())))


@cache
def _needed(own: tuple[tuple[str, str | float], ...]) -> tuple[Figure, ...]:
    told = dict(own)
    return tuple(with_own(figure, told) for figure in (*wanted(), *colder(), *often()))


@cache
def colder() -> tuple[Figure, ...]:
    """Energy that cold adds to a ration: used up by the day as long as it lasts."""
    return tuple(replace(named(name), kind="consumable") for _, name in cold.steps())


@cache
def often() -> tuple[Figure, ...]:
    """What happens so often to people of any country, at a level: visits to a doctor."""
    return tuple(figure for figure in figures() if figure.kind == "incidence" and figure.level)


def of_item(item: str, own: Own | None = None) -> tuple[Figure, ...]:
    """The figures of an item, from the lowest level up; lines of packages are items of their own."""
    found = [figure for figure in (*needed(own), *handed()) if figure.item == item]
    return tuple(sorted(found, key=lambda figure: (*LEVELS, "").index(figure.level)))


def drawn_at(item: str, own: Own | None = None) -> Figure | None:
    """The figure people draw an item by: its standard, or else its highest level."""
    known = of_item(item, own)
    return next((figure for figure in known if figure.level == "standard"), known[-1] if known else None)
