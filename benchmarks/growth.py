"""What a replication costs with 0.12, 0.36 and 1.2 million people.

Twice: on the road as it is, with a horizon as many times longer so that all have time to pass, and on a road with as
many times the lanes, booths, pumps, fuel, buses, desks and beds, so that all pass in the usual time. Every input
has its central value; the share of the people present who arrive is told beside the time.
"""

from __future__ import annotations

from typing import Any

from benchmarks.measure import EVENT, Figure, Spent, asked_for_tiny, middle, show, timed
from benchmarks.replication import FEW
from benchmarks.replication import lived as lives
from sim.model.world import World
from sim.results.outcome import outcome
from sim.scenario.loader import load
from sim.scenario.paths import change
from sim.studies.run import nothing_collected

GROWN = (1, 3, 10)
TIMES = 3
MOST = 1.5
"""So many times linear."""
NUMBERS = {"booth_rate", "pumps"}


def figures(tiny: bool = False) -> list[Figure]:
    """Cost per person against that of the event as it is, in one run."""
    told = load(EVENT, FEW if tiny else {})
    grown, times = ((1, 3), 1) if tiny else (GROWN, TIMES)
    lived(told)
    rows = []
    for name, larger in (("same road, longer horizon", longer), ("road grown alike", wider)):
        rows += series(name, [larger(told, factor) for factor in grown], grown, times)
    return rows


def series(name: str, scenarios: list[Any], grown: tuple[int, ...], times: int) -> list[Figure]:
    """Times of ever larger scenarios, and their cost against linear."""
    rows: list[Figure] = []
    first = 0.0
    for factor, scenario in zip(grown, scenarios, strict=True):
        spent, arrived = cost(scenario, times)
        first = first or spent.cpu
        ratio = spent.cpu / first / factor
        what = f"{scenario.population.total:,.0f} people, {name}"
        measured = f"{spent}, {ratio:.2f} times linear; {arrived:.1%} arrive"
        rows.append(
            Figure(what, "1.5 times linear" if factor > 1 else "", measured, ratio <= MOST if factor > 1 else None)
        )
    return rows


def cost(scenario: Any, times: int) -> tuple[Spent, float]:
    """Median time of one replication with its results, and the share of the people present who arrive."""
    told = [timed(lambda: lived(scenario)) for _ in range(times)]
    return middle(spent for spent, _ in told), told[0][1]


def lived(scenario: Any) -> float:
    """One replication and its results; the share of the people present who arrived."""
    with nothing_collected():  # as every study does
        result = outcome(lives(World(scenario, 1, 0)))
    return float(result.indicators["arrived.total"] / result.present)


def people(scenario: Any, factor: int) -> dict[str, Any]:
    """So many times the people."""
    told = scenario.population
    return {"population.total": told.total * factor, "population.present": scenario.present * factor}


def longer(scenario: Any, factor: int) -> Any:
    """So many times the people on the road as it is, and as many times the hours."""
    return change(scenario, {**people(scenario, factor), "horizon": scenario.horizon * factor})


def wider(scenario: Any, factor: int) -> Any:
    """So many times the people, and as many times everything that is limited."""
    changes = people(scenario, factor)
    for path, value in limited(scenario):
        changes[path] = value * factor
    return change(scenario, changes)


def limited(scenario: Any) -> list[tuple[str, float]]:
    """Dotted paths and values of what is limited on the way."""
    road, reception = scenario.corridor, scenario.reception
    found = [
        *each("corridor.segments", road.segments, "lanes", "capacity"),
        *each("corridor.feeders", road.feeders, "lanes", "capacity"),
        *each("corridor.checkpoints", road.checkpoints, "lanes"),
        *each("fuel.depots", scenario.fuel.depots, "stock", "pumps"),
        *each("transport.buses", scenario.transport.buses, "buses"),
        *each("reception.places", reception.places, "capacity"),
        ("reception.registration.rate", reception.registration.rate),
    ]
    for name, depot in scenario.fuel.depots.items():
        found += each(f"fuel.depots.{name}.deliveries", depot.deliveries, "litres")
    return found


def each(path: str, named: dict[str, Any], *fields: str) -> list[tuple[str, float]]:
    """Fields of named things, where they are given."""
    told = [(f"{path}.{name}.{field}", getattr(thing, field)) for name, thing in named.items() for field in fields]
    return [(at, float(value)) for at, value in told if value is not None]


if __name__ == "__main__":
    show(figures(asked_for_tiny()))
