"""Planning figures with what they are for, their level, edition and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.scenario.standards import sectors
from sim.scenario.standards.measure import Per, per
from sim.scenario.standards.rows import Row, rows, table

LEVELS = ("survival_minimum", "emergency_minimum", "standard", "post_emergency")
NEEDED = ("consumable", "treatment", "held", "durable", "facility", "staff", "kit", "throughput")
"""Kinds of figures that say what people need."""
KINDS = (*NEEDED, "incidence", "share", "threshold", "parameter")
"""Used up by person and time; by patient and time; held; given once for a life; places for so many; people who work for
so many; whole units for so many and so long; units that serve so many a time; how often it happens; a share of a group;
an alarm line beside reported data; a number that plans rest on."""
FOUND = ("page", "repo", "memory", "derived", "definition", "scenario")
CONFIDENCE = ("high", "medium", "low")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One planning figure."""

    name: str
    item: str
    """What it is about; figures of one item differ by level."""
    kind: str = "parameter"
    """One of `KINDS`."""
    level: str = ""
    """One of `LEVELS`; empty for a planning assumption and for what has no level."""
    value: float
    low: float | None = None
    """Low end of the range its source gives; None where it gives none."""
    high: float | None = None
    unit: str
    per: str
    """Whom and for how long it is for; without a time it is a place to hold, not something used up."""
    of: str
    """Everyone, people in care (`in_care`), or a group by age, sex, disease or place."""
    phase: str = ""
    """When it holds: first_72_hours, immediate, as_soon_as_possible, winter; always when empty."""
    goods: str = ""
    """The row of the goods it is met with; empty where it is no thing, or none is known."""
    life_days: float | None = None
    """Days a durable thing serves."""
    part_of: str = ""
    """The figure whose need already holds it, or is met by it instead: never add the two."""
    sector_code: str
    title: str = ""
    edition: str
    date: str
    source: str
    found: str
    """How it was found: on a page, in a repository, from memory, derived, by definition."""
    confidence: str
    counted: bool = False
    """Whether runs count its need in the gap tables."""

    @property
    def sector_name(self) -> str:
        """Its sector by the name of the clusters."""
        return sectors.name_of(self.sector_code)

    @property
    def by(self) -> Per:
        """What it is per."""
        return per(self.per)

    @property
    def hours(self) -> float | None:
        """Hours for which an amount serves; None for what is held, such as a covered area."""
        return self.by.hours

    @property
    def an_hour(self) -> float:
        """Amount one person (household, patient) needs in an hour; of what is held, the amount itself."""
        return self.value / self.by.number / (self.hours or 1.0)


@cache
def figures() -> tuple[Figure, ...]:
    """All planning figures."""
    return tuple(map(_figure, rows(table("figures.csv"), "figures.csv")))


def _figure(row: Row) -> Figure:
    cells = row.cells
    told = {
        "value": row.number("value"),
        "low": row.known("low"),
        "high": row.known("high"),
        "life_days": row.known("life_days"),
        "kind": row.one_of("kind", KINDS),
        "level": row.one_of("level", (*LEVELS, "")),
        "found": row.one_of("found", FOUND),
        "confidence": row.one_of("confidence", CONFIDENCE),
        "counted": bool(cells["counted"]),
    }
    return Figure(**{**cells, **told})  # type: ignore[arg-type]


@cache
def by_name() -> dict[str, Figure]:
    """Every figure by its name."""
    return {figure.name: figure for figure in figures()}


def named(name: str) -> Figure:
    """The figure of that name; ValueError with the nearest name when there is none."""
    known = by_name()
    if name not in known:
        raise ValueError(f"no such planning figure: {name!r}; {did_you_mean(name, known)}")
    return known[name]


def wanted() -> tuple[Figure, ...]:
    """What people need, each need once: figures of a needed kind that no other already holds."""
    return tuple(figure for figure in figures() if figure.kind in NEEDED and not figure.part_of)


def counted(own: Mapping[str, str | float] | None = None) -> tuple[Figure, ...]:
    """The figures whose need runs count, with a scenario's own values in place of the library's."""
    return _counted(tuple(sorted((own or {}).items())))


@cache
def _counted(own: tuple[tuple[str, str | float], ...]) -> tuple[Figure, ...]:
    told = dict(own)
    return tuple(with_own(figure, told) for figure in figures() if figure.counted)


def with_own(figure: Figure, own: Mapping[str, str | float]) -> Figure:
    """The figure with a scenario's own value, where it tells one; ScenarioError when its unit does not fit."""
    if figure.name not in own:
        return figure
    from sim.scenario.standards.names import own_value

    try:
        value = own_value(figure, own[figure.name])
    except ValueError as fault:
        raise ScenarioError([Fault(f"needs.figures.{figure.name}", str(fault))]) from None
    return replace(figure, value=value, source=f"own value in place of {figure.value:g} ({figure.source})")
