"""Country profiles: births, ages, sex and disease where nothing was reported; a default, never a finding."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from sim.scenario.faults import did_you_mean
from sim.scenario.standards.library import Figure, named
from sim.scenario.standards.measure import HOURS
from sim.scenario.standards.rows import rows, table

GLOBAL = "global"
EVERYONE = ("everyone", "arrivals")
ALIKE = {"pupils": "school_age", "elderly": "over_65"}
"""Groups of figures that are counted as another quantity of a profile."""
MONTHS_PREGNANT = "misp.pregnant.months"
IN_A_MONTH = ("near_term", "newborns")
"""As many as are born in a month: women in their last month, and children in their first."""


class Beside(NamedTuple):
    """One quantity by the global default, by the country's profile, and as reported, side by side."""

    quantity: str
    unit: str
    default: float | None
    country: float | None
    own: float | None

    @property
    def origin(self) -> str:
        """Which of the three counts: what was reported goes before any profile; empty when none is known."""
        return next((name for name in ("own", "country", "default") if getattr(self, name) is not None), "")

    @property
    def used(self) -> float | None:
        """The value that counts."""
        return getattr(self, self.origin) if self.origin else None


@cache
def profiles() -> dict[str, dict[str, Figure]]:
    """Figures of each profile, by quantity."""
    found: dict[str, dict[str, Figure]] = {}
    for row in rows(table("profiles.csv"), "profiles.csv"):
        try:
            found.setdefault(row.text("profile"), {})[row.text("quantity")] = named(row.text("figure"))
        except ValueError as fault:
            raise row.fault("figure", str(fault)) from None
    return found


def profile(name: str) -> dict[str, Figure]:
    """The figures of a country's profile; ValueError when there is none of that name."""
    if name not in profiles():
        raise ValueError(f"no such profile: {name!r}; {did_you_mean(name, profiles())}")
    return profiles()[name]


def beside(quantity: str, country: str = GLOBAL, reported: float | None = None) -> Beside:
    """A quantity by default, by country and as reported; a rate or share as a plain number a person (and year)."""
    default, own_land = profile(GLOBAL).get(quantity), profile(country).get(quantity)
    known = own_land or default
    return Beside(quantity, _unit(known), _value(default), _value(own_land), reported)


def _unit(figure: Figure | None) -> str:
    if figure is None or figure.kind == "share":
        return "1"
    return f"{figure.unit}/{figure.per}" if figure.kind == "parameter" else f"{figure.unit}/person/year"


def _value(figure: Figure | None) -> float | None:
    """A share of people, a rate a person and year, or the figure itself."""
    if figure is None:
        return None
    if figure.hours is not None:
        return figure.an_hour * HOURS["year"]
    return figure.value / figure.by.number / (100 if figure.unit == "%" else 1)


def share(group: str, country: str = GLOBAL, reported: Mapping[str, float] | None = None) -> float | None:
    """Share of all people who are of a group; None where neither a report nor a profile tells.

    A share of a group within a group is a share of that group's share.
    """
    told, group = reported or {}, ALIKE.get(group, group)
    if group in EVERYONE:
        return 1.0
    if group in told:
        return told[group]
    figure = profile(country).get(group) or profile(GLOBAL).get(group)
    if figure is not None and figure.kind == "share":
        whole = share(figure.of, country, told)
        return None if whole is None else whole * (_value(figure) or 0.0)
    return _derived(group, country, told)


def _derived(group: str, country: str, told: Mapping[str, float]) -> float | None:
    """Groups that follow from others: infants from births, small children from those under five."""
    births = told.get("births", beside("births", country).used)
    small, newest = (share(name, country, told) for name in ("children_under_5", "infants_under_6_months"))
    if group == "infants" and births is not None:
        return 2 * births
    if group == "pregnant" and births is not None:
        return pregnant(1.0, births)
    if group in IN_A_MONTH and (expect := share("pregnant", country, told)) is not None:
        return expect / named(MONTHS_PREGNANT).value
    if group == "over_6_months" and newest is not None:
        return 1 - newest
    if group == "children_6_59_months" and small is not None and newest is not None:
        return max(small - newest, 0.0)
    if group == "children_6_23_months" and births is not None and newest is not None:
        return max(2 * births - newest, 0.0)
    grown = share("adults", country, told) if group == "children" else None
    return None if grown is None else 1 - grown


def births_a_month(people: float, births: float) -> float:
    """Births in a month among so many people, at so many births a person and year."""
    return people * births / 12


def pregnant(people: float, births: float) -> float:
    """Women pregnant now: births a month times the months of pregnancy (MISP 2.0)."""
    return births_a_month(people, births) * named(MONTHS_PREGNANT).value


def pregnancies(people: float, country: str = GLOBAL, reported: float | None = None) -> Beside:
    """Pregnant women by the global birth rate, by the country's, and as reported."""
    rates = beside("births", country)
    default, own_land = (None if rate is None else pregnant(people, rate) for rate in (rates.default, rates.country))
    return Beside("pregnant", "person", default, own_land, reported)


def birth_events(quantity: str, people: float, births: float, months: float) -> float:
    """How many of what is a share of births come in some months: complications, newborns in need, caesareans."""
    figure = named(f"misp.share.{quantity}")
    return births_a_month(people, births) * months * figure.value / 100
