"""Hospitals that are told of, as supply: their beds, and they themselves, for those who can reach them.

A hospital at a place of reception serves that place; one further off, to which patients are referred, serves everybody,
shared as people are there. Hospitals that people leave behind serve nobody at the other end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model import needs
from sim.model.whereabouts import received
from sim.scenario.medical import GENERAL
from sim.scenario.standards.catchment import catchments

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.model.whereabouts import Whereabouts
    from sim.scenario.medical import Hospital
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure

BED, HOSPITAL = "hospital_bed", "hospital"
"""The items they are supply of."""


def reached(scenario: Scenario) -> dict[str, Hospital]:
    """Hospitals that those who are received can reach, by name."""
    stay, homes = received(scenario), tuple(scenario.population.settlements) or ("home",)
    told = scenario.medical.hospitals
    return {name: one for name, one in told.items() if one.beds and (one.at in stay or one.at not in homes)}


def units(figure: Figure, hospital: Hospital) -> float:
    """How much of an item a hospital is: its beds, or one hospital where it takes anybody."""
    if figure.item == BED:
        return sum(hospital.beds.values())
    return float(figure.item == HOSPITAL and hospital.beds.get(GENERAL, 0) > 0)


def serves(figure: Figure, hospital: Hospital, place: str, places: tuple[str, ...]) -> bool:
    """Whether a hospital serves a place of reception."""
    return hospital.at == place or hospital.at not in places or figure.name in catchments()


def provides(scenario: Scenario, figure: Figure, place: str) -> bool:
    """Whether any hospital is told of that serves a place with an item."""
    places = received(scenario)
    return any(units(figure, one) and serves(figure, one, place, places) for one in reached(scenario).values())


def held(there: Whereabouts, figure: Figure, places: list[str]) -> Array:
    """What the hospitals hold of an item for each place and hour, shape (places, hours)."""
    scenario, found = there.record.scenario, np.zeros((len(places), there.hours))
    if figure.item not in (BED, HOSPITAL):
        return found
    everyone = needs.present_for(there, figure)[[there.names.index(place) for place in places]]
    for one in reached(scenario).values():
        mine = np.array([serves(figure, one, place, received(scenario)) for place in places], float)
        people = everyone * mine[:, None]
        whole = people.sum(axis=0)
        found += units(figure, one) * np.divide(people, whole, out=np.zeros(people.shape), where=whole > 0)
    return found
