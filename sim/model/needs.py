"""What people need where: whom a planning figure is for, at which places, and how many of them in each hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.cold import factor
from sim.model.whereabouts import looked_after, on_the_way, received
from sim.scenario.standards.handed import had_at_night
from sim.scenario.standards.packages import ARRIVAL, TRANSIT_NIGHT
from sim.scenario.standards.told import share_there

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.model.whereabouts import Whereabouts
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure

CARRIED = {"water": "carried_water", "food": "carried_food"}
"""Items that parties carry, and where the party table says how much."""
IN_CARE = "in_care"
NIGHT = 2
"""The hour of the day at which people count as spending a night."""


def where(scenario: Scenario, figure: Figure) -> list[str]:
    """The places at which a figure is needed, in the order of the way.

    What runs count of everybody (water, food, care) is needed wherever people are; a night's package on the way; all
    the rest where they are received.
    """
    if figure.kind == TRANSIT_NIGHT:
        way = on_the_way(scenario)
        return [place for place in looked_after(scenario) if place in way]
    if figure.hours is None or not (figure.counted or figure.kind == "incidence"):
        return list(received(scenario))
    return list(looked_after(scenario))


def is_once(figure: Figure) -> bool:
    """Whether each is given it once, on arrival, and keeps it: a durable thing, or a whole treatment."""
    return figure.kind == "durable" or (figure.kind == "treatment" and figure.hours is None)


def share_of(scenario: Scenario, figure: Figure) -> float:
    """How many of what a figure is per there are to each person present: its group, or households; 0 when untold."""
    share = 1.0 if figure.of == IN_CARE else share_there(scenario, figure.of) or 0.0
    by_household = "household" in (figure.by.noun, figure.unit)
    return share / scenario.population.household_size if by_household else share


def needing(there: Whereabouts, figure: Figure) -> Array:
    """Person-hours of those who need an item, at each place and hour, shape (places, hours)."""
    scenario = there.record.scenario
    rows = np.zeros((len(there.names), 1))
    rows[[there.names.index(name) for name in where(scenario, figure)]] = share_of(scenario, figure)
    if figure.phase == "winter":
        rows = rows * factor(scenario, figure, there.hours)
    return counted_on(there, figure) * rows


def present_for(there: Whereabouts, figure: Figure) -> Array:
    """People there at the places that a figure is for, at each place and hour, shape (places, hours)."""
    rows = np.zeros((len(there.names), 1))
    rows[[there.names.index(name) for name in where(there.record.scenario, figure)]] = 1.0
    return there.served * rows


def counted_on(there: Whereabouts, figure: Figure) -> Array:
    """Whom an amount used up is for: people there by the hour, in care, who arrive, or on the way at night."""
    if figure.of == IN_CARE:
        return there.in_care
    if figure.kind == ARRIVAL:
        return arriving(there, figure)
    if figure.kind == TRANSIT_NIGHT:
        return there.served * _at_night(there, figure)
    return there.served


def arriving(there: Whereabouts, figure: Figure) -> Array:
    """People who come to be looked after, at each place and hour; not those who had the thing on the way."""
    found = np.zeros((len(there.names), there.hours))
    found[there.changing.rows] = there.changing.fresh
    return found * (1 - _had(there)) if had_at_night(figure) else found


def nights(there: Whereabouts) -> Array:
    """Hours of the run that stand for its nights: two in the morning."""
    start = there.record.scenario.start
    result: Array = np.arange((NIGHT - (start.hour if start else 0)) % 24, there.hours, 24)
    return result


def _at_night(there: Whereabouts, figure: Figure) -> Array:
    """Share of those on the way who are handed something in each hour: all at night, of a lasting thing the new."""
    found, at = np.zeros(there.hours), nights(there)
    found[at] = 1.0
    departed = there.record.parties.departed
    if figure.life_days is None or not len(departed):
        return found
    way = [there.names.index(name) for name in where(there.record.scenario, figure)]
    there_then = there.served[way][:, at].sum(axis=0)
    first = np.searchsorted(at + 0.5, departed)
    new = (first < len(at)) & ~(there.record.parties.arrived <= at[np.minimum(first, len(at) - 1)])
    people = np.bincount(first[new], there.record.parties.people[new], len(at))
    found[at] = np.minimum(people / np.maximum(there_then, 1e-12), 1.0)
    return found


def _had(there: Whereabouts) -> Array:
    """Share of those whose vehicle crosses in each hour who had spent a night on the way, shape (hours,)."""
    parties, edges = there.record.parties, nights(there) + 0.5
    came = parties.arrived < there.hours
    hour, people = parties.arrived[came].astype(int), parties.people[came].astype(float)
    spent = np.searchsorted(edges, parties.arrived[came]) > np.searchsorted(edges, parties.departed[came])
    all_, had = (np.bincount(hour, weights, there.hours) for weights in (people, people * spent))
    result: Array = had / np.maximum(all_, 1e-12)
    return result


def uncovered(there: Whereabouts, figure: Figure) -> Array:
    """Person-hours of those who need an item, only for the hours that what people carry does not cover."""
    until = carried_until(there, figure)
    if until is None:
        return needing(there, figure)
    if figure.name not in there.beyond:
        there.beyond[figure.name] = there.person_hours(until) * there.here
    return there.beyond[figure.name]


def carried_until(there: Whereabouts, figure: Figure) -> Array | None:
    """Hour until which what a party carries covers its need at that level, shape (parties,); None when it has none.

    What a party that abandons its vehicle had left is lost.
    """
    if figure.item not in CARRIED or not len(there.record.parties.people):
        return None
    parties = there.record.parties
    carried = getattr(parties, CARRIED[figure.item])
    if not carried.any():
        return None
    hours = carried / np.maximum(parties.people * figure.an_hour, 1e-12)
    until = np.where(np.isnan(parties.departed), -np.inf, parties.departed + hours)
    result: Array = np.minimum(until, there.abandoned)
    return result
