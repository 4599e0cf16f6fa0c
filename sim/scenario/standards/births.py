"""Births among those present, and what needs care of them: by pregnancies reported, or the profile of their country."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.scenario.standards.library import Figure, figures, named
from sim.scenario.standards.profiles import GLOBAL, MONTHS_PREGNANT, profile

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

MONTHS = 12
"""Months in a year."""
CARED_FOR = ("complications", "newborn_complications", "caesareans", "low_birth_weight")
"""Of births, what needs care; how many die is never worked out."""


def births(scenario: Scenario) -> list[Figure]:
    """Births, and so many of them as need care; none where neither a report nor a profile has a rate.

    Who reports pregnant women tells the births: so many in as many months as a pregnancy is counted for.
    """
    rate = profile(scenario.population.profile).get("births") or profile(GLOBAL).get("births")
    if rate is None:
        return []
    pregnant = scenario.population.patients.get("pregnant")
    if pregnant is not None:
        share = pregnant.people.of(scenario.present) / max(scenario.present, 1)
        a_year = share * MONTHS / named(MONTHS_PREGNANT).value
        rate = replace(rate, value=a_year * rate.by.number, source="births follow from the pregnant women reported")
    parts = [part for part in figures() if part.of == "births" and part.item in CARED_FOR]
    return [rate, *(_part(rate, part) for part in parts)]


def _part(rate: Figure, part: Figure) -> Figure:
    """A share of births as a rate of its own."""
    source = f"{part.source}; of births: {rate.source}"
    return replace(
        part,
        kind="incidence",
        value=rate.value * part.value / 100,
        unit="birth",
        per=rate.per,
        of=rate.of,
        source=source,
    )
