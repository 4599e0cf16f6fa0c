"""What hospitals, ambulances and helicopters name must be there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario import route, standards
from sim.scenario.faults import Fault, ScenarioError, did_you_mean, near
from sim.scenario.medical import AmbulanceFleet, HelicopterFleet, Hospital
from sim.scenario.place_names import which
from sim.scenario.standards.told import share_there

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def medical(scenario: Scenario) -> Iterator[Fault]:
    """Hospitals at settlements or nodes, groups of patients there are, and fleets that lead from one to the other."""
    yield from _hospitals(scenario)
    yield from _groups(scenario)
    yield from _fleets(scenario)
    yield from _posts(scenario)
    yield from _treatments(scenario)


def homes(scenario: Scenario) -> tuple[str, ...]:
    """Settlements that patients are taken from."""
    return tuple(scenario.population.settlements) or ("home",)


def outside_of(scenario: Scenario) -> dict[str, Hospital]:
    """Hospitals that patients are taken to."""
    return {name: one for name, one in scenario.medical.hospitals.items() if one.at not in homes(scenario)}


def _nodes(scenario: Scenario) -> tuple[str, ...]:
    try:
        return route.resolve(scenario.corridor).nodes if scenario.corridor else ()
    except ScenarioError:  # told of by the rule of the road
        return ()


def _hospitals(scenario: Scenario) -> Iterator[Fault]:
    known, inside = {*homes(scenario), *_nodes(scenario), *scenario.reception.places}, dict[str, str]()
    for name, one in scenario.medical.hospitals.items():
        if one.at is None:
            continue
        if one.at not in known:
            text = f"no settlement, node of the road or place of reception '{one.at}'; {did_you_mean(one.at, known)}"
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
    outside = outside_of(scenario)
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


def _posts(scenario: Scenario) -> Iterator[Fault]:
    """One health post at a place of reception, and a hospital outside for those it admits."""
    places, outside = tuple(scenario.reception.places) or ("reception",), outside_of(scenario)
    there = dict[str, str]()
    for name, post in scenario.medical.posts.items():
        path = f"medical.posts.{name}"
        if post.at not in places:
            yield Fault(f"{path}.at", f"no such place of reception: {post.at!r}; {did_you_mean(post.at, places)}")
        elif there.setdefault(post.at, name) != name:
            text = f"'{post.at}' has the post '{there[post.at]}' already; tell one with the clinicians of both"
            yield Fault(f"{path}.at", text)
        if post.to is not None and post.to not in outside:
            hint = did_you_mean(post.to, outside) if outside else "tell one under `medical.hospitals`"
            yield Fault(f"{path}.to", f"no hospital outside '{post.to}'; {hint}")
    for name, group in scenario.medical.groups.items():
        if scenario.medical.posts and group.admitted and not outside:
            text = "is more than 0, but no hospital outside is told under `medical.hospitals`"
            yield Fault(f"medical.groups.{name}.admitted", text)


def _treatments(scenario: Scenario) -> Iterator[Fault]:
    """Treatments take what the library has for a patient: treatments, and kits for so many patients."""
    every = standards.figures()
    known = {one.item for one in every if one.kind == "treatment" or (one.kind == "kit" and one.unit == "patient")}
    for name, group in scenario.medical.groups.items():
        for item in group.treatment:
            if item not in known:
                text = f"no treatment takes {item!r}; {did_you_mean(item, known)}"
                yield Fault(f"medical.groups.{name}.treatment.{item}", text)
