"""What a scenario reports of its people, beside the global default and the profile of its country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.known import once
from sim.scenario.standards.profiles import GLOBAL, Beside, beside, pregnancies, profile, share

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


@once
def reported(scenario: Scenario) -> dict[str, float]:
    """Shares (and the size of a household) that a scenario tells itself, by quantity."""
    people, ages, present = scenario.population, scenario.population.ages, scenario.present
    found = {name: group.people.of(present) / max(present, 1) for name, group in people.patients.items()}
    if ages:
        infants, elderly = ages.get("infants", 0.0), ages.get("elderly", 0.0)
        grown = ages.get("adults", 0.0) + elderly
        found |= {"infants": infants, "children": infants + ages.get("children", 0.0)}
        found |= {"adults": grown, "over_65": elderly}
    told = people.model_fields_set
    return found | {name: getattr(people, name) for name in ("female", "household_size") if name in told}


def share_there(scenario: Scenario, group: str) -> float | None:
    """Share of those present who are of a group: as reported, else by the profile; None where nothing tells."""
    return share(group, scenario.population.profile, reported(scenario))


def demography(scenario: Scenario) -> list[Beside]:
    """Every quantity of the profiles: default, country and own value side by side, pregnant women among them."""
    country, told = scenario.population.profile, reported(scenario)
    quantities = dict.fromkeys([*profile(GLOBAL), *profile(country), *told])
    told_pregnant = told["pregnant"] * scenario.present if "pregnant" in told else None
    rest = [beside(name, country, told.get(name)) for name in quantities if name != "pregnant"]
    return [*rest, pregnancies(scenario.present, country, told_pregnant)]
