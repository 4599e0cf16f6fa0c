"""Births among those present, and what needs care of them: as reported, or by the profile of their country."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.scenario.standards.library import Figure, figures
from sim.scenario.standards.profiles import GLOBAL, profile

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

CARED_FOR = ("complications", "newborn_complications", "caesareans", "low_birth_weight")
"""Of births, what needs care; how many die is never worked out."""


def births(scenario: Scenario) -> list[Figure]:
    """Births by the rate of a profile, and so many of them as need care; none where no profile has a rate."""
    rate = profile(scenario.population.profile).get("births") or profile(GLOBAL).get("births")
    if rate is None:
        return []
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
