"""The stages of the way, and what each can pass: stretches of road, crossings, checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.studies.rate import Rate, added, daily, is_open, stepped

if TYPE_CHECKING:
    from sim.scenario.distributions import Distribution
    from sim.scenario.road import Checkpoint, Crossing
    from sim.scenario.route import Link, Route
    from sim.scenario.schema import Scenario

SAMPLE = 4000
"""Draws by which the spread of a service time is found."""


@dataclass(frozen=True)
class Stage:
    """Something that every vehicle has to pass that comes by its node."""

    name: str
    begins: str
    """The node it begins at."""
    ends: str
    rate: Rate
    in_cars: bool
    """Whether it counts in passenger-car equivalents."""


def stages(scenario: Scenario, route: Route) -> list[Stage]:
    """All stages of the way, from upstream to downstream."""
    corridor = scenario.corridor
    assert corridor is not None
    found = []
    crossed: set[str] = set()
    for link in route.links:
        found += _at(scenario, link.origin, crossed)
        kind = "feeder" if link.feeder else "segment"
        found.append(Stage(f"{kind} {link.name}", link.origin, link.to, _road(scenario, link), True))
    return [*found, *_at(scenario, route.end, crossed)]


def _at(scenario: Scenario, node: str, crossed: set[str]) -> list[Stage]:
    """What stands at a node, once."""
    corridor = scenario.corridor
    if corridor is None or node in crossed:
        return []
    crossed.add(node)
    posts = [
        Stage(f"checkpoint {name}", node, node, post_rate(scenario, post), False)
        for name, post in corridor.checkpoints.items()
        if post.at == node
    ]
    over = {name: told for name, told in corridor.crossings.items() if told.at == node}
    if over:
        rate = added(crossing_rate(scenario, told) for told in over.values())
        posts.append(Stage(f"crossing {' and '.join(over)}", node, node, rate, True))
    return posts


def heaviest(scenario: Scenario) -> float:
    """Passenger-car equivalents of the largest vehicle."""
    kinds = [kind.pce for kind in scenario.vehicles.classes.values()]
    return max([*kinds, *(fleet.pce for fleet in scenario.transport.buses.values())], default=1.0)


def _road(scenario: Scenario, link: Link) -> Rate:
    """A stretch of road, shut while a point of it is."""
    closures = scenario.corridor.closures.values() if scenario.corridor else ()
    shut = [(told.begins, told.until) for told in closures if told.segment == link.name]

    def at(hour: float) -> float:
        return 0.0 if any(begin <= hour < end for begin, end in shut) else link.capacity

    edges, values = stepped([hour for pair in shut for hour in pair], scenario.horizon, at)
    return Rate(edges, values, 2 * heaviest(scenario))


def post_rate(scenario: Scenario, post: Checkpoint) -> Rate:
    """A checkpoint, regime by regime and day by day."""
    from_midnight = scenario.hour_of_day
    regimes = sorted(post.regimes.values(), key=lambda regime: regime.begins)

    def at(hour: float) -> float:
        works = (post.opens or 0.0) <= hour < (inf if post.closes is None else post.closes)
        return booths_pass(post, hour) if works and is_open(hour, post.hours, from_midnight) else 0.0

    known = [*daily(post.hours, from_midnight, scenario.horizon), *(regime.begins for regime in regimes)]
    edges, values = stepped([*known, post.opens or 0.0, post.closes or 0.0], scenario.horizon, at)
    spread = post.spread if post.service is None else variation(post.service)
    return Rate(edges, values, booths(post), spread, post.variation, post.convoy)


def booths(post: Checkpoint) -> float:
    """Booths that work at most at a time."""
    return post.lanes * max([post.booths, *(regime.booths for regime in post.regimes.values() if regime.booths)])


def booths_pass(post: Checkpoint, hour: float) -> float:
    """Vehicles an hour that the booths of a checkpoint pass at an hour, hours of work and groups apart."""
    now = [r for r in sorted(post.regimes.values(), key=lambda r: r.begins) if r.begins <= hour]
    latest = now[-1] if now else None
    each = (latest.booth_rate if latest else None) or post.booth_rate
    if each is None:
        each = 1 / max(post.service.centre, 1e-9) if post.service else inf
    return each * max(round(post.lanes * ((latest.booths if latest else None) or post.booths)), 1)


def crossing_rate(scenario: Scenario, told: Crossing) -> Rate:
    """A bridge or a ferry, day by day, in passenger-car equivalents."""
    from_midnight = scenario.hour_of_day
    each = passes(told, heaviest(scenario))

    def at(hour: float) -> float:
        works = (told.opens or 0.0) <= hour < (inf if told.closes is None else told.closes)
        return each if works and is_open(hour, told.hours, from_midnight) else 0.0

    known = daily(told.hours, from_midnight, scenario.horizon)
    edges, values = stepped([*known, told.opens or 0.0, told.closes or 0.0], scenario.horizon, at)
    turn = told.alternate.green if told.alternate else 0.0
    burst = (told.vehicles or 0.0) + 2 * heaviest(scenario) + (told.capacity or 0.0) * told.lanes * turn
    return Rate(edges, values, burst)


def passes(told: Crossing, heaviest: float = 0.0) -> float:
    """Vehicles an hour over a crossing while it works; a ferry may take one more than is full."""
    if told.kind == "ferry":
        load = min(told.vehicles or inf, told.people or inf)
        return (load + heaviest) / (told.round_trip or inf)
    green = told.alternate.green / told.alternate.cycle if told.alternate else 1.0
    return (told.capacity or inf) * told.lanes * green


def variation(service: Distribution) -> float:
    """Coefficient of variation of a service time."""
    if service.is_fixed:
        return 0.0
    from sim.model.people import Luck

    drawn = service.draw(Luck(0, 0).of("spread of service"), SAMPLE)
    return float(np.std(drawn) / max(np.mean(drawn), 1e-12))
