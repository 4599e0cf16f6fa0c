"""Need and supply of one item at one level: at each place and hour of one record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import needs, supply
from sim.model.record import Array
from sim.model.whereabouts import ROAD, looked_after, segments
from sim.scenario import standards
from sim.scenario.response import BETWEEN
from sim.scenario.standards import Figure

if TYPE_CHECKING:
    from sim.model.record import Record
    from sim.scenario.schema import Scenario

FUEL = Figure(
    name="fuel.way",
    item="fuel",
    level="",
    value=1.0,
    unit="L",
    per="person",
    of="parties",
    sector_code="LOG",
    edition="",
    date="",
    source="litres that drivers lack for the rest of their way when they go for fuel; follows from the scenario",
    found="scenario",
    confidence="medium",
)
"""Fuel has no standard: the need is what the way takes."""
RESTS_ON = {"in_place": supply.IN_PLACE, "on_the_way": supply.ON_THE_WAY, "pledged": supply.PLEDGED}
"""What each of the three gaps beside the main one counts as supply."""


class Amounts(NamedTuple):
    """Need and supply at each place of an item and in each hour, shape (places, hours)."""

    need: Array
    supply: Array
    besides: dict[str, Array]
    """Supply if only deliveries of some statuses arrived, by `RESTS_ON`."""


def figures(scenario: Scenario) -> list[Figure]:
    """What is counted in a scenario: a figure each; groups only where the scenario tells of them."""
    known = [figure for figure in standards.counted(scenario.needs.figures) if needed(scenario, figure)]
    return [*known, FUEL] if scenario.fuel is not None and scenario.corridor is not None else known


def needed(scenario: Scenario, figure: Figure) -> bool:
    """Whether anybody in a scenario needs what a figure is for."""
    if figure.of == "in_care":
        return scenario.fuel is not None and bool(scenario.fuel.explosions)
    if figure.hours is None:
        return bool(where(scenario, figure))
    return needs.share_of(scenario, figure.of) > 0


def where(scenario: Scenario, figure: Figure) -> list[str]:
    """The places at which an item is needed, in the order of the way."""
    if figure is FUEL:
        return list(scenario.population.settlements) or ["home"]
    if figure.hours is None:
        return [place for place in looked_after(scenario) if place in scenario.reception.places]
    return list(looked_after(scenario))


def status(scenario: Scenario, figure: Figure, place: str) -> str:
    """Whether any supply of an item was told for a place; what was not is *not provided*, never zero."""
    told = scenario.supply
    known = any(s.item == figure.item and supply.serves(scenario, s.place, place) for s in told.provided.values())
    known |= any(c.item == figure.item and supply.serves(scenario, c.place, place) for c in told.covered.values())
    if figure is FUEL:
        known |= scenario.fuel is not None and bool(scenario.fuel.depots)
    elif figure.hours is None:
        known |= scenario.reception.places[place].capacity is not None
    elif place in on_the_way(scenario):
        known |= getattr(told.carried, figure.item, None) is not None
    return "provided" if known else "not_provided"


def on_the_way(scenario: Scenario) -> tuple[str, ...]:
    """Places at which people live on what they carry."""
    depots = tuple(scenario.fuel.depots) if scenario.fuel else ()
    return (*segments(scenario), ROAD, "fuel_queue", *depots, BETWEEN)


def amounts(record: Record) -> Callable[[Figure], Amounts]:
    """Need and supply of each figure in a record; what was drawn is worked out once for all of them."""
    met = {name: supply.drawn_when(record, statuses).met for name, statuses in RESTS_ON.items()}

    def of(figure: Figure) -> Amounts:
        if figure is FUEL:
            return _fuel(record)
        if figure.hours is None:
            return _room(record, figure)
        return _used_up(record, figure, met)

    return of


def _used_up(record: Record, figure: Figure, met: dict[str, dict[str, Array]]) -> Amounts:
    """An item people use up: carried first, then what was drawn at the level people draw by."""
    there, rows = record.there, _rows(record, figure)
    need = needs.needing(there, figure)[rows] * figure.an_hour
    wanted = needs.uncovered(there, figure)[rows] * figure.an_hour

    def supplied(drawn: dict[str, Array]) -> Array:
        given = drawn[figure.item][rows] if figure.item in drawn else np.zeros(need.shape)
        total: Array = np.minimum(need - wanted + np.minimum(given, wanted), need)
        return total

    return Amounts(need, supplied(record.supply.met), {name: supplied(drawn) for name, drawn in met.items()})


def _room(record: Record, figure: Figure) -> Amounts:
    """Room to stay: for the people there in the hour, against what each place can hold."""
    people = record.there.everyone[_rows(record, figure)]
    held = [record.scenario.reception.places[name].capacity for name in where(record.scenario, figure)]
    room = np.array([0.0 if capacity is None else capacity for capacity in held])[:, None]
    need, supply_ = people * figure.value, np.minimum(people, room) * figure.value
    return Amounts(need, supply_, dict.fromkeys(RESTS_ON, supply_))


def _fuel(record: Record) -> Amounts:
    """Litres parties lacked for their way, in the hour they went for fuel, and what each was given of that."""
    parties, hours = record.parties, record.there.hours
    asked = np.flatnonzero(parties.fuel_asked < hours)
    shape = (len(parties.settlements), hours)
    at = parties.settlement[asked] * hours + parties.fuel_asked[asked].astype(int)
    wanted = parties.fuel_wanted[asked]
    given = np.minimum(parties.fuel_given[asked], wanted)
    need, given_ = (np.bincount(at, litres, shape[0] * hours).reshape(shape) for litres in (wanted, given))
    return Amounts(need, given_, dict.fromkeys(RESTS_ON, given_))


def _rows(record: Record, figure: Figure) -> list[int]:
    names = list(record.there.names)
    return [names.index(place) for place in where(record.scenario, figure)]
