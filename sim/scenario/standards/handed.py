"""Packages of the first 72 hours as planning figures: what is handed out on arrival, and for a night on the way.

They stand in until daily standards take over, and are never added to them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sim.scenario.standards.library import Figure, by_name
from sim.scenario.standards.packages import ARRIVAL, TRANSIT_NIGHT, Line, packages

EVERYBODYS = "MS"
"""Sector of what is done for people on arrival without goods or a planning figure."""
ENOUGH = 365.0
"""Days that a thing given once serves where its figure tells none."""


@cache
def handed() -> tuple[Figure, ...]:
    """Every line of the two packages; its kind is the package."""
    return tuple(_figure(line) for package in (ARRIVAL, TRANSIT_NIGHT) for line in packages()[package])


def _figure(line: Line) -> Figure:
    usual = by_name().get(line.figure)
    figure = Figure(
        name=f"{line.package}.{line.line}",
        item=f"{line.package}_{line.line}",
        kind=line.package,
        level="emergency_minimum",
        value=line.amount,
        unit=line.unit,
        per="person",
        of=line.of,
        phase="first_72_hours",
        goods=line.item.name if line.item else "",
        life_days=(usual.life_days if usual else ENOUGH) if line.once else None,
        part_of=line.figure or line.package,
        sector_code=usual.sector_code if usual else line.item.sector_code if line.item else EVERYBODYS,
        title=line.title,
        edition=usual.edition if usual else "",
        date=usual.date if usual else "",
        source=line.source,
        found=line.found,
        confidence=line.confidence,
    )
    return figure if line.item is None else replace(figure, title=f"{line.title} ({line.item.title})")


def chosen(guidance: frozenset[str], off: frozenset[str]) -> tuple[Figure, ...]:
    """What is handed out: of lines that stand in for each other the first that is not off.

    What needs a guidance is handed out only where that is in force.
    """
    kept, made = [], set()
    for figure, line in zip(
        handed(), (row for name in (ARRIVAL, TRANSIT_NIGHT) for row in packages()[name]), strict=True
    ):
        choice = (line.package, line.choice)
        if figure.item in off or (line.guidance and line.guidance not in guidance) or choice in made:
            continue
        kept.append(figure)
        made |= {choice} if line.choice else set()
    return tuple(kept)


def had_at_night(figure: Figure) -> bool:
    """Whether a lasting thing of the package on arrival is also in that for a night, and so given before."""
    night = figure.item.replace(ARRIVAL, TRANSIT_NIGHT, 1)
    return figure.kind == ARRIVAL and figure.life_days is not None and any(other.item == night for other in handed())
