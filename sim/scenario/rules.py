"""What must fit together across sections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from math import inf
from pathlib import Path

from sim.scenario import (
    care_rules,
    contingency,
    money_rules,
    observed,
    provenance,
    references,
    route,
    standing,
    supplying,
)
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.scenario.fields import hour_of, moment
from sim.scenario.place_names import ambiguous, which
from sim.scenario.schema import Scenario

MIXED = 0.01
"""How far shares and counts of settlements, told together, may be from making up everyone."""
FIRST_DAY = {4: "-01-01", 7: "-01"}
"""What makes a whole date of a year or a month."""


def broken_rules(scenario: Scenario, folder: Path, aside: Iterable[str] = ()) -> list[Fault]:
    """Everything that does not fit together; rules that read a section put aside are left for the next time."""
    away = set(aside)
    rules = [rule for rule, sections in RULES.items() if not away & set(sections)]
    return [*(fault for rule in rules for fault in rule(scenario)), *_observed(scenario, folder)]


def _people(scenario: Scenario) -> Iterator[Fault]:
    population = scenario.population
    there = population.present.people or 0.0
    if there > population.total * 1.0000001:
        text = f"{there:,.0f} people are more than the planning figure {population.total:,.0f}"
        yield Fault("population.present", text)
    yield from _settled(scenario)
    for name, patients in population.patients.items():
        if (patients.people.people or 0) > scenario.present:
            told = f"{patients.people.people:,.0f} people are more than the {scenario.present:,} present"
            yield Fault(f"population.patients.{name}.people", told)
    for name, phase in scenario.departure.permission.items():
        for place in phase.settlements:
            if place not in population.settlements:
                hint = which(scenario, place, population.settlements)
                yield Fault(f"departure.permission.{name}.settlements.{place}", f"no such settlement; {hint}")
    let_go = sum(phase.share for phase in scenario.departure.permission.values() if not phase.settlements)
    if let_go > 1 + 1e-6:
        yield Fault("departure.permission", f"the shares of the phases sum to {let_go:.1%}; at most 100 % is possible")


def _settled(scenario: Scenario) -> Iterator[Fault]:
    """Shares by settlement sum to one; counts are not more than the planning figure, and with shares make up all."""
    told = [place.people for place in scenario.population.settlements.values()]
    shares = sum(people.share or 0.0 for people in told)
    counts = sum(people.people or 0.0 for people in told)
    if told and all(people.share is not None for people in told) and abs(shares - 1) > 1e-6:
        yield Fault("population.settlements", f"the shares sum to {shares:.1%}; must be 100 %")
    elif counts > scenario.population.total * 1.0000001:
        yield Fault(
            "population.settlements",
            f"hold {counts:,.0f} people, more than the planning figure {scenario.population.total:,.0f}",
        )
    elif shares and counts and abs(shares + counts / max(scenario.present, 1) - 1) > MIXED:
        whole = shares + counts / max(scenario.present, 1)
        yield Fault("population.settlements", f"shares and counts together make {whole:.1%} of those present")


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
                f"population.settlements.{name}{'.at' if place.at else ''}",
                f"no node '{node}' on the road; {did_you_mean(node, way.nodes)}",
            )
        elif way.count_at not in (node, *(link.to for link in way.way(node, way.end))):
            yield Fault(
                f"population.settlements.{name}{'.at' if place.at else ''}",
                f"people who join at '{node}' never pass '{way.count_at}', where people are counted; count farther on",
            )
    for name, fleet in scenario.transport.buses.items():
        if fleet.at is not None and fleet.at not in scenario.population.settlements:
            yield Fault(
                f"transport.buses.{name}.at",
                f"no such settlement; {which(scenario, fleet.at, scenario.population.settlements)}",
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
                f"no such settlement; {which(scenario, depot.at, scenario.population.settlements)}",
            )
        for number, delivery in depot.deliveries.items():
            if delivery.at < 0:
                yield Fault(f"fuel.depots.{name}.deliveries.{number}.at", "is before the start")
    for name, explosion in fuel.explosions.items():
        if explosion.depot not in fuel.depots:
            yield Fault(f"fuel.explosions.{name}.depot", f"no such depot; {did_you_mean(explosion.depot, fuel.depots)}")
        if explosion.injured + explosion.reported_dead > scenario.present:
            told = f"{explosion.injured + explosion.reported_dead:,.0f} people injured or dead are told"
            yield Fault(f"fuel.explosions.{name}", f"{told}, more than the {scenario.present:,} present")


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
                    f"reception.places.{name}.next.{following}",
                    f"no such place; {which(scenario, following, places)}",
                )

    for name, place in places.items():
        if place.next.get(name):
            yield Fault(f"reception.places.{name}.next.{name}", "leads back to itself; tell a longer `stay` instead")
    if (circle := _endless(scenario)) is not None:
        told = "people would go round without end: no place on the way has a `stay` or `travel`"
        yield Fault(f"reception.places.{circle}.next", told)


def _endless(scenario: Scenario) -> str | None:
    """A place from which people come back to it in no time."""
    places = scenario.reception.places
    quick = {n: p for n, p in places.items() if p.stay.centre <= 0 and p.travel <= 0}
    for name, first in quick.items():
        seen, ahead = set[str](), [n for n in first.next if n != name]
        while ahead:
            place = ahead.pop()
            if place == name:
                return name
            if place in quick and place not in seen:
                seen.add(place)
                ahead.extend(quick[place].next)
    return None


def _arrivals(scenario: Scenario) -> Iterator[Fault]:
    """Counts by time: each at a time, never falling, never more than are there."""
    told = scenario.arrivals.table if scenario.arrivals else {}
    hours: list[tuple[float, float, str]] = []
    for when, people in told.items():
        try:
            hours.append((hour_of(when, scenario.start), people.of(inf if people.people else scenario.present), when))
        except ValueError as fault:
            yield Fault(f"arrivals.table.{when}", str(fault))
    for (_, before, _), (_, after, when) in pairwise(sorted(hours)):
        if after < before:
            yield Fault(f"arrivals.table.{when}", f"a cumulative count falls from {before:,.0f} to {after:,.0f} people")
    for _, counted, when in hours:
        if counted > scenario.present * 1.0000001:
            text = f"{counted:,.0f} people are more than the {scenario.present:,} present"
            yield Fault(f"arrivals.table.{when}", text)


def _weather(scenario: Scenario) -> Iterator[Fault]:
    """Temperatures by calendar month need a calendar."""
    if scenario.weather.months and scenario.start is None and not scenario.month:
        yield Fault("weather.months", "tells of calendar months; needs `start`, a time or a month such as 2023-09")


def _blockade(scenario: Scenario) -> Iterator[Fault]:
    """A blockade begins before the start; what came in is told as an amount or as a share of all goods."""
    told = scenario.blockade
    if told is None:
        return
    if told.begins > 0:
        yield Fault("blockade.from", f"{told.begins:g} h after the start; must be before it, or 0 h for no blockade")
    for name, item in told.items.items():
        for phase, inflow in item.inflow.items():
            path = f"blockade.items.{name}.inflow.{phase}"
            if (inflow.rate is None) == (inflow.share is None):
                yield Fault(path, "give `rate` (an amount a day) or `share` (of all goods), one of the two")
            elif inflow.share is not None and not told.goods:
                yield Fault(f"{path}.share", "is a share of all goods, but `blockade.goods` tells of none")
        if item.rationing.rule == "fixed" and item.rationing.amount is None:
            yield Fault(f"blockade.items.{name}.rationing", "a fixed ration needs `amount`")


def _observed(scenario: Scenario, folder: Path) -> Iterator[Fault]:
    for series, name in scenario.observed.items():
        if series not in observed.SERIES:
            yield Fault(f"observed.{series}", f"no such series; {did_you_mean(series, observed.SERIES)}")
            continue
        if not (folder / name).is_file():
            near = did_you_mean(Path(name).name, observed.tables((folder / name).parent))
            yield Fault(f"observed.{series}", f"no such file: {name}; {near}")
            continue
        try:
            counts = observed.read(folder / name, series in observed.CUMULATIVE)
        except ScenarioError as error:
            yield from (fault._replace(path=f"observed.{series}") for fault in error.faults)
            continue
        limit = None if scenario.as_of is None else _aware(scenario.as_of, scenario)
        late = [count for count in counts if limit is not None and _aware(count.time, scenario) > limit]
        if late:
            yield Fault(
                f"observed.{series}",
                f"a count of {late[0].time:%d %b %Y %H:%M} is later than as_of, {scenario.as_of:%d %b %Y}",
            )


def _as_of(scenario: Scenario) -> Iterator[Fault]:
    if scenario.as_of is None:
        return
    for path, source in scenario.sources.items():
        if not source.date or provenance.stands_in(source):
            continue
        try:
            if _later(source.date, scenario):
                told = f"{source.date} is later than as_of, {scenario.as_of:%Y-%m-%d}; hindsight may not enter"
                yield Fault(f"sources.{path}.date", told)
        except ValueError:
            told = f"{source.date!r} is no date to hold against as_of; write it like 2023-09-24, 2023-09 or 2023"
            yield Fault(f"sources.{path}.date", told)


def _prices(scenario: Scenario) -> Iterator[Fault]:
    """No price of a year after as_of."""
    for name, price in scenario.costs.prices.items():
        if scenario.as_of is not None and price.year is not None and _later(str(price.year), scenario):
            told = f"a price of {price.year} is later than as_of, {scenario.as_of:%Y-%m-%d}; hindsight may not enter"
            yield Fault(f"costs.prices.{name}.year", told)


def _hindsight(scenario: Scenario) -> Iterator[Fault]:
    """What the library itself brings along may not be later than as_of either."""
    if scenario.as_of is None:
        return
    for row in provenance.brought(scenario):
        if row.date and _later(row.date, scenario):
            yield Fault(row.path, f"{row.hint}; it rests on {row.source!r} of {row.date}, later than as_of")


def _later(date: str, scenario: Scenario) -> bool:
    """Whether a date, of which the day or the month may be missing, is later than as_of; ValueError when it is none."""
    assert scenario.as_of is not None
    return _aware(moment(date + FIRST_DAY.get(len(date), "")), scenario) > _aware(scenario.as_of, scenario)


def _aware(time: datetime, scenario: Scenario) -> datetime:
    """The time with the offset of the start where it has none."""
    zone = scenario.start.tzinfo if scenario.start else None
    return time if time.tzinfo is not None else time.replace(tzinfo=zone)


RULES: dict[Callable[[Scenario], Iterator[Fault]], tuple[str, ...]] = {
    _people: ("population", "departure"),
    references.groups: ("population",),
    _road: ("corridor", "population", "transport"),
    _weights: ("corridor", "vehicles", "transport"),
    care_rules.medical: ("medical", "transport", "population", "corridor", "fuel"),
    standing.checkpoints: ("corridor",),
    standing.shares: ("corridor",),
    _fuel: ("fuel", "population"),
    _reception: ("reception",),
    ambiguous: ("population", "reception", "medical"),
    _arrivals: ("arrivals", "population", "start"),
    _blockade: ("blockade", "start"),
    _weather: ("weather", "start"),
    references.supplies: ("supply", "needs", "population", "corridor", "fuel", "reception", "blockade"),
    supplying.supplied: ("supply", "needs", "blockade", "costs"),
    supplying.sourced: ("supply", "transport", "population", "corridor", "fuel", "reception"),
    references.varied: ("population", "corridor", "vehicles", "fuel", "reception", "transport", "blockade"),
    references.chosen: ("levers", "corridor", "fuel", "reception", "transport", "supply"),
    contingency.triggers: ("triggers", "population", "corridor", "fuel", "reception", "supply"),
    references.explained: ("sources", "population", "corridor", "fuel", "reception", "supply", "blockade"),
    money_rules.costs: ("costs",),
    money_rules.appeal: ("appeal",),
    _as_of: ("sources", "as_of", "start"),
    _prices: ("costs", "as_of", "start"),
    _hindsight: ("sources", "as_of", "start", "corridor", "needs", "costs"),
}
"""Each rule, with the sections it reads."""
