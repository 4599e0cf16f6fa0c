"""What must fit together across sections."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario import observed, route
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.scenario.fields import moment

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

FIRST_DAY = {4: "-01-01", 7: "-01"}
"""What makes a whole date of a year or a month."""


def broken_rules(scenario: Scenario, folder: Path) -> list[Fault]:
    """Everything that does not fit together."""
    return [
        *_people(scenario),
        *_road(scenario),
        *_weights(scenario),
        *_fuel(scenario),
        *_reception(scenario),
        *_observed(scenario, folder),
        *_as_of(scenario),
    ]


def _people(scenario: Scenario) -> Iterator[Fault]:
    population = scenario.population
    if scenario.present > population.total * 1.0000001:
        yield Fault(
            "population.present",
            f"{scenario.present:,} people are more than the planning figure {population.total:,.0f}",
        )
    shares = [place.people.share for place in population.settlements.values()]
    if shares and all(share is not None for share in shares) and abs(sum(s or 0 for s in shares) - 1) > 1e-6:
        yield Fault("population.settlements", f"the shares sum to {sum(s or 0 for s in shares):.1%}; must be 100 %")
    for name, phase in scenario.departure.permission.items():
        for place in phase.settlements:
            if place not in population.settlements:
                hint = did_you_mean(place, population.settlements)
                yield Fault(f"departure.permission.{name}.settlements.{place}", f"no such settlement; {hint}")
    let_go = sum(phase.share for phase in scenario.departure.permission.values() if not phase.settlements)
    if let_go > 1 + 1e-6:
        yield Fault("departure.permission", f"the shares of the phases sum to {let_go:.1%}; at most 100 % is possible")


def _road(scenario: Scenario) -> Iterator[Fault]:
    corridor = scenario.corridor
    if corridor is None:
        return
    try:
        way = route.resolve(corridor)
    except ScenarioError as error:
        yield from error.faults
        return
    for name, place in scenario.population.settlements.items():
        node = place.at or name
        if node not in way.nodes:
            yield Fault(
                f"population.settlements.{name}", f"no node '{node}' on the road; {did_you_mean(node, way.nodes)}"
            )
    for name, fleet in scenario.transport.buses.items():
        if fleet.at is not None and fleet.at not in scenario.population.settlements:
            yield Fault(
                f"transport.buses.{name}.at",
                f"no such settlement; {did_you_mean(fleet.at, scenario.population.settlements)}",
            )


def _weights(scenario: Scenario) -> Iterator[Fault]:
    """Whatever drives finds a crossing that bears it: a weight limit binds buses and trucks too."""
    crossings = scenario.corridor.crossings.values() if scenario.corridor else ()
    limits = {
        c.at: max(inf if o.weight_limit is None else o.weight_limit for o in crossings if o.at == c.at)
        for c in crossings
    }
    classes, fleets = scenario.vehicles.classes, scenario.transport.buses
    coach = classes.get("bus")
    weights = {f"vehicles.classes.{name}.weight": kind.weight for name, kind in classes.items() if kind.share > 0}
    weights |= {f"transport.buses.{name}.weight": coach.weight if coach else f.weight for name, f in fleets.items()}
    for path, weight in weights.items():
        for node, limit in limits.items():
            if weight > limit:
                text = (
                    f"{weight:g} t are too heavy for every crossing at '{node}' ({limit:g} t at most); add a crossing"
                )
                yield Fault(path, text)


def _fuel(scenario: Scenario) -> Iterator[Fault]:
    fuel = scenario.fuel
    if fuel is None:
        return
    for name, depot in fuel.depots.items():
        if depot.at is not None and depot.at not in scenario.population.settlements:
            yield Fault(
                f"fuel.depots.{name}.at",
                f"no such settlement; {did_you_mean(depot.at, scenario.population.settlements)}",
            )
        for number, delivery in depot.deliveries.items():
            if delivery.at < 0:
                yield Fault(f"fuel.depots.{name}.deliveries.{number}.at", "is before the start")
    for name, explosion in fuel.explosions.items():
        if explosion.depot not in fuel.depots:
            yield Fault(f"fuel.explosions.{name}.depot", f"no such depot; {did_you_mean(explosion.depot, fuel.depots)}")


def _reception(scenario: Scenario) -> Iterator[Fault]:
    places = scenario.reception.places
    first = sum(place.arrive for place in places.values())
    if places and abs(first - 1) > 1e-6:
        yield Fault("reception.places", f"the shares `arrive` sum to {first:.1%}; must be 100 %")
    for name, place in places.items():
        if sum(place.next.values()) > 1 + 1e-6:
            yield Fault(
                f"reception.places.{name}.next",
                f"the shares sum to {sum(place.next.values()):.1%}; at most 100 % is possible",
            )
        for following in place.next:
            if following not in places:
                yield Fault(
                    f"reception.places.{name}.next.{following}", f"no such place; {did_you_mean(following, places)}"
                )


def _observed(scenario: Scenario, folder: Path) -> Iterator[Fault]:
    for series, name in scenario.observed.items():
        if series not in observed.SERIES:
            yield Fault(f"observed.{series}", f"no such series; {did_you_mean(series, observed.SERIES)}")
            continue
        try:
            counts = observed.read(folder / name, series in observed.CUMULATIVE)
        except ScenarioError as error:
            yield from error.faults
            continue
        late = [
            c
            for c in counts
            if scenario.as_of is not None and _aware(c.time, scenario) > _aware(scenario.as_of, scenario)
        ]
        if late:
            yield Fault(
                f"observed.{series}",
                f"a count of {late[0].time:%d %b %Y %H:%M} is later than as_of, {scenario.as_of:%d %b %Y}",
            )


def _as_of(scenario: Scenario) -> Iterator[Fault]:
    if scenario.as_of is None:
        return
    for path, source in scenario.sources.items():
        try:
            when = moment(source.date + FIRST_DAY.get(len(source.date), "")) if source.date else None
        except ValueError:
            continue
        if when is not None and _aware(when, scenario) > _aware(scenario.as_of, scenario):
            yield Fault(
                f"sources.{path}.date",
                f"{source.date} is later than as_of, {scenario.as_of:%Y-%m-%d}; hindsight may not enter",
            )


def _aware(time, scenario: Scenario):  # type: ignore[no-untyped-def]
    zone = scenario.start.tzinfo if scenario.start else None
    return time if time.tzinfo is not None else time.replace(tzinfo=zone)
