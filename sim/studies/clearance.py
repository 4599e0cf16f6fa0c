"""The shortest clearance that theory allows: no run of the scenario as told gets 95 % across sooner.

Every stage is taken by itself, as if all others let everybody pass: it begins when the first vehicle can have reached
it at free flow, and works at its capacity, with the best of luck, through its hours; what is left of the way is driven
at free flow. Needed are the vehicles without which 95 % of those who leave cannot have crossed, the fullest first; not
counted are people who stay, and vehicles that may run dry or break down, whose people others take along.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from sim.model.party import VEHICLE, WAITS, Array, Parties
from sim.results.indicators import SHARES
from sim.studies.stages import Stage, stages

if TYPE_CHECKING:
    from sim.scenario.route import Link, Route
    from sim.scenario.schema import Scenario

SHARE = SHARES["p95"]
LEAVING = "leaving"


@dataclass(frozen=True)
class Shortest:
    """The hour before which no run gets so many across, and the stage that says so."""

    hour: float
    stage: str


@dataclass(frozen=True)
class Way:
    """From each settlement: links to where arrivals are counted."""

    links: list[list[Link]]

    def hours_to(self, node: str) -> Array:
        """Free-flow hours to a node; nan where it does not lie on the way."""
        return np.array([_hours_to(way, node) for way in self.links])

    @property
    def hours(self) -> Array:
        """Free-flow hours of the whole way."""
        return np.array([sum(link.free_flow for link in way) for way in self.links])

    @property
    def km(self) -> Array:
        """Length of the whole way."""
        return np.array([sum(link.length for link in way) for way in self.links])


def _hours_to(way: list[Link], node: str) -> float:
    passed = 0.0
    for link in way:
        if link.origin == node:
            return passed
        passed += link.free_flow
    return passed if way and way[-1].to == node else nan


def ways(scenario: Scenario, route: Route, settlements: tuple[str, ...]) -> Way:
    """The way from each settlement to where arrivals are counted; none from beyond it."""
    told = scenario.population.settlements
    nodes = [told[name].at or name if name in told else route.trunk[0] for name in settlements]
    found = [route.way(node, route.count_at) for node in nodes]
    return Way([way if way and way[-1].to == route.count_at else [] for way in found])


def shortest(scenario: Scenario, route: Route, parties: Parties) -> Shortest:
    """The latest of what each stage allows; inf where 95 % cannot be across within the horizon."""
    way = ways(scenario, route, parties.settlements)
    at_best = _latest(scenario, route, parties, way, _safe(scenario, parties, way, None))
    return _latest(scenario, route, parties, way, _safe(scenario, parties, way, at_best.hour))


def _latest(scenario: Scenario, route: Route, parties: Parties, way: Way, safe: Array) -> Shortest:
    found = [Shortest(departed(scenario, parties, way), LEAVING)]
    found += [Shortest(passed(scenario, parties, way, stage, safe), stage.name) for stage in stages(scenario, route)]
    return max(found, key=lambda one: one.hour)


def _safe(scenario: Scenario, parties: Parties, way: Way, until: float | None) -> Array:
    """Vehicles that neither run dry by then nor break down on the way, and that nobody leaves behind."""
    km = way.km[parties.settlement]
    safe: Array = (parties.mode == VEHICLE) & np.isfinite(parties.ready) & ~parties.stays & (parties.breaks_at > km)
    fuel = scenario.fuel
    if fuel is None:
        return safe
    hours = 0.0 if until is None else np.maximum(min(until, scenario.horizon) - parties.ready, 0.0)
    wanted = 0.0 if fuel.without == "leave" else fuel.expected_transit
    burnt = parties.use * km + parties.idle * np.maximum(hours, wanted)
    enough: Array = parties.litres >= burnt * (1 + fuel.reserve)
    return safe & enough


def _ready(scenario: Scenario, parties: Parties) -> Array:
    """When each party can set off at the soonest; never those who wait for a bus that nobody sends."""
    opens = (scenario.corridor.opens if scenario.corridor else None) or 0.0
    ready: Array = np.maximum(parties.ready, opens)
    return ready if scenario.transport.buses else np.where(parties.mode == WAITS, np.inf, ready)


def _target(scenario: Scenario, parties: Parties) -> float:
    """People who have to be across: 95 % of those who neither stay nor were reported dead."""
    leaving = float(parties.people[~parties.stays].sum())
    return SHARE * max(leaving - _casualties(scenario)[0], 0.0)


def _casualties(scenario: Scenario) -> tuple[float, float]:
    """People reported dead, and dead or injured."""
    told = list(scenario.fuel.explosions.values()) if scenario.fuel else []
    dead = sum(explosion.reported_dead for explosion in told)
    return dead, dead + sum(explosion.injured for explosion in told)


def departed(scenario: Scenario, parties: Parties, way: Way) -> float:
    """The hour by which so many can have come when nothing holds them up on the way."""
    leaves = ~parties.stays
    soonest = (_ready(scenario, parties) + way.hours[parties.settlement])[leaves]
    order = np.argsort(soonest, kind="stable")
    sums = np.cumsum(parties.people[leaves][order])
    at = int(np.searchsorted(sums, _target(scenario, parties) - 1e-9))
    return float(soonest[order][at]) if at < len(sums) else inf


def passed(scenario: Scenario, parties: Parties, way: Way, stage: Stage, safe: Array) -> float:
    """The hour by which a stage can have let so many pass as must, with the rest of the way at free flow."""
    to = way.hours_to(stage.begins)[parties.settlement]
    after = way.hours_to(stage.ends)[parties.settlement]
    by = safe & ~np.isnan(to) & ~np.isnan(after)
    if not by.any():
        return 0.0
    begins = float((_ready(scenario, parties) + to)[by].min())
    rest = float((way.hours[parties.settlement] - after)[by].min())
    return stage.rate.hour(begins, _needed(scenario, parties, stage, by)) + rest


def _needed(scenario: Scenario, parties: Parties, stage: Stage, by: Array) -> float:
    """Vehicles, or passenger-car equivalents, that have to pass for so many to be across: the fullest first."""
    others = float(parties.people[~parties.stays & ~by].sum())
    short = _target(scenario, parties) - others
    people = parties.people[by].astype(float)
    weight = parties.vehicles[by] * (parties.pce[by] if stage.in_cars else 1.0)
    order = np.argsort(-people / np.maximum(weight, 1e-12), kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(people[order])])
    needed = float(np.interp(short, sums, np.concatenate([[0.0], np.cumsum(weight[order])])))
    return max(needed - _casualties(scenario)[1] * float(weight.max()), 0.0)
