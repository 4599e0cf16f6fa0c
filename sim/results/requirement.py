"""Need and supply of one item at one level: at each place and hour of one record."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import cold, needs, owed, provided, supply
from sim.model.record import Array
from sim.model.standing import STANDING
from sim.model.whereabouts import on_the_way
from sim.results import hospitals
from sim.results.bases import WHOLE, Bases, each, units_of, whole_units
from sim.results.dates import full_hours
from sim.scenario import standards
from sim.scenario.standards import Figure
from sim.scenario.standards.births import births
from sim.scenario.standards.catchment import catchments
from sim.scenario.standards.handed import chosen

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
RESTS_ON = {"in_place": provided.IN_PLACE, "on_the_way": provided.ON_THE_WAY, "pledged": provided.PLEDGED}
"""What each of the three gaps beside the main one counts as supply."""
SHELTER = "shelter"
"""The item of which a place of reception holds as much as its room is for."""


class Amounts(NamedTuple):
    """Need and supply at each place of an item and in each hour, shape (places, hours)."""

    need: Array
    supply: Array
    besides: dict[str, Array]
    """Supply if only deliveries of some statuses arrived, by `RESTS_ON`."""


def figures(scenario: Scenario) -> list[Figure]:
    """What is counted in a scenario: a figure each; groups only where a report or a profile tells of them."""
    told = scenario.needs
    off = frozenset(item for item, counts in told.items.items() if not counts)
    guidance = frozenset(name for name, holds in told.guidance.items() if holds)
    every = (*standards.needed(told.figures), *births(scenario), *chosen(guidance, off))
    known = [figure for figure in every if asked(scenario, figure) and needed(scenario, figure)]
    fuel = scenario.fuel is not None and scenario.corridor is not None and asked(scenario, FUEL)
    return [*known, FUEL] if fuel else known


def asked(scenario: Scenario, figure: Figure) -> bool:
    """Whether an item is counted: as told of it, or else of its sector."""
    told = scenario.needs
    return told.items.get(figure.item, told.sectors.get(figure.sector_code, True))


def needed(scenario: Scenario, figure: Figure) -> bool:
    """Whether anybody in a scenario needs what a figure is for, and the weather asks for it."""
    if figure.of == needs.IN_CARE:
        return scenario.fuel is not None and bool(scenario.fuel.explosions)
    until = full_hours(scenario) + ceil(scenario.needs.period or 0.0)
    if figure.phase == cold.WINTER and not cold.factor(scenario, figure, until).any():
        return False
    return needs.share_of(scenario, figure) > 0 and bool(needs.where(scenario, figure))


def where(scenario: Scenario, figure: Figure) -> list[str]:
    """The places at which an item is needed, in the order of the way."""
    if figure is FUEL:
        return list(scenario.population.settlements) or ["home"]
    return needs.where(scenario, figure)


def supplied(scenario: Scenario) -> set[str]:
    """Items of which any supply is told."""
    told = {supply.item for supply in scenario.supply.provided.values()}
    told |= {part.item for part in scenario.supply.covered.values()}
    told |= {item for item in needs.CARRIED if getattr(scenario.supply.carried, item) is not None}
    fuel = scenario.fuel is not None and bool(scenario.fuel.depots)
    room = any(place.capacity is not None for place in scenario.reception.places.values())
    cared = {hospitals.BED, hospitals.HOSPITAL} if hospitals.reached(scenario) else set()
    return told | ({FUEL.item} if fuel else set()) | ({SHELTER} if room else set()) | cared


def status(scenario: Scenario, figure: Figure, place: str) -> str:
    """Whether any supply of an item was told for a place; what was not is *not provided*, never zero."""
    told, anywhere = scenario.supply, figure.name in catchments()
    mine = [s for s in told.provided.values() if s.item == figure.item]
    known = any(anywhere or provided.serves(scenario, s.place, place) for s in mine)
    known |= any(c.item == figure.item and provided.serves(scenario, c.place, place) for c in told.covered.values())
    if figure is FUEL:
        known |= scenario.fuel is not None and bool(scenario.fuel.depots)
    elif figure.item == SHELTER:
        known |= room(scenario, place) is not None
    elif figure.item in (hospitals.BED, hospitals.HOSPITAL):
        known |= hospitals.provides(scenario, figure, place)
    elif place in on_the_way(scenario):
        known |= getattr(told.carried, figure.item, None) is not None
    return "provided" if known else "not_provided"


def room(scenario: Scenario, place: str) -> float | None:
    """People a place of reception can hold; None where it is not told."""
    told = scenario.reception.places.get(place)
    return None if told is None else told.capacity


def amounts(record: Record, bases: Bases | None = None) -> Callable[[Figure], Amounts]:
    """Need and supply of each figure in a record; what was drawn is worked out once for all of them."""
    known = bases or Bases(record)
    given = {name: supply.drawn_when(record, statuses) for name, statuses in RESTS_ON.items()}
    main = record.supply

    def of(figure: Figure) -> Amounts:
        if figure is FUEL:
            return _fuel(record)
        if needs.is_once(figure):
            return _once(record, figure, main, given)
        if figure.kind in STANDING:
            return _standing(known, figure, main, given)
        return _used_up(record, figure, main, given)

    return of


Drawn = provided.SupplyRecord


def _used_up(record: Record, figure: Figure, main: Drawn, given: dict[str, Drawn]) -> Amounts:
    """An item people use up: carried first, then what was drawn at the level people draw by."""
    there, rows = record.there, _rows(record, figure)
    need = needs.needing(there, figure)[rows] * figure.an_hour
    wanted = needs.uncovered(there, figure)[rows] * figure.an_hour

    def supplied(drawn: Drawn) -> Array:
        took = drawn.met[figure.item][rows] if figure.item in drawn.met else np.zeros(need.shape)
        total: Array = np.minimum(need - wanted + np.minimum(took, wanted), need)
        return total

    return Amounts(need, supplied(main), {name: supplied(drawn) for name, drawn in given.items()})


def _once(record: Record, figure: Figure, main: Drawn, given: dict[str, Drawn]) -> Amounts:
    """A thing given once: what is handed out in the hour, and what is still owed at its end; nothing is forgiven."""
    there, rows = record.there, _rows(record, figure)
    weather = cold.factor(record.scenario, figure, there.hours)
    nobody = owed.Given(np.zeros((0, 0)), np.zeros((0, 0)), [], [])
    told = figure.item in main.met
    untold = nobody if told else owed.hand_out(there, figure, [], provided.covered(record.scenario, figure.item))

    def handed(drawn: Drawn) -> tuple[Array, Array]:
        met, still = (drawn.met[figure.item], drawn.owed[figure.item]) if told else (untold.met, untold.owed)
        return met[rows] * weather, still[rows] * weather

    met, still = handed(main)
    return Amounts(met + still, met, {name: met + still - handed(drawn)[1] for name, drawn in given.items()})


def _standing(bases: Bases, figure: Figure, main: Drawn, given: dict[str, Drawn]) -> Amounts:
    """What stands at a place for those there in the hour: room, places, staff, kits in service."""
    scenario, there = bases.scenario, bases.there
    places = where(scenario, figure)
    rows = [there.names.index(place) for place in places]
    need = _standing_need(bases, figure, rows)
    share = provided.covered(scenario, figure.item)[rows][:, None]
    room_for = np.array([room(scenario, place) or 0.0 for place in places])[:, None] * (figure.item == SHELTER)
    held = room_for * figure.an_hour + hospitals.held(there, figure, places)

    def supplied(drawn: Drawn) -> Array:
        units = drawn.met[figure.item][rows] if figure.item in drawn.met else 0.0
        total: Array = np.minimum(need, need * share + held + units)
        return total

    return Amounts(need, supplied(main), {name: supplied(drawn) for name, drawn in given.items()})


def _standing_need(bases: Bases, figure: Figure, rows: list[int]) -> Array:
    """Units that the people of each hour (arrivals of each day) need, shape (places, hours)."""
    there = bases.there
    if figure.kind == "throughput":
        lengths = np.diff([-1, *bases.ends])
        return np.repeat(whole_units(bases.base(figure)[rows] * each(bases.scenario, figure)), lengths, axis=1)
    amount: Array = there.served[rows] * each(bases.scenario, figure)
    return units_of(figure, amount) if figure.kind in WHOLE else amount


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
