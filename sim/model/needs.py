"""What people need where: the place a spot counts under, and how many there need an item in each hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.journal import Spot

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.model.whereabouts import Whereabouts
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure

CARRIED = {"water": "carried_water", "food": "carried_food"}
"""Items that parties carry, and where the party table says how much."""


def place_of(spot: Spot) -> str:
    """The place under which people at a spot are counted."""
    if spot.state in ("fuel_queue", "onward"):
        return spot.state
    if spot.state == "walking" or spot == Spot("road", "road"):
        return "road"
    return spot.place


def share_of(scenario: Scenario, group: str) -> float:
    """Share of the people there who are of a group; patients are spread evenly over those present."""
    if group == "everyone":
        return 1.0
    told = scenario.population.patients.get(group)
    return told.people.of(scenario.present) / max(scenario.present, 1) if told else 0.0


def needing(there: Whereabouts, figure: Figure) -> Array:
    """Person-hours of those who need an item, at each place and hour, shape (places, hours)."""
    if figure.of == "in_care":
        return there.in_care
    return there.served * share_of(there.record.scenario, figure.of)


def uncovered(there: Whereabouts, figure: Figure) -> Array:
    """The same, only for the hours that what people carry does not cover."""
    until = carried_until(there, figure)
    if until is None:
        return needing(there, figure)
    if figure.name not in there.beyond:
        there.beyond[figure.name] = there.person_hours(until) * there.here
    return there.beyond[figure.name]


def carried_until(there: Whereabouts, figure: Figure) -> Array | None:
    """Hour until which what a party carries covers its need at that level, shape (parties,); None when it has none."""
    if figure.item not in CARRIED or not len(there.record.parties.people):
        return None
    parties = there.record.parties
    carried = getattr(parties, CARRIED[figure.item])
    if not carried.any():
        return None
    hours = carried / np.maximum(parties.people * figure.an_hour, 1e-12)
    until: Array = np.where(np.isnan(parties.departed), -np.inf, parties.departed + hours)
    return until
