"""What hospitals, ambulances and helicopters name must be there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario import route
from sim.scenario.faults import Fault, ScenarioError, did_you_mean, near
from sim.scenario.medical import AmbulanceFleet, HelicopterFleet
from sim.scenario.place_names import which
from sim.scenario.standards.told import share_there

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def medical(scenario: Scenario) -> Iterator[Fault]:
    """Hospitals at settlements or nodes, groups of patients there are, and fleets that lead from one to the other."""
    yield from _hospitals(scenario)
    yield from _groups(scenario)
    yield from _fleets(scenario)


def homes(scenario: Scenario) -> tuple[str, ...]:
    """Settlements that patients are taken from."""
    return tuple(scenario.population.settlements) or ("home",)


def _nodes(scenario: Scenario) -> tuple[str, ...]:
    try:
        return route.resolve(scenario.corridor).nodes if scenario.corridor else ()
    except ScenarioError:  # told of by the rule of the road
        return ()


def _hospitals(scenario: Scenario) -> Iterator[Fault]:
    known, inside = {*homes(scenario), *_nodes(scenario)}, dict[str, str]()
    for name, one in scenario.medical.hospitals.items():
        if one.at is None:
            continue
        if one.at not in known:
            text = f"no settlement and no node of the road '{one.at}'; {did_you_mean(one.at, known)}"
            yield Fault(f"medical.hospitals.{name}.at", text)
        elif one.at in homes(scenario) and inside.setdefault(one.at, name) != name:
            text = f"'{one.at}' has the hospital '{inside[one.at]}' already; tell one with the beds of both"
            yield Fault(f"medical.hospitals.{name}.at", text)


def _groups(scenario: Scenario) -> Iterator[Fault]:
    """Groups that are nearly, but not quite, one that somebody belongs to; others are merely empty."""
    explosions = scenario.fuel.explosions.values() if scenario.fuel else ()
    known = {*scenario.population.patients, *(told.group for told in explosions)}
    for name in scenario.medical.groups:
        if name not in known and share_there(scenario, name) is None and (meant := near(name, known)):
            yield Fault(f"medical.groups.{name}", f"no patients are of a group {name!r}; did you mean '{meant}'?")


def _fleets(scenario: Scenario) -> Iterator[Fault]:
    transport, nodes = scenario.transport, _nodes(scenario)
    outside = {name: one for name, one in scenario.medical.hospitals.items() if one.at not in homes(scenario)}
    told: dict[str, AmbulanceFleet | HelicopterFleet] = {}
    told |= {f"transport.ambulances.{name}": fleet for name, fleet in transport.ambulances.items()}
    told |= {f"transport.helicopters.{name}": fleet for name, fleet in transport.helicopters.items()}
    for path, fleet in told.items():
        if fleet.at is not None and fleet.at not in homes(scenario):
            yield Fault(f"{path}.at", f"no such settlement; {which(scenario, fleet.at, homes(scenario))}")
        if fleet.to not in outside:
            hint = did_you_mean(fleet.to, outside) if outside else "tell one under `medical.hospitals`"
            yield Fault(f"{path}.to", f"no hospital outside '{fleet.to}'; {hint}")
        elif isinstance(fleet, AmbulanceFleet) and outside[fleet.to].at not in nodes:
            yield Fault(f"{path}.to", f"'{fleet.to}' is at no node of the road; ambulances need its `at`")
