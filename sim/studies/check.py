"""What a scenario says, explained before it is run."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from sim.model.blockade import run_blockade
from sim.scenario.route import resolve

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def explain(scenario: Scenario, file: Path) -> list[str]:
    """Lines that say what the scenario is, what limits it, and what stands in stock at opening."""
    lines = [
        f"{file.name}: {scenario.title or 'untitled'}",
        f"  planned for {scenario.population.total:,.0f} people, {scenario.present:,} present",
    ]
    lines += _road(scenario) + _blockade(scenario)
    assumed = [path for path, source in scenario.sources.items() if source.origin == "assumed"]
    return [*lines, f"  {len(scenario.uncertainty)} inputs vary from run to run; {len(assumed)} are assumed"]


def _road(scenario: Scenario) -> list[str]:
    corridor = scenario.corridor
    if corridor is None:
        return ["  no road: people are there, or come by `arrivals`"]
    if corridor.never_opens:
        return ["  the road never opens: nobody can leave"]
    route = resolve(corridor)
    stages = {f"segment {link.name}": link.capacity for link in route.links if not link.feeder}
    for name, post in corridor.checkpoints.items():
        rates = [r.booth_rate for r in post.regimes.values() if r.booth_rate] or [
            post.booth_rate or 1 / max(post.service.centre if post.service else inf, 1e-9)
        ]
        stages[f"checkpoint {name}"] = max(rates) * post.lanes * post.booths
    stage, rate = min(stages.items(), key=lambda item: item[1])
    vehicles = scenario.present / scenario.population.household_size * scenario.vehicles.per_household
    lines = [f"  {name}: {capacity:,.0f} vehicles/h" for name, capacity in stages.items()]
    shortest = vehicles / rate + route.free_flow(route.trunk[0])
    return [*lines, f"  the bottleneck is {stage}; about {vehicles:,.0f} vehicles need at least {shortest:,.0f} h"]


def _blockade(scenario: Scenario) -> list[str]:
    found = run_blockade(scenario)
    if found is None or not len(found.hours):
        return []
    items = [
        f"  {name}: {record.days_of_supply[-1]:,.1f} days of supply at opening" for name, record in found.items.items()
    ]
    return [*items, f"  private tanks: {found.tank_level:.0%} full on average at opening"]
