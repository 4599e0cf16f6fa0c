"""What a scenario says, explained before it is run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.model import people
from sim.model.blockade import BlockadeRecord, run_blockade
from sim.model.party import WAITS
from sim.scenario.provenance import ASSUMED, origins
from sim.scenario.route import resolve
from sim.studies import care_lines, supply_lines, telling
from sim.studies.clearance import LEAVING, shortest

if TYPE_CHECKING:
    from sim.scenario.differences import Differences
    from sim.scenario.schema import Scenario

FIRST = 0
"""The run whose people are counted."""


def explain(scenario: Scenario, file: Path, differs: Differences | None = None) -> list[str]:
    """Lines that say what the scenario is, what limits it, and what stands in stock at opening."""
    population = scenario.population
    told = [f"planned for {population.total:,.0f} people, {scenario.present:,} present", *telling.pregnant(scenario)]
    blockade = run_blockade(scenario)
    lines = [*told, *_differences(differs), *_way(scenario, blockade), *_stocks(blockade)]
    lines += [*telling.cold(scenario), *care_lines.lines(scenario)]
    lines += [*supply_lines.lines(scenario), *_sources(scenario)]
    return [f"{file.name}: {scenario.title or 'untitled'}", *(f"  {line}" for line in lines)]


def _differences(differs: Differences | None) -> Iterator[str]:
    if differs is None:
        return
    yield f"differs from {differs.base} in {len(differs.found)} inputs; {differs.inherited} are taken over from it"
    for path, before, after in differs.found:
        yield f"  {path}: {before} -> {after}"


def _way(scenario: Scenario, blockade: BlockadeRecord | None) -> Iterator[str]:
    corridor = scenario.corridor
    if corridor is None:
        yield "no road: people are there, or come by `arrivals`"
        yield from telling.other_end(scenario)
        return
    route, parties = resolve(corridor), people.draw(scenario, people.Luck(scenario.run.seed, FIRST), blockade)
    yield from telling.leaving(scenario, parties)
    yield from telling.fuel(scenario)
    yield from telling.roads(scenario, route)
    yield from telling.buses(scenario)
    yield from telling.other_end(scenario)
    yield telling.window(scenario, route)
    if corridor.never_opens:
        yield "the road never opens: nobody can leave"
        return
    found = shortest(scenario, route, parties)
    stage = "who may and can leave, and when" if found.stage == LEAVING else found.stage
    yield f"what holds people up most: {stage}"
    yield f"at best: 95 % of those who leave cannot be across {telling.before(scenario, found.hour)}, as told"
    waiting = int(parties.people[parties.mode == WAITS].sum())
    if waiting and not scenario.transport.buses:
        yield f"{waiting:,} people have no way to travel: no vehicle, no room in another's, and no bus is told of"


def _stocks(found: BlockadeRecord | None) -> Iterator[str]:
    if found is None or not len(found.hours):
        return
    for name, record in found.items.items():
        days = record.days_of_supply[-1]
        yield f"stock of {name} at opening: {found.left(name):,.0f} {record.unit}, {days:,.1f} days of supply"
    yield f"private tanks at opening: {found.tank_level:.0%} full on average"


def _sources(scenario: Scenario) -> Iterator[str]:
    rows = origins(scenario)
    assumed = sum(row.origin == ASSUMED for row in rows)
    yield f"{len(scenario.uncertainty)} inputs vary from run to run; {assumed} of {len(rows)} that act are assumed"
