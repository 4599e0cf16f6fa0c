"""Response plans as published: a band in which a cost over the same groups and time is plausible."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from sim.scenario.standards.library import CONFIDENCE
from sim.scenario.standards.rows import rows, table

WHOLE = "ALL"
"""Code of all sectors together."""

WITHIN = {"NUT": "FSC", "PRO-CPN": "PRO", "PRO-GBV": "PRO"}
"""Sectors that published plans count within another: food and nutrition, protection."""


class Plan(NamedTuple):
    """A published plan."""

    name: str
    title: str
    usd: float
    people: float
    months: float
    groups: tuple[str, ...]
    """Groups of people it is for: its cost per person divides by all of them."""
    sectors: dict[str, float]
    """Sector code: US dollars, where a table by sector was found."""
    source: str
    confidence: str

    @property
    def per_person(self) -> float:
        """US dollars a person, over the whole of its time."""
        return self.usd / self.people


@cache
def plans() -> dict[str, Plan]:
    """All plans by name."""
    read = list(rows(table("plans.csv"), "plans.csv"))
    found = {}
    for row in (row for row in read if row.text("sector_code") == WHOLE):
        name, cells = row.text("plan"), row.cells
        mine = [part for part in read if part.cells["plan"] == name and part.cells["sector_code"] != WHOLE]
        found[name] = Plan(
            name,
            row.text("title"),
            row.number("usd"),
            row.number("people"),
            row.number("months"),
            tuple(row.text("groups").split()),
            {part.text("sector_code"): part.number("usd") for part in mine},
            cells["source"],
            row.one_of("confidence", CONFIDENCE),
        )
    return found


def like(groups: Iterable[str], months: float) -> Plan | None:
    """The plan for just these groups and this time; None where there is none to compare with."""
    told = set(groups)
    return next((p for p in plans().values() if set(p.groups) == told and abs(p.months - months) < 0.01), None)


def with_sectors() -> Plan:
    """The plan whose table by sector is known."""
    return next(plan for plan in plans().values() if plan.sectors)


def in_plan(code: str) -> str:
    """The sector under which published plans count one."""
    return WITHIN.get(code, code)
