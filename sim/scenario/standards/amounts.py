"""How much of a figure so many people need, and the closed formulas of the field."""

from __future__ import annotations

from math import ceil, inf
from typing import TYPE_CHECKING

from sim.scenario.standards.goods import unit_of
from sim.scenario.standards.measure import HOURS

if TYPE_CHECKING:
    from sim.scenario.standards.library import Figure

DAY = HOURS["day"]
SLACK = 1e-9
"""Part of a unit by which a sum may miss a whole number."""


def whole(amount: float) -> int:
    """The next whole number of units."""
    return ceil(amount - SLACK * max(1.0, amount))


def used_up(figure: Figure, count: float, hours: float = DAY) -> float:
    """What so many people (households, patients) use up in some hours; without a time, what each takes in all."""
    return count * figure.an_hour * (hours if figure.hours is not None else 1.0)


def held(figure: Figure, count: float) -> float:
    """What so many people hold while they are there, or are given once; time changes nothing of it."""
    return count * figure.value / figure.by.number


def places(figure: Figure, count: float) -> int:
    """Whole places or staff for so many people: one for 20 people, or 18 for 10,000."""
    if unit_of(figure) == figure.unit:
        return whole(held(figure, count))
    return whole(count / figure.value)


def kits(figure: Figure, count: float, hours: float = DAY) -> int:
    """Whole kits for so many people; a kit for 90 days serves a tenth of the people for 900."""
    spans = 1.0 if figure.hours is None else hours / figure.hours
    return whole(count * spans / figure.value)


def serving(figure: Figure, count: float, hours: float = DAY) -> int:
    """Whole desks or points that serve so many people within some hours."""
    return whole(count / (figure.an_hour * hours))


def amount(figure: Figure, count: float, hours: float = DAY) -> float:
    """Need of so many people, households or patients over some hours, in `unit_of` the figure.

    ValueError for a figure that says no need.
    """
    match figure.kind:
        case "consumable" | "treatment" | "incidence":
            return used_up(figure, count, hours)
        case "held" | "durable":
            return held(figure, count)
        case "facility" | "staff":
            return places(figure, count)
        case "kit":
            return kits(figure, count, hours)
        case "throughput":
            return serving(figure, count, hours)
        case _:
            raise ValueError(f"{figure.name} is a {figure.kind}, which nobody needs")


def counting(figure: Figure, people: float, household_size: float) -> float:
    """How many of what a figure is per there are among so many people of its group: households, or people."""
    by_household = "household" in (figure.by.noun, figure.unit)
    return people / household_size if by_household else people


def to_produce(demand: float, losses: float) -> float:
    """Water to produce for a demand, in its unit: demand / (1 - losses)."""
    return demand / (1 - losses)


def days_of_supply(stock: float, people: float, a_day: float) -> float:
    """Days a stock serves: stock / (people x amount a person and day); without need, for ever."""
    return stock / (people * a_day) if people * a_day > 0 else inf


def truckloads(mass_t: float, volume_m3: float, payload_t: float, body_m3: float) -> tuple[int, int]:
    """Whole trucks by mass, and by volume; the larger binds."""
    return whole(mass_t / payload_t), whole(volume_m3 / body_m3)


def fleet(loads: int, available: float) -> int:
    """Trucks to own so that so many can drive."""
    return whole(loads / available)


def trip_fuel(km: float, a_km: float, queue_hours: float, idling: float, engine_on: float = 1.0) -> float:
    """Litres of a trip: distance x use a km, and hours in the queue x use an hour x share with the engine on."""
    return km * a_km + queue_hours * idling * engine_on


def burn_fluid(patients: float, kg: float, burned: float, a_kg: float) -> float:
    """Litres of fluid in the first 24 h: mL a kg and per cent x kg x per cent of the body burned; for stocks only."""
    return patients * kg * burned * a_kg / 1000


def malnutrition_caseload(children: float, prevalence: float, months: float, episode: float, coverage: float) -> float:
    """Cases over some months: children x prevalence x K x coverage, K = 1 + months / episode."""
    return children * prevalence * (1 + months / episode) * coverage


def alarm_line(people: float, figure: Figure) -> float:
    """Deaths a day at the alarm line of a figure, to draw beside reported deaths only; never a forecast."""
    return used_up(figure, people)
